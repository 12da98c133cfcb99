"""The page behind a mailed invitation to act for an organisation."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.accounts.sign_in import note_sign_in
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.ratelimit import Limit
from engagement.organisations import invitations
from engagement.organisations.invitations import InvitationInfo
from engagement.organisations.kinds import InvitationState
from engagement.web.account import blueprint
from engagement.web.account.entry import let_in
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.checks import plain_name
from engagement.web.shared.forms import BaseForm, text_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import signed_in
from engagement.web.shared.post import postbox

TRIES = Limit("organisation-invitation", 30, timedelta(minutes=15))
UNPROCESSABLE = 422
STATUS = {
    InvitationState.OPEN: 200,
    InvitationState.EXPIRED: 410,
    InvitationState.ACCEPTED: 410,
    InvitationState.WITHDRAWN: 410,
    InvitationState.UNKNOWN: 404,
}


class NameForm(BaseForm):
    """What somebody without an account has to say."""

    name = text_field(lazy_gettext("Your name"), longest=120, required=True)

    validate_name = staticmethod(plain_name)


@blueprint.route("/einladung/verein/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CATALOGUE_READ)
def join_organisation(token: str) -> ResponseReturnValue:
    """Show what somebody is invited to, with one button; a click on it accepts."""
    keep_private()
    state, info = invitations.look_at(context.session(), context.tools().signer, token)
    form = NameForm()
    if info is None or state is not InvitationState.OPEN or request.method != "POST":
        return _page(token, state, info, form), STATUS[state]
    context.limit_by_address(TRIES)
    someone = signed_in()
    if info.has_account and (someone is None or someone.email != info.email):
        return redirect(url_for("account.sign_in", next=url_for("account.join_organisation", token=token)), 303)
    if not info.has_account and not form.checked():
        return _page(token, state, info, form), UNPROCESSABLE
    return _accept(token, form.name.data or "")


def _accept(token: str, name: str) -> ResponseReturnValue:
    someone = signed_in()
    organisation_id, account_id = invitations.accept(
        context.session(),
        postbox(),
        token,
        account_id=someone.account_id if someone else None,
        name=name,
        language=current_language(),
    )
    if someone is None or someone.account_id != account_id:
        note_sign_in(context.session(), account_id)
        let_in(account_id, by_link=True)
    flash(gettext("Thank you! You are part of the team now."))
    return redirect(url_for("club.organisation_start", organisation_id=organisation_id), 303)


def _page(token: str, state: InvitationState, info: InvitationInfo | None, form: NameForm) -> str:
    return render_template("account/join.html", token=token, state=state, info=info, form=form)
