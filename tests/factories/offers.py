"""Makes opportunities."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.queries import Entry, find_entry
from engagement.kernel.clock import now
from engagement.opportunities.kinds import PlaceKind, State, TimeKind
from engagement.opportunities.queries import OpportunityInfo, find_opportunity
from engagement.opportunities.service import OpportunityValues, create_opportunity, publish
from engagement.tenancy.models import Category, District

DESCRIPTION = "Wir lesen Kindern vor, hören zu und reden über das Gelesene. Eine Einführung gibt es an einem Abend."
_numbers = count(1)


def offer_values(session: Session, **values: Any) -> OpportunityValues:
    """Values that can be published; give what the test is about."""
    defaults: dict[str, Any] = {
        "title": f"Vorlesen an Ort {next(_numbers)}",
        "summary": "Einmal in der Woche Kindern vorlesen.",
        "description": DESCRIPTION,
        "place_kind": PlaceKind.DISTRICT,
    }
    if "category_ids" not in values:
        defaults["category_ids"] = tuple(session.scalars(select(Category.id).order_by(Category.position).limit(1)))
    if "district_id" not in values:
        defaults["district_id"] = session.scalar(select(District.id).order_by(District.position).limit(1))
    return OpportunityValues(**(defaults | values))


def make_opportunity(
    session: Session,
    organisation_id: int,
    *,
    state: State = State.PUBLISHED,
    **values: Any,
) -> int:
    """Make an opportunity, published unless ``state`` is draft, and return its id."""
    opportunity_id = create_opportunity(session, organisation_id, offer_values(session, **values))
    if state is State.PUBLISHED:
        publish(session, opportunity_id)
    return opportunity_id


def info(session: Session, opportunity_id: int) -> OpportunityInfo:
    """Return an opportunity as its organisation has it."""
    found = find_opportunity(session, opportunity_id)
    assert found
    return found


def shown(session: Session, opportunity_id: int) -> Entry:
    """Return an opportunity as visitors see it."""
    entry = find_entry(session, opportunity_id)
    assert entry
    return entry


def dated(days: float = 7, hours: float = 2) -> dict[str, Any]:
    """Values of an opportunity that starts in ``days`` and lasts ``hours``."""
    starts_at = (now() + timedelta(days=days)).replace(microsecond=0)
    return {"time_kind": TimeKind.DATED, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours)}
