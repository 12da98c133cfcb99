"""Who gets into an organisation by the municipality's decision: requests, and a successor for somebody who is gone."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission, Role
from engagement.organisations import claims, invitations
from engagement.organisations.invitations import Inviter, Offered
from engagement.organisations.kinds import Former
from engagement.organisations.queries import members_of
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import NewOwnerForm, ReasonForm
from engagement.web.municipality.organisation import back_to, organisation_of, organisation_page
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id
from engagement.web.shared.post import postbox

UNPROCESSABLE = 422


@blueprint.get("/organisationen/anfragen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_claims() -> str:
    """List the requests to be let into an organisation, the longest waiting first."""
    keep_private()
    return render_template("municipality/organisation_claims.html", claims=claims.open_claims(context.session()))


@blueprint.post("/organisationen/<int:organisation_id>/anfragen/<int:claim_id>/annehmen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_accept_claim(organisation_id: int, claim_id: int) -> ResponseReturnValue:
    """Let somebody in; the first one is responsible, a later one as chosen."""
    role = Role.OWNER if request.form.get("role") == Role.OWNER else Role.EDITOR
    claims.accept_claim(context.session(), postbox(), organisation_id, claim_id, role)
    flash(gettext("The person is in the team now and gets a mail."))
    return back_to(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/anfragen/<int:claim_id>/ablehnen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_decline_claim(organisation_id: int, claim_id: int) -> ResponseReturnValue:
    """Answer no, with a reason."""
    keep_private()
    claims.refuse_unless_open(context.session(), organisation_id, claim_id)
    form = ReasonForm()
    if not form.checked():
        return organisation_page(organisation_id, ReasonForm(), decline=form, declining=claim_id), UNPROCESSABLE
    claims.decline_claim(context.session(), postbox(), organisation_id, claim_id, form.reason.data or "")
    flash(gettext("The request is declined. The person gets your reason by mail."))
    return back_to(organisation_id)


@blueprint.route("/organisationen/<int:organisation_id>/vorsitz", methods=["GET", "POST"])
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_hand_over(organisation_id: int) -> ResponseReturnValue:
    """Invite somebody to be responsible, for example because the former person is gone."""
    keep_private()
    found, form = organisation_of(organisation_id), NewOwnerForm()
    if form.checked() and _invited(organisation_id, form):
        flash(gettext("The new person gets a mail. Until they have accepted everything stays as it is."))
        return back_to(organisation_id)
    status = UNPROCESSABLE if request.method == "POST" else 200
    owners = [one for one in members_of(context.session(), organisation_id) if one.role is Role.OWNER]
    page = render_template("municipality/organisation_hand_over.html", organisation=found, owners=owners, form=form)
    return page, status


def _invited(organisation_id: int, form: NewOwnerForm) -> bool:
    try:
        invitations.invite(
            context.session(),
            postbox(),
            organisation_id,
            Offered(form.email.data or "", Role.OWNER, Former(form.former.data)),
            Inviter(acting_account_id(), is_staff=True, reason=form.reason.data or ""),
        )
    except ConflictError as error:
        form.take_problems({"email": str(error)})
        return False
    return True
