"""Reporting an offer: open to everybody, without an account and without a cookie.

The mechanism that Article 16 (1) and (2) of Regulation (EU) 2022/2065 (Digital Services Act) asks of whoever stores
what others write: easy to reach from the offer itself, with room for the reasons, for a name and an address if the
person wants an answer, and a statement that what is said is believed to be right.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField

from engagement.catalogue.queries import Entry, find_entry
from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import current_language, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.moderation import service
from engagement.moderation.kinds import ReportReason
from engagement.moderation.words import reason_name
from engagement.tenancy.settings import Module
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import plain_name
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("report", 10, timedelta(hours=1))
BY_EMAIL = Limit("report-mail", 3, timedelta(hours=1))
LONGEST_TEXT = 3000
UNPROCESSABLE = 422


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class ReportForm(BaseForm):
    """What a visitor finds wrong with an offer."""

    reason = RadioField(
        lazy_gettext("What is wrong?"), validators=[Required(lazy_gettext("Please choose what is wrong."))]
    )
    text = TextAreaField(
        lazy_gettext("What exactly have you noticed?"),
        validators=[Required(), Longest(LONGEST_TEXT)],
        filters=[_plain_lines],
    )
    name = text_field(lazy_gettext("Your name"), longest=120)
    email = email_field(lazy_gettext("Your e-mail address"), required=False)

    validate_name = staticmethod(plain_name)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.reason.choices = [(reason.value, reason_name(reason)) for reason in ReportReason]


@blueprint.route("/angebote/<int:opportunity_id>-<slug>/melden", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def report(opportunity_id: int, slug: str) -> ResponseReturnValue:
    """Show the form and take a report; robots that fill in everything are thanked and forgotten."""
    entry = _entry(opportunity_id)
    form = ReportForm()
    if not form.checked():
        page = render_template("public/report/form.html", entry=entry, form=form)
        return page, UNPROCESSABLE if form.errors else 200
    if not form.is_spam:
        context.limit_by_address(BY_ADDRESS)
        if form.email.data:
            context.tools().limiter.hit(BY_EMAIL, context.tenant().id, form.email.data.lower())
        service.report_offer(context.session(), postbox(), opportunity_id, _values(form))
    return redirect(url_for("public.report_sent", opportunity_id=opportunity_id, slug=slug), 303)


@blueprint.get("/angebote/<int:opportunity_id>-<slug>/melden/danke")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def report_sent(opportunity_id: int, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the address is the offer's
    """Thank for a report; the page knows nothing of who reads it."""
    return render_template("public/report/sent.html", entry=_entry(opportunity_id))


def _entry(opportunity_id: int) -> Entry:
    entry = find_entry(context.session(), opportunity_id) if context.tenant().settings.has(Module.REPORTS) else None
    if entry is None:
        raise NotFoundError
    return entry


def _values(form: ReportForm) -> service.ReportValues:
    return service.ReportValues(
        reason=ReportReason(form.reason.data),
        text=form.text.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        language=current_language(),
    )
