"""Reading opportunities, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from engagement.kernel.clock import now
from engagement.kernel.counting import counts_of
from engagement.kernel.geo import Point
from engagement.opportunities.content import from_json
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.opportunities.policy import Look
from engagement.opportunities.values import LINKED, OpportunityValues
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import ModerationPolicy

__all__ = [
    "EditInfo",
    "OpportunityInfo",
    "OpportunityLine",
    "find_opportunity",
    "opportunities_of",
    "opportunity_info",
    "whole",
]

SOON = timedelta(days=21)
"""How long before its end an opportunity is called to mind."""


@dataclass(frozen=True)
class EditInfo:
    """A changed version of something public that visitors do not see yet.

    Args:
        values: what it says.
        picture_sha256: names its picture, "" if it has none.
        note: what the municipality wrote when it sent the edit back.
        waiting_since: None once it was sent back.
    """

    values: OpportunityValues
    picture_sha256: str
    note: str
    waiting_since: datetime | None
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpportunityInfo(OpportunityValues):
    """An opportunity with all that is known of it.

    Args:
        district: name of its part of the municipality, "" if none was chosen.
        suspended: whether its organisation is hidden for the time being.
        picture_sha256: names its picture in the address of the picture, "" if it has none.
        review_note: what the municipality wrote when it sent the opportunity back.
        source: name of the import it came from, "" if a person made it.
        revision: counts every change.
        looked_at: when the municipality approved the present content, None if it has not.
        needs_look: the municipality wants to see the next version first.
        handed_in_at: since when it has been waiting, if it is in review.
        edit: a changed version that visitors do not see yet.
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
    revision: int
    looked_at: datetime | None
    needs_look: bool
    handed_in_at: datetime | None
    edit: EditInfo | None

    @property
    def last_moment(self) -> datetime | None:
        """Return when visitors see it last; an expiry at midnight belongs to the day before."""
        return self.expires_at - timedelta(seconds=1) if self.expires_at else None

    def values(self) -> OpportunityValues:
        """Return only what describes it."""
        return OpportunityValues(**{name: getattr(self, name) for name in OpportunityValues.__dataclass_fields__})

    def latest(self) -> OpportunityInfo:
        """Return it as its organisation left it: with the edit that visitors do not see yet."""
        if self.edit is None:
            return self
        said = {name: getattr(self.edit.values, name) for name in OpportunityValues.__dataclass_fields__}
        return replace(
            self,
            **said,
            picture_sha256=self.edit.picture_sha256,
            review_note=self.edit.note,
            updated_at=self.edit.updated_at,
        )

    def look(self, moderation: ModerationPolicy) -> Look:
        """Return what the municipality, with this policy, has to do before everybody sees it."""
        return Look(moderation, approved=self.looked_at is not None, demanded=self.needs_look)

    @property
    def waits(self) -> bool:
        """Tell whether the municipality is asked for a look."""
        return self.state is State.IN_REVIEW or (self.edit is not None and self.edit.waiting_since is not None)


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
    edit_waits: bool

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


def fields_of_former(session: Session, opportunity_id: int) -> tuple[int, ...] | None:
    """Return the ids of the fields of an opportunity that visitors may once have seen, None if they never have."""
    row = session.scalar(whole().where(Opportunity.id == opportunity_id, Opportunity.published_at.is_not(None)))
    if row is None or row.organisation.verification is Verification.PENDING:
        return None
    return tuple(word.id for word in row.categories)


def count_by_state(session: Session, organisation_id: int) -> dict[State, int]:
    """Return how many opportunities of an organisation are in each state."""
    mine = select(Opportunity.state, func.count()).where(Opportunity.organisation_id == organisation_id)
    counts = counts_of(session, mine.group_by(Opportunity.state))
    return {state: counts.get(state, 0) for state in State}


def whole() -> Select[Opportunity]:
    """Return the statement that reads opportunities with all that belongs to them."""
    return select(Opportunity).options(
        joinedload(Opportunity.organisation),
        joinedload(Opportunity.district),
        joinedload(Opportunity.picture),
        joinedload(Opportunity.edit).joinedload(OpportunityEdit.picture),
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
        revision=row.revision,
        looked_at=row.looked_at,
        needs_look=row.needs_look,
        handed_in_at=row.handed_in_at,
        edit=_edit(row.edit) if row.edit else None,
    )


def _edit(row: OpportunityEdit) -> EditInfo:
    return EditInfo(
        values=from_json(row.content),
        picture_sha256=row.picture.sha256 if row.picture else "",
        note=row.note,
        waiting_since=row.waiting_since,
        updated_at=row.updated_at,
    )


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _lines(*conditions: ColumnElement[bool]) -> Select[Opportunity]:
    return (
        select(Opportunity)
        .options(joinedload(Opportunity.organisation), joinedload(Opportunity.edit))
        .where(*conditions)
        .execution_options(populate_existing=True)
    )


def _line(row: Opportunity) -> OpportunityLine:
    return OpportunityLine(
        id=row.id,
        title=row.title,
        slug=row.slug,
        state=row.state,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        review_note=row.review_note or (row.edit.note if row.edit else ""),
        time_kind=row.time_kind,
        starts_at=row.starts_at,
        places=row.places,
        places_taken=row.places_taken,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
        edit_waits=row.edit is not None and row.edit.waiting_since is not None,
    )


def titles_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of opportunities by id; those that are gone are left out."""
    wanted = select(Opportunity.id, Opportunity.title).where(Opportunity.id.in_(list(ids)))
    return {row.id: row.title for row in session.execute(wanted)}
