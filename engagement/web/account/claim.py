"""Somebody belongs to an organisation that is here already, and would like to look after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import current_language, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations import claims
from engagement.organisations.queries import OrganisationInfo, public_organisation
from engagement.tenancy.settings import Module
from engagement.web.account import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import phone_number, plain_name
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import signed_in
from engagement.web.shared.modules import part_of
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("claim-organisation", 10, timedelta(hours=1))
BY_EMAIL = Limit("claim-organisation-mail", 5, timedelta(hours=1))
UNPROCESSABLE = 422


class MemberClaimForm(BaseForm):
    """For somebody who is signed in."""

    note = TextAreaField(lazy_gettext("What do you do there?"), validators=[Required(), Longest(claims.LONGEST_NOTE)])


class VisitorClaimForm(MemberClaimForm):
    """For somebody we do not know yet."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    email = email_field(lazy_gettext("Your e-mail address"))
    phone = text_field(lazy_gettext("Phone"), longest=40)

    validate_name = staticmethod(plain_name)
    validate_phone = staticmethod(phone_number)


@blueprint.route("/registrieren/verein/<int:organisation_id>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def claim_organisation(organisation_id: int) -> ResponseReturnValue:
    """Ask to look after an organisation that everybody sees."""
    organisation = public_organisation(context.session(), organisation_id)
    if organisation is None:
        raise NotFoundError
    form: Any = MemberClaimForm() if signed_in() else VisitorClaimForm()
    if signed_in():
        keep_private()
    if form.checked():
        if not form.is_spam:
            _claim(form, organisation)
        return redirect(url_for("account.claimed"), 303)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("account/claim.html", form=form, organisation=organisation), status


@blueprint.get("/registrieren/verein/angefragt")
@requires(Permission.PUBLIC_ACCOUNT_CREATE)
@part_of(Module.ORGANISATION_REGISTRATION)
def claimed() -> ResponseReturnValue:
    """Say what happens next; the page knows nothing of who reads it."""
    return render_template("account/claimed.html")


def _claim(form: Any, organisation: OrganisationInfo) -> None:  # noqa: ANN401 - one of the forms above
    someone = signed_in()
    context.limit_by_address(BY_ADDRESS)
    email = someone.email if someone else form.email.data
    context.tools().limiter.hit(BY_EMAIL, context.tenant().id, email.lower())
    if someone:
        claims.claim_as(context.session(), postbox(), organisation.id, someone.account_id, form.note.data)
        return
    claimant = claims.Claimant(form.name.data, email, form.phone.data or "", current_language())
    claims.claim(context.session(), postbox(), organisation.id, claimant, form.note.data)
