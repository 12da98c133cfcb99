"""The demo's offers, each led through its life at the times that its text gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engagement.cli.demo.content import OfferText
from engagement.cli.demo.pictures import with_picture
from engagement.kernel.clock import now, stopped
from engagement.kernel.geo import Point
from engagement.opportunities import service
from engagement.opportunities.kinds import HoursPer, PlaceKind, State, TimeKind
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import DistrictTerm, TenantInfo, Term, Vocabulary

SPREAD = 0.0025
"""Degrees by which addresses lie beside the middle of their district: about 250 m to the north or south."""
STANDS = timedelta(days=170)
"""An offer that is still shown was stood by within the last half year."""


@dataclass(frozen=True)
class Life:
    """When an offer was made and when it came to its present state."""

    made: datetime
    settled: datetime


def add_offer(session: Session, tenant: TenantInfo, words: Vocabulary, organisation_id: int, text: OfferText) -> int:
    """Make an offer, bring it to its state, and return its id."""
    values = _values(tenant, words, text)
    life = _life(text, values)
    with stopped(life.made):
        offer_id = service.create_opportunity(session, organisation_id, with_picture(session, values))
    _settle(session, offer_id, State(text.state), life)
    return offer_id


def _settle(session: Session, offer_id: int, state: State, life: Life) -> None:
    if state is State.DRAFT:
        return
    if state is State.IN_REVIEW:
        with stopped(life.settled):
            service.submit_for_review(session, offer_id)
        return
    with stopped(life.settled if state is State.PUBLISHED else life.made):
        service.publish(session, offer_id, published_at=life.made)
    with stopped(life.settled):
        for step in _steps_after_publishing(state):
            step(session, offer_id)


def _steps_after_publishing(state: State) -> tuple[Callable[[Session, int], None], ...]:
    steps = {
        State.PAUSED: (service.pause,),
        State.CLOSED: (service.close,),
        State.ARCHIVED: (service.close, service.archive),
    }
    return steps.get(state, ())


def _life(text: OfferText, values: OpportunityValues) -> Life:
    """What is over was made before it began; what is shown was stood by not too long ago."""
    moment = now()
    made = moment - timedelta(days=text.created_days_ago, hours=3)
    if values.starts_at is not None:
        made = min(made, values.starts_at - timedelta(days=10))
    settled = moment - timedelta(days=text.edited_days_ago, hours=1)
    if text.state == State.PUBLISHED:
        settled = max(settled, moment - STANDS)
    return Life(made, max(settled, made))


def _values(tenant: TenantInfo, words: Vocabulary, text: OfferText) -> OpportunityValues:
    district = next((term for term in words.districts if term.name == text.district), None)
    starts_at = _start(tenant, text)
    made: dict[str, Any] = {
        "category_ids": _ids(words.categories, text.categories),
        "target_group_ids": _ids(words.target_groups, text.target_groups),
        "place_kind": PlaceKind(text.place),
        "city": tenant.name if text.place == PlaceKind.ADDRESS else "",
        "district_id": district.id if district else None,
        "point": _point(district, text),
        "time_kind": TimeKind(text.kind),
        "hours": Decimal(str(text.hours)) if text.hours is not None else None,
        "hours_per": HoursPer(text.hours_per) if text.hours_per else None,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=text.duration_hours) if starts_at else None,
        "accessible_toilet": text.toilet,
        "hearing_support": text.hearing,
    }
    same = (OfferText.__dataclass_fields__.keys() & OpportunityValues.__dataclass_fields__.keys()) - made.keys()
    return OpportunityValues(**made, **{name: getattr(text, name) for name in same})


def _ids(terms: Iterable[Term], names: tuple[str, ...]) -> tuple[int, ...]:
    known = {term.name: term.id for term in terms}
    return tuple(known[name] for name in names)


def _start(tenant: TenantInfo, text: OfferText) -> datetime | None:
    if text.starts_in_days is None:
        return None
    day = now().astimezone(tenant.time_zone).date() + timedelta(days=text.starts_in_days)
    return datetime.combine(day, time.fromisoformat(text.start_time), tenant.time_zone)


def _point(district: DistrictTerm | None, text: OfferText) -> Point | None:
    """Return a point beside the middle of the district, always the same one for the same street."""
    if text.place != PlaceKind.ADDRESS or district is None or district.point is None:
        return None
    digest = hashlib.sha256(f"{text.district} {text.street}".encode()).digest()
    north, east = (byte / 127.5 - 1 for byte in digest[:2])
    return Point(district.point.latitude + north * SPREAD, district.point.longitude + east * SPREAD * 1.5)
