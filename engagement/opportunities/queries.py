"""Reading opportunities, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from engagement.kernel.clock import now
from engagement.kernel.geo import Point
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.values import LINKED, OpportunityValues
from engagement.organisations.kinds import Verification

__all__ = [
    "OpportunityInfo",
    "OpportunityLine",
    "find_opportunity",
    "opportunities_in_review",
    "opportunities_of",
    "opportunity_info",
    "whole",
]

SOON = timedelta(days=21)
"""How long before its end an opportunity is called to mind."""


@dataclass(frozen=True, kw_only=True)
class OpportunityInfo(OpportunityValues):
    """An opportunity with all that is known of it.

    Args:
        district: name of its part of the municipality, "" if none was chosen.
        suspended: whether its organisation is hidden for the time being.
        picture_sha256: names its picture in the address of the picture, "" if it has none.
        review_note: what the municipality wrote when it sent the opportunity back.
        source: name of the import it came from, "" if a person made it.
    """

    id: int
    slug: str
    state: State
    organisation_id: int
    organisation_name: str
    organisation_slug: str
    verification: Verification
    suspended: bool
    district: str
    picture_sha256: str
    review_note: str
    places_taken: int
    source: str
    published_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def last_moment(self) -> datetime | None:
        """Return when visitors see it last; an expiry at midnight belongs to the day before."""
        return self.expires_at - timedelta(seconds=1) if self.expires_at else None

    def values(self) -> OpportunityValues:
        """Return only what describes it."""
        return OpportunityValues(**{name: getattr(self, name) for name in OpportunityValues.__dataclass_fields__})


@dataclass(frozen=True)
class OpportunityLine:
    """An opportunity as one line of a list."""

    id: int
    title: str
    slug: str
    state: State
    organisation_id: int
    organisation_name: str
    review_note: str
    time_kind: str
    starts_at: datetime | None
    places: int | None
    places_taken: int
    expires_at: datetime | None
    updated_at: datetime

    @property
    def expires_soon(self) -> bool:
        """Tell whether visitors see it for less than three weeks more."""
        return self.state is State.PUBLISHED and self.expires_at is not None and self.expires_at < now() + SOON


def find_opportunity(session: Session, opportunity_id: int) -> OpportunityInfo | None:
    """Return the opportunity with this id, whatever its state."""
    row = session.scalar(whole().where(Opportunity.id == opportunity_id).execution_options(populate_existing=True))
    return opportunity_info(row) if row else None


def opportunities_of(
    session: Session, organisation_id: int, states: Iterable[State] | None = None
) -> list[OpportunityLine]:
    """Return an organisation's opportunities, the one changed last first.

    Args:
        session: open for the tenant.
        organisation_id: whose.
        states: only those in these states; all if None.
    """
    conditions = [Opportunity.organisation_id == organisation_id]
    if states is not None:
        conditions.append(Opportunity.state.in_(list(states)))
    order = (Opportunity.updated_at.desc(), Opportunity.id.desc())
    return [_line(row) for row in session.scalars(_lines(*conditions).order_by(*order))]


def opportunities_in_review(session: Session) -> list[OpportunityLine]:
    """Return what waits for a look by the municipality, the longest waiting first."""
    order = (Opportunity.updated_at, Opportunity.id)
    return [_line(row) for row in session.scalars(_lines(Opportunity.state == State.IN_REVIEW).order_by(*order))]


def count_by_state(session: Session, organisation_id: int) -> dict[State, int]:
    """Return how many opportunities of an organisation are in each state."""
    rows = session.execute(
        select(Opportunity.state, func.count())
        .where(Opportunity.organisation_id == organisation_id)
        .group_by(Opportunity.state)
    )
    counts = {state: number for state, number in rows}  # noqa: C416 - mypy knows a row as a tuple only when unpacked
    return {state: counts.get(state, 0) for state in State}


def whole() -> Select[Opportunity]:
    """Return the statement that reads opportunities with all that belongs to them."""
    return select(Opportunity).options(
        joinedload(Opportunity.organisation),
        joinedload(Opportunity.district),
        joinedload(Opportunity.picture),
        selectinload(Opportunity.categories),
        selectinload(Opportunity.target_groups),
    )


def opportunity_info(row: Opportunity) -> OpportunityInfo:
    """Return the plain values of a row that was read with ``whole``."""
    known = row.latitude is not None and row.longitude is not None
    described: dict[str, Any] = {
        name: _plain(getattr(row, name))
        for name in OpportunityValues.__dataclass_fields__
        if name not in {*LINKED, "point"}
    }
    return OpportunityInfo(
        **described,
        category_ids=tuple(word.id for word in row.categories),
        target_group_ids=tuple(word.id for word in row.target_groups),
        point=Point(row.latitude or 0.0, row.longitude or 0.0) if known else None,
        id=row.id,
        slug=row.slug,
        state=row.state,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        organisation_slug=row.organisation.slug,
        verification=row.organisation.verification,
        suspended=row.organisation.suspended_at is not None,
        district=row.district.name if row.district else "",
        picture_sha256=row.picture.sha256 if row.picture else "",
        review_note=row.review_note,
        places_taken=row.places_taken,
        source=row.source,
        published_at=row.published_at,
        expires_at=row.expires_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value


def _lines(*conditions: ColumnElement[bool]) -> Select[Opportunity]:
    return select(Opportunity).options(joinedload(Opportunity.organisation)).where(*conditions)


def _line(row: Opportunity) -> OpportunityLine:
    return OpportunityLine(
        id=row.id,
        title=row.title,
        slug=row.slug,
        state=row.state,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        review_note=row.review_note,
        time_kind=row.time_kind,
        starts_at=row.starts_at,
        places=row.places,
        places_taken=row.places_taken,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
    )


def titles_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of opportunities by id; those that are gone are left out."""
    wanted = select(Opportunity.id, Opportunity.title).where(Opportunity.id.in_(list(ids)))
    return {row.id: row.title for row in session.execute(wanted)}
