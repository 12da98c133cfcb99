"""Offers: what waits for a look, what is public, and one offer with all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.moderation.kinds import Stand
from engagement.moderation.offers import count_offers, history_of, offers
from engagement.moderation.queries import reports_about
from engagement.moderation.together import Chosen, Outcome, approve_together, look_at_together
from engagement.moderation.words import event_name, reason_name, report_state_name
from engagement.opportunities import review
from engagement.opportunities.kinds import State
from engagement.opportunities.publication import preview
from engagement.opportunities.queries import OpportunityInfo, find_opportunity
from engagement.opportunities.versions import last_approved
from engagement.web.municipality import blueprint
from engagement.web.municipality.forms import seen
from engagement.web.municipality.offer_facts import changed_facts
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import paged
from engagement.web.shared.post import postbox

PER_PAGE = 25
LONGEST_SEARCH = 200
CONFLICT = 409
UNPROCESSABLE = 422
STANDS = {
    "wartend": Stand.WAITING,
    "ungesehen": Stand.NOT_LOOKED_AT,
    "oeffentlich": Stand.PUBLIC,
    "zurueckgegeben": Stand.SENT_BACK,
    "alle": Stand.ALL,
}
"""The parts of the list, by their word in the address."""
CHOSEN = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


@blueprint.get("/angebote")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunities() -> str:
    """List the offers of one part, those that wait unless another one is asked for."""
    keep_private()
    session = context.session()
    word, search = _asked_word(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    counts = count_offers(session, search=search)
    total = counts[STANDS[word]]
    at = paged(request.args, total, PER_PAGE)
    return render_template(
        "municipality/opportunities.html",
        found=offers(session, STANDS[word], search=search, page=at.page, per_page=PER_PAGE),
        counts=[(name, counts[stand]) for name, stand in STANDS.items()],
        word=word,
        search=search,
        total=total,
        paged=at,
    )


@blueprint.post("/angebote/freigeben")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunities_publish() -> ResponseReturnValue:
    """Approve the offers that were ticked."""
    chosen = _chosen()
    _tell(approve_together(context.session(), postbox(), chosen), _released, chosen)
    return redirect(url_for("municipality.opportunities", stand="wartend"), 303)


@blueprint.post("/angebote/gesehen")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunities_look() -> ResponseReturnValue:
    """Note that the offers that were ticked have been looked at."""
    chosen = _chosen()
    _tell(look_at_together(context.session(), chosen), _looked_at, chosen)
    return redirect(url_for("municipality.opportunities", stand="ungesehen"), 303)


@blueprint.get("/angebote/<int:opportunity_id>")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity(opportunity_id: int) -> ResponseReturnValue:
    """Show one offer in any state, what is new in it, and what can be decided."""
    keep_private()
    return _page(opportunity_id)


@blueprint.post("/angebote/<int:opportunity_id>/veroeffentlichen")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_publish(opportunity_id: int) -> ResponseReturnValue:
    """Approve what waits and let everybody see it."""
    keep_private()
    try:
        review.approve(context.session(), postbox(), opportunity_id, seen=seen())
    except InvalidInputError as error:
        return _page(opportunity_id, missing=list(error.problems.values())), UNPROCESSABLE
    except ConflictError as error:
        return changed_meanwhile(opportunity_id, error)
    flash(_released(1))
    return redirect(url_for("municipality.opportunities"), 303)


@blueprint.post("/angebote/<int:opportunity_id>/gesehen")
@requires(Permission.TENANT_OPPORTUNITY_MODERATE)
def opportunity_look(opportunity_id: int) -> ResponseReturnValue:
    """Note that it has been looked at."""
    keep_private()
    try:
        review.mark_looked_at(context.session(), opportunity_id, seen=seen())
    except ConflictError as error:
        return changed_meanwhile(opportunity_id, error)
    flash(_looked_at(1))
    return redirect(url_for("municipality.opportunities", stand="ungesehen"), 303)


def found_opportunity(opportunity_id: int) -> OpportunityInfo:
    """Return an offer of the tenant.

    Raises:
        NotFoundError: there is none with this id.
    """
    found = find_opportunity(context.session(), opportunity_id)
    if found is None:
        raise NotFoundError
    return found


def changed_meanwhile(opportunity_id: int, error: ConflictError) -> ResponseReturnValue:
    """Show the offer as it is now; nothing has been decided."""
    context.session().rollback()
    return _page(opportunity_id, problem=str(error)), CONFLICT


def _page(opportunity_id: int, *, problem: str = "", missing: list[str] | None = None) -> str:
    session = context.session()
    found = found_opportunity(opportunity_id)
    latest = found.latest()
    return render_template(
        "municipality/opportunity.html",
        opportunity=found,
        latest=latest,
        entry=preview(session, found.organisation_id, latest.values(), latest.picture_sha256),
        words=context.vocabulary(),
        **_news(found),
        reports=reports_about(session, opportunity_id),
        reason_name=reason_name,
        state_name=report_state_name,
        history=[(event, event_name(event.action)) for event in history_of(session, opportunity_id)],
        not_looked_at=found.state is State.PUBLISHED and found.looked_at is None,
        problem=problem,
        missing=missing or [],
    )


def _news(found: OpportunityInfo) -> dict[str, Any]:
    """Return what is new since the municipality approved a version: against the public one, or the last one kept."""
    if found.edit:
        return {"changes": changed_facts(found.values(), found.edit.values), "approved": None}
    approved = None if found.looked_at else last_approved(context.session(), found.id)
    changes = changed_facts(approved.values, found.values()) if approved else None
    return {"changes": changes, "approved": approved}


def _asked_word() -> str:
    asked = request.args.get("stand", "")
    return asked if asked in STANDS else "wartend"


def _chosen() -> list[Chosen]:
    """Return what was ticked, at most one page of it; each box says which revision was listed."""
    ticked = [CHOSEN.fullmatch(value) for value in request.form.getlist("chosen")[:PER_PAGE]]
    return [Chosen(int(match[1]), int(match[2])) for match in ticked if match]


def _tell(outcome: Outcome, words: Callable[[int], str], chosen: list[Chosen]) -> None:
    if not chosen:
        flash(gettext("Please tick at least one offer first."), "warning")
    if outcome.done:
        flash(words(outcome.done))
    for title in outcome.left:
        flash(
            gettext("“%(title)s” has changed or lacks something. Please look at it on its own.", title=title), "warning"
        )


def _released(number: int) -> str:
    return ngettext("The offer is released.", "%(num)s offers are released.", number)


def _looked_at(number: int) -> str:
    return ngettext("The offer is looked at.", "%(num)s offers are looked at.", number)
