"""Telling the municipality what keeps one from using the site: without an account, without a name."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from engagement.kernel.i18n import current_language, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.legal.barriers import Barrier, report_barrier
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field, text_field
from engagement.web.shared.post import postbox

BY_ADDRESS = Limit("barrier", 10, timedelta(hours=1))
LONGEST_PLACE = 300
LONGEST_MESSAGE = 5000
UNPROCESSABLE = 422


class BarrierForm(BaseForm):
    """What is in the way, where, and whether an answer is wanted."""

    message = TextAreaField(
        lazy_gettext("What is in your way?"),
        validators=[Required(lazy_gettext("Please write what is in your way.")), Longest(LONGEST_MESSAGE)],
    )
    place = text_field(lazy_gettext("On which page?"), longest=LONGEST_PLACE)
    email = email_field(lazy_gettext("Your e-mail address"), required=False)


@blueprint.route("/barrierefreiheit/feedback", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def barrier() -> ResponseReturnValue:
    """Show the form and take it; ``?seite=`` names the page that the person comes from."""
    form = BarrierForm(place=request.args.get("seite", "")[:LONGEST_PLACE])
    if not form.checked():
        return render_template("public/barrier.html", form=form), UNPROCESSABLE if form.errors else 200
    if not form.is_spam:
        context.limit_by_address(BY_ADDRESS)
        report_barrier(context.session(), postbox(), _said(form))
    return redirect(url_for("public.barrier_sent"), 303)


@blueprint.get("/barrierefreiheit/feedback/danke")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def barrier_sent() -> str:
    """Thank the person; the page knows nothing of who reads it."""
    return render_template("public/barrier_sent.html")


def _said(form: BarrierForm) -> Barrier:
    return Barrier(
        message=(form.message.data or "").replace("\r\n", "\n").strip(),
        place=_path_of(form.place.data or ""),
        email=form.email.data or "",
        language=current_language(),
    )


def _path_of(place: str) -> str:
    """Return the path of an address of this site; whatever else was typed stays as it is."""
    try:
        parts = urlsplit(place)
    except ValueError:
        return place
    return (parts.path or "/") if parts.netloc == request.host else place
