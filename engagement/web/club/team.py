"""Who acts for an organisation: inviting, roles, farewells, requests, and handing it over."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField

from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.permissions import Permission, Role
from engagement.organisations import claims, invitations, members
from engagement.organisations.invitations import Inviter, Offered
from engagement.organisations.kinds import Former
from engagement.organisations.queries import MemberInfo, OrganisationInfo, find_member, find_organisation, members_of
from engagement.web.club import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Longest, Required, email_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import person
from engagement.web.shared.post import postbox

LONGEST_REASON = 2000
UNPROCESSABLE = 422


def _roles() -> list[tuple[str, str]]:
    return [
        (Role.EDITOR, gettext("helps: posts offers and answers requests")),
        (Role.OWNER, gettext("is responsible: also looks after the team")),
    ]


def _formers() -> list[tuple[str, str]]:
    return [
        (Former.EDITOR, gettext("I stay in the team and help")),
        (Former.LEAVES, gettext("I leave the team")),
    ]


class InviteForm(BaseForm):
    """Whom to invite."""

    email = email_field(lazy_gettext("E-mail address"))
    role = RadioField(lazy_gettext("This person"), choices=_roles, default=Role.EDITOR, validators=[Required()])


class RoleForm(BaseForm):
    """What a member may do, or somebody who asks."""

    role = RadioField(lazy_gettext("This person"), choices=_roles, validators=[Required()])


class HandOverForm(BaseForm):
    """Who is to be responsible, and what becomes of the one who hands over."""

    email = email_field(lazy_gettext("E-mail address of the new person"))
    former = RadioField(
        lazy_gettext("And you?"),
        choices=_formers,
        default=Former.EDITOR,
        validators=[Required()],
    )


class DeclineForm(BaseForm):
    """Why a request is declined."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Required(), Longest(LONGEST_REASON)])


@blueprint.get("/<int:organisation_id>/team")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team(organisation_id: int) -> ResponseReturnValue:
    """Show who acts for the organisation, who is invited and who asks."""
    keep_private()
    return _page(organisation_id, InviteForm())


@blueprint.post("/<int:organisation_id>/team/einladen")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_invite(organisation_id: int) -> ResponseReturnValue:
    """Mail an invitation."""
    keep_private()
    form = InviteForm()
    if not (form.checked() and _invited(organisation_id, form, Offered(form.email.data or "", Role(form.role.data)))):
        return _page(organisation_id, form), UNPROCESSABLE
    flash(gettext("The invitation is on its way. It is good for a fortnight."))
    return _back(organisation_id)


@blueprint.post("/<int:organisation_id>/team/einladungen/<int:invitation_id>/erneut")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_invite_again(organisation_id: int, invitation_id: int) -> ResponseReturnValue:
    """Mail it once more."""
    invitations.send_again(context.session(), postbox(), organisation_id, invitation_id)
    flash(gettext("The invitation is on its way again. The earlier link works no longer."))
    return _back(organisation_id)


