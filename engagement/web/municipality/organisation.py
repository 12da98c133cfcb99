"""One organisation of the register: look, check, verify, turn down, suspend, ask."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities.queries import count_by_state
from engagement.organisations import claims, confirmation, invitations, queries, service, suspension, verification
from engagement.organisations.kinds import Check
from engagement.organisations.likeness import Features, alike_in_register
from engagement.organisations.queries import OrganisationInfo
from engagement.register.history import history_of
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import ReasonForm, ReviewForm
from engagement.web.municipality.organisation_words import prepared_reasons, what_happened, who_did_it
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.identity import acting_account_id
from engagement.web.shared.post import postbox

UNPROCESSABLE = 422


@blueprint.get("/organisationen/<int:organisation_id>")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show all that is known of one organisation, with what can be decided."""
    keep_private()
    reasons = prepared_reasons()
    prepared = reasons.get(request.args.get("grund", ""), ("", ""))[1]
    return organisation_page(organisation_id, ReasonForm(reason=prepared))


@blueprint.post("/organisationen/<int:organisation_id>/pruefung")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation_check(organisation_id: int) -> ResponseReturnValue:
    """Keep what has been looked at, and the note for the colleagues."""
    keep_private()
    form = ReviewForm()
    if not form.checked():
        return organisation_page(organisation_id, ReasonForm(), form), UNPROCESSABLE
    _keep(organisation_id, form)
    flash(gettext("The check is saved."))
    return back_to(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/bestaetigen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation_verify(organisation_id: int) -> ResponseReturnValue:
    """Let everybody see it; what was ticked on the way is kept."""
    keep_private()
    form = ReviewForm()
    if not form.checked():
        return organisation_page(organisation_id, ReasonForm(), form), UNPROCESSABLE
    if request.form:
        _keep(organisation_id, form)
    service.verify_organisation(context.session(), postbox(), organisation_id)
    flash(gettext("The organisation is verified. Its members get a mail."))
    return back_to(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/ablehnen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation_reject(organisation_id: int) -> ResponseReturnValue:
    """Keep it from the public, with a reason."""
    keep_private()
    form = ReasonForm()
    if not form.checked():
        return organisation_page(organisation_id, form), UNPROCESSABLE
    service.reject_organisation(context.session(), postbox(), organisation_id, form.reason.data or "")
    flash(gettext("The organisation is turned down. Its members get your reason by mail."))
    return back_to(organisation_id)


@blueprint.route("/organisationen/<int:organisation_id>/sperren", methods=["GET", "POST"])
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_suspend(organisation_id: int) -> ResponseReturnValue:
    """Say what suspending does, and do it with a reason."""
    keep_private()
    found, form = organisation_of(organisation_id), ReasonForm()
    if form.checked():
        suspension.suspend(context.session(), postbox(), organisation_id, form.reason.data or "")
        flash(gettext("The organisation is suspended. Its members get your reason by mail."))
        return back_to(organisation_id)
    status = UNPROCESSABLE if request.method == "POST" else 200
    offers = count_by_state(context.session(), organisation_id)
    page = render_template("municipality/organisation_suspend.html", organisation=found, offers=offers, form=form)
    return page, status


@blueprint.post("/organisationen/<int:organisation_id>/freigeben")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_lift(organisation_id: int) -> ResponseReturnValue:
    """Show it again."""
    suspension.lift(context.session(), postbox(), organisation_id)
    flash(gettext("The suspension is lifted. Everything is as it was before; the members get a mail."))
    return back_to(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/nachfragen")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_ask(organisation_id: int) -> ResponseReturnValue:
    """Ask by mail whether the details are still right."""
    confirmation.ask_now(context.session(), postbox(), organisation_id)
    flash(gettext("The question is on its way."))
    return back_to(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/stimmt")
@requires(Permission.TENANT_ORGANISATION_MANAGE)
def organisation_confirm(organisation_id: int) -> ResponseReturnValue:
    """Note after a phone call that the details are right."""
    confirmation.confirm(context.session(), organisation_id, how="staff")
    flash(gettext("It is noted that the details are right."))
    return back_to(organisation_id)


def organisation_page(
    organisation_id: int,
    form: ReasonForm,
    review_form: ReviewForm | None = None,
    **more: Any,
) -> str:
    """Return the page of one organisation, with the form that was just sent in its place."""
    session, found = context.session(), organisation_of(organisation_id)
    review = verification.review_of(session, organisation_id)
    own = {name: getattr(found, name) for name in Features.__dataclass_fields__}
    offers = {state: number for state, number in count_by_state(session, organisation_id).items() if number}
    return render_template(
        "municipality/organisation.html",
        organisation=found,
        survivor=queries.find_organisation(session, found.merged_into_id) if found.merged_into_id else None,
        members=queries.members_of(session, organisation_id),
        invitations=invitations.invitations_of(session, organisation_id),
        claims=claims.open_claims(session, organisation_id),
        alike=[] if found.merged_into_id else alike_in_register(session, Features(**own), but=organisation_id),
        offers=offers,
        review=review,
        review_form=review_form or ReviewForm(checks=list(review.checks), note=review.note),
        form=form,
        reasons=prepared_reasons(),
        history=[(event, what_happened(event), who_did_it(event)) for event in history_of(session, organisation_id)],
        **{"declining": 0, "decline": None, **more},
    )


def organisation_of(organisation_id: int) -> OrganisationInfo:
    """Return the organisation.

    Raises:
        NotFoundError: there is no such one.
    """
    found = queries.find_organisation(context.session(), organisation_id)
    if found is None:
        raise NotFoundError
    return found


def back_to(organisation_id: int) -> ResponseReturnValue:
    """Return to the page of the organisation."""
    return redirect(url_for("municipality.organisation", organisation_id=organisation_id), 303)


def _keep(organisation_id: int, form: ReviewForm) -> None:
    verification.keep_review(
        context.session(),
        organisation_id,
        {Check(item) for item in form.checks.data or ()},
        form.note.data or "",
        account_id=acting_account_id(),
    )
