"""The municipality's register of organisations: look, verify, turn down."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.opportunities.queries import count_by_state
from engagement.organisations import queries, service
from engagement.organisations.kinds import Verification
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import ReasonForm
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import page_numbers
from engagement.web.shared.post import postbox

PER_PAGE = 50
LAST_PAGE = 10_000
LONGEST_SEARCH = 200
UNPROCESSABLE = 422


@blueprint.get("/organisationen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisations() -> str:
    """List all organisations, those that wait first."""
    keep_private()
    session = context.session()
    state, search = _asked_state(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    total = queries.count_all_organisations(session, verification=state, search=search)
    pages = max(1, -(-total // PER_PAGE))
    page = min(_asked_page(), pages)
    return render_template(
        "municipality/organisations.html",
        found=queries.all_organisations(session, verification=state, search=search, page=page, per_page=PER_PAGE),
        counts=queries.count_organisations(session),
        state=state,
        states=list(Verification),
        search=search,
        total=total,
        page=page,
        pages=pages,
        numbers=page_numbers(page, pages),
    )


@blueprint.get("/organisationen/<int:organisation_id>")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show all facts of one organisation, with what can be decided."""
    keep_private()
    return _page(organisation_id, ReasonForm())


@blueprint.post("/organisationen/<int:organisation_id>/bestaetigen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation_verify(organisation_id: int) -> ResponseReturnValue:
    """Let everybody see it."""
    service.verify_organisation(context.session(), postbox(), organisation_id)
    flash(gettext("The organisation is verified. Its members get a mail."))
    return _back(organisation_id)


@blueprint.post("/organisationen/<int:organisation_id>/ablehnen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisation_reject(organisation_id: int) -> ResponseReturnValue:
    """Keep it from the public, with a reason."""
    keep_private()
    form = ReasonForm()
    if not form.checked():
        return _page(organisation_id, form), UNPROCESSABLE
    service.reject_organisation(context.session(), postbox(), organisation_id, form.reason.data or "")
    flash(gettext("The organisation is turned down. Its members get your reason by mail."))
    return _back(organisation_id)


def _page(organisation_id: int, form: ReasonForm) -> str:
    session = context.session()
    found = queries.find_organisation(session, organisation_id)
    if found is None:
        raise NotFoundError
    return render_template(
        "municipality/organisation.html",
        organisation=found,
        members=queries.members_of(session, organisation_id),
        offers={state: number for state, number in count_by_state(session, organisation_id).items() if number},
        form=form,
    )


def _back(organisation_id: int) -> ResponseReturnValue:
    return redirect(url_for("municipality.organisation", organisation_id=organisation_id), 303)


def _asked_state() -> Verification | None:
    asked = request.args.get("zustand", "")
    return Verification(asked) if asked in set(Verification) else None


def _asked_page() -> int:
    return max(1, min(request.args.get("seite", 1, type=int), LAST_PAGE))
