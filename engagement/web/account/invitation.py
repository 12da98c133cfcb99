"""Joining the municipality's team by a mailed invitation."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import PasswordField
from wtforms.validators import Optional

from engagement.accounts import staff as service
from engagement.accounts.passwords import LONGEST
from engagement.kernel.errors import InvalidInputError, NotAllowedError
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.web.account import blueprint
from engagement.web.account.entry import let_in
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import plain_name
from engagement.web.shared.forms import BaseForm, Longest, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import signed_in
from engagement.web.shared.post import postbox

TRIES = Limit("invitation", 40, timedelta(minutes=15))
UNPROCESSABLE, GONE = 422, 410


class NewcomerForm(BaseForm):
    """What it takes to join without an account."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)
    password = PasswordField(lazy_gettext("Password"), validators=[Optional(), Longest(LONGEST)])

    validate_name = staticmethod(plain_name)


@blueprint.route("/einladung/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def invitation(token: str) -> ResponseReturnValue:
    """Show what somebody is invited to, and let them in once they say yes."""
    keep_private()
    try:
        found = service.read_invitation(context.session(), postbox(), token)
    except service.InvitationOverError:
        return render_template("account/invitation_over.html"), GONE
    form = NewcomerForm()
    if request.method == "POST" and (answer := _accepted(token, found, form)):
        return answer
    status = UNPROCESSABLE if request.method == "POST" else 200
    return _page(token, found, form), status


def _accepted(token: str, found: service.Invitation, form: NewcomerForm) -> ResponseReturnValue | None:
    context.limit_by_address(TRIES)
    who = _who(found, form)
    if who is None:
        return None
    try:
        account_id = service.accept(context.session(), postbox(), token, who)
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return None
    except NotAllowedError:
        return redirect(url_for("account.invitation", token=token), 303)
    let_in(account_id)
    flash(gettext("Welcome to the team!"))
    return redirect(url_for("municipality.today"), 303)


def _who(found: service.Invitation, form: NewcomerForm) -> service.Newcomer | int | None:
    someone = signed_in()
    if found.account_id is not None:
        return someone.account_id if someone and someone.account_id == found.account_id else None
    if not form.checked():
        return None
    return service.Newcomer(form.name.data or "", current_language(), form.password.data or "")


def _page(token: str, found: service.Invitation, form: BaseForm) -> str:
    someone = signed_in()
    return render_template(
        "account/invitation.html",
        invitation=found,
        form=form,
        token=token,
        is_mine=someone is not None and someone.account_id == found.account_id,
    )