@blueprint.post("/<int:organisation_id>/team/einladungen/<int:invitation_id>/zurueckziehen")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_withdraw(organisation_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take it back."""
    invitations.withdraw(context.session(), organisation_id, invitation_id)
    flash(gettext("The invitation is withdrawn. Its link works no longer."))
    return _back(organisation_id)


@blueprint.route("/<int:organisation_id>/team/<int:account_id>", methods=["GET", "POST"])
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_member(organisation_id: int, account_id: int) -> ResponseReturnValue:
    """Show one member and change what they may do."""
    keep_private()
    member = _member(organisation_id, account_id)
    form = RoleForm(role=member.role)
    if form.checked() and _changed(organisation_id, account_id, form):
        flash(gettext("That is saved."))
        return _back(organisation_id) if _still_owner(organisation_id) else _start(organisation_id)
    status = UNPROCESSABLE if request.method == "POST" else 200
    organisation = _organisation(organisation_id)
    return render_template("club/team/member.html", form=form, member=member, organisation=organisation), status


@blueprint.post("/<int:organisation_id>/team/<int:account_id>/entfernen")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_remove(organisation_id: int, account_id: int) -> ResponseReturnValue:
    """Take somebody out of the team; the page before has said what that means."""
    keep_private()
    name = _member(organisation_id, account_id).name
    if account_id == person().account_id:
        return redirect(url_for("club.team_leave", organisation_id=organisation_id), 303)
    members.remove_member(context.session(), postbox(), organisation_id, account_id)
    flash(gettext("%(name)s is no longer in the team.", name=name))
    return _back(organisation_id)


@blueprint.route("/<int:organisation_id>/verlassen", methods=["GET", "POST"])
@requires(Permission.CLUB_ORGANISATION_EDIT)
def team_leave(organisation_id: int) -> ResponseReturnValue:
    """Ask whether to leave, and do it once the question was answered with a click."""
    keep_private()
    organisation, problem = _organisation(organisation_id), ""
    if request.form.get("sure"):
        try:
            members.leave(context.session(), organisation_id, person().account_id)
        except ConflictError as error:
            problem = str(error)
        else:
            flash(gettext("You no longer act for %(organisation)s.", organisation=organisation.name))
            return redirect(url_for("account.overview"), 303)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render_template("club/team/leave.html", organisation=organisation, problem=problem), status


@blueprint.route("/<int:organisation_id>/team/uebergeben", methods=["GET", "POST"])
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_hand_over(organisation_id: int) -> ResponseReturnValue:
    """Invite somebody to be responsible in one's own place."""
    keep_private()
    form = HandOverForm()
    if form.checked():
        offered = Offered(form.email.data or "", Role.OWNER, Former(form.former.data))
        if _invited(organisation_id, form, offered):
            flash(
                gettext(
                    "The new person gets a mail. As soon as they have accepted, the organisation is in their hands."
                )
            )
            return _back(organisation_id)
    editors = [one for one in members_of(context.session(), organisation_id) if one.role is Role.EDITOR]
    status = UNPROCESSABLE if request.method == "POST" else 200
    organisation = _organisation(organisation_id)
    return render_template("club/team/hand_over.html", form=form, organisation=organisation, editors=editors), status


@blueprint.post("/<int:organisation_id>/team/anfragen/<int:claim_id>/annehmen")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_accept(organisation_id: int, claim_id: int) -> ResponseReturnValue:
    """Let somebody in who asked, as one who helps or as one who is responsible."""
    keep_private()
    form = RoleForm()
    claims.refuse_unless_open(context.session(), organisation_id, claim_id)
    if not form.checked():
        return _page(organisation_id, InviteForm(), accept=form, answering=claim_id), UNPROCESSABLE
    claims.accept_claim(context.session(), postbox(), organisation_id, claim_id, Role(form.role.data))
    flash(gettext("The person is in the team now and gets a mail."))
    return _back(organisation_id)


@blueprint.post("/<int:organisation_id>/team/anfragen/<int:claim_id>/ablehnen")
@requires(Permission.CLUB_MEMBER_MANAGE)
def team_decline(organisation_id: int, claim_id: int) -> ResponseReturnValue:
    """Answer no, with a reason."""
    keep_private()
    form = DeclineForm()
    claims.refuse_unless_open(context.session(), organisation_id, claim_id)
    if not form.checked():
        return _page(organisation_id, InviteForm(), decline=form, answering=claim_id), UNPROCESSABLE
    claims.decline_claim(context.session(), postbox(), organisation_id, claim_id, form.reason.data or "")
    flash(gettext("The request is declined. The person gets your reason by mail."))
    return _back(organisation_id)


def _invited(organisation_id: int, form: InviteForm | HandOverForm, offered: Offered) -> bool:
    try:
        invitations.invite(context.session(), postbox(), organisation_id, offered, Inviter(person().account_id))
    except ConflictError as error:
        form.take_problems({"email": str(error)})
        return False
    return True


def _changed(organisation_id: int, account_id: int, form: RoleForm) -> bool:
    try:
        members.change_role(context.session(), organisation_id, account_id, Role(form.role.data))
    except ConflictError as error:
        form.take_problems({"role": str(error)})
        return False
    return True


def _page(
    organisation_id: int,
    form: InviteForm,
    *,
    decline: DeclineForm | None = None,
    accept: RoleForm | None = None,
    answering: int = 0,
) -> str:
    """Show the team; the answer to a request that was not right stands beside that request."""
    session = context.session()
    shown: dict[str, Any] = {
        "organisation": _organisation(organisation_id),
        "members": members_of(session, organisation_id),
        "invitations": invitations.invitations_of(session, organisation_id),
        "claims": claims.open_claims(session, organisation_id),
    }
    return render_template(
        "club/team/list.html",
        form=form,
        roles=_roles(),
        decline=decline,
        accept=accept,
        answering=answering,
        **shown,
    )


def _still_owner(organisation_id: int) -> bool:
    held = find_member(context.session(), organisation_id, person().account_id)
    return held is not None and held.role is Role.OWNER


def _member(organisation_id: int, account_id: int) -> MemberInfo:
    found = find_member(context.session(), organisation_id, account_id)
    if found is None:
        raise NotFoundError
    return found


def _organisation(organisation_id: int) -> OrganisationInfo:
    found = find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    return found


def _back(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("club.team", organisation_id=organisation_id), 303)


def _start(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("club.organisation_start", organisation_id=organisation_id), 303)
