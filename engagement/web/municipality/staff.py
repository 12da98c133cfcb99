"""The municipality's team: who belongs to it, who is invited, and what changes."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from engagement.accounts import queries
from engagement.accounts import staff as service
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import current_language, gettext, lazy_gettext
from engagement.kernel.permissions import Permission, Role
from engagement.kernel.ratelimit import Limit
from engagement.web.municipality import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.forms import BaseForm, Required, email_field
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id
from engagement.web.shared.post import postbox

INVITATIONS = Limit("staff-invitation", 30, timedelta(hours=1))
UNPROCESSABLE = 422


def _roles() -> list[tuple[str, str]]:
    return [
        (
            Role.MODERATOR.value,
            gettext("Moderation: checks organisations and offers, answers reports, sees mails and figures"),
        ),
        (Role.ADMIN.value, gettext("Administration: everything, also settings, team and the log of changes")),
    ]


class RoleForm(BaseForm):
    """What somebody may do."""

    role = RadioField(
        lazy_gettext("Role"), choices=_roles, validators=[Required(lazy_gettext("Please choose a role."))]
    )


class InvitationForm(RoleForm):
    """Who is to join."""

    email = email_field(lazy_gettext("E-mail address"))


@blueprint.get("/team")
@requires(Permission.TENANT_STAFF_MANAGE)
def staff() -> str:
    """Show the team and those who are invited."""
    keep_private()
    session = context.session()
    return render_template(
        "municipality/staff.html",
        members=queries.staff_members(session),
        invited=queries.invited_people(session),
        me=acting_account_id(),
        now=now(),
    )


@blueprint.route("/team/einladen", methods=["GET", "POST"])
@requires(Permission.TENANT_STAFF_MANAGE)
def staff_invite() -> ResponseReturnValue:
    """Invite somebody."""
    keep_private()
    form = InvitationForm(role=Role.MODERATOR.value)
    if form.checked() and _invited(form):
        flash(gettext("The invitation is on its way to %(email)s.", email=form.email.data))
        return redirect(url_for("municipality.staff"), 303)
    return render_template("municipality/staff_invite.html", form=form), _status()


@blueprint.post("/team/einladungen/<int:invitation_id>/erneut")
@requires(Permission.TENANT_STAFF_MANAGE)
def staff_invite_again(invitation_id: int) -> ResponseReturnValue:
    """Mail an invitation once more."""
    context.tools().limiter.hit(INVITATIONS, context.tenant().id, acting_account_id())
    service.invite_again(context.session(), postbox(), invitation_id)
    flash(gettext("The invitation is on its way again. The former link does not work any more."))
    return redirect(url_for("municipality.staff"), 303)


@blueprint.post("/team/einladungen/<int:invitation_id>/zurueckziehen")
@requires(Permission.TENANT_STAFF_MANAGE)
def staff_withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Call an invitation off."""
    service.withdraw_invitation(context.session(), invitation_id)
    flash(gettext("The invitation is withdrawn. Its link does not work any more."))
    return redirect(url_for("municipality.staff"), 303)


@blueprint.route("/team/<int:account_id>", methods=["GET", "POST"])
@requires(Permission.TENANT_STAFF_MANAGE)
def staff_role(account_id: int) -> ResponseReturnValue:
    """Show somebody of the team, and give them another role."""
    keep_private()
    member = _member(account_id)
    form = RoleForm(role=member.role.value)
    if form.checked():
        try:
            service.change_role(context.session(), postbox(), account_id, Role(form.role.data))
        except ConflictError as error:
            form.take_problems({"role": str(error)})
        else:
            flash(gettext("The role is saved. %(name)s gets a mail if it has changed.", name=member.name))
            still_admin = account_id != acting_account_id() or form.role.data == Role.ADMIN.value
            return redirect(url_for("municipality.staff" if still_admin else "municipality.today"), 303)
    return render_template("municipality/staff_member.html", member=member, form=form, is_me=_is_me(member)), _status()


@blueprint.route("/team/<int:account_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.TENANT_STAFF_MANAGE)
def staff_remove(account_id: int) -> ResponseReturnValue:
    """Say what it means to take somebody out of the team, and do it once that was answered with a click."""
    keep_private()
    member, problem = _member(account_id), ""
    if request.method == "POST":
        try:
            service.remove(context.session(), postbox(), account_id)
        except ConflictError as error:
            problem = str(error)
        else:
            if _is_me(member):
                return redirect(url_for("public.home"), 303)
            flash(gettext("%(name)s does not belong to the team any more.", name=member.name))
            return redirect(url_for("municipality.staff"), 303)
    page = render_template("municipality/staff_remove.html", member=member, is_me=_is_me(member), problem=problem)
    return page, UNPROCESSABLE if problem else 200


def _invited(form: InvitationForm) -> bool:
    context.tools().limiter.hit(INVITATIONS, context.tenant().id, acting_account_id())
    try:
        service.invite(
            context.session(),
            postbox(),
            form.email.data or "",
            Role(form.role.data),
            by=acting_account_id(),
            language=current_language(),
        )
    except InvalidInputError as error:
        form.take_problems(error.problems)
        return False
    return True


def _member(account_id: int) -> queries.StaffMember:
    found = queries.staff_member(context.session(), account_id)
    if found is None:
        raise NotFoundError
    return found


def _is_me(member: queries.StaffMember) -> bool:
    return member.account_id == acting_account_id()


def _status() -> int:
    return UNPROCESSABLE if request.method == "POST" else 200
