"""A club's inbox: what waits for an answer first, longest wait on top, then everything else, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engagement.applications.kinds import ApplicationState, Group
from engagement.applications.models import Application
from engagement.applications.policy import group_of
from engagement.opportunities.models import Opportunity

PAGE_SIZE = 20
EXCERPT = 160


@dataclass(frozen=True)
class InboxFilter:
    """What to show; None means everything. ``waiting`` shows only what the club owes an answer."""

    waiting: bool = False
    state: ApplicationState | None = None
    opportunity_id: int | None = None


@dataclass(frozen=True)
class InboxRow:
    """An application in a list; ``message`` is cut to its beginning."""

    id: int
    name: str
    title: str
    message: str
    state: ApplicationState
    group: Group
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None


@dataclass(frozen=True)
class InboxPage:
    """One page of the inbox.

    Args:
        total: how many applications the filter finds.
        number: of this page, from 1.
        pages: how many there are, at least 1.
    """

    rows: tuple[InboxRow, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class InboxCounts:
    """How many applications of a club there are, whatever the filter says.

    Args:
        waiting: how many of them wait for the club.
        opportunities: id and title of each opportunity that somebody has signed up for, by title.
    """

    total: int
    waiting: int
    opportunities: tuple[tuple[int, str], ...]


def inbox(session: Session, organisation_id: int, shown: InboxFilter, number: int = 1) -> InboxPage:
    """Return a page of the inbox; a number out of range gives the nearest page."""
    conditions = _conditions(organisation_id, shown)
    total = session.scalar(_of_club(func.count()).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    rows = session.execute(
        _of_club(
            Application.id,
            Application.name,
            Opportunity.title,
            func.left(Application.message, 2 * EXCERPT).label("message"),
            Application.state,
            Application.created_at,
            Application.updated_at,
            Application.waiting_since,
        )
        .where(*conditions)
        .order_by(
            Application.waiting_since.asc().nulls_last(),
            _rank(),
            case((Application.state == ApplicationState.QUEUED, Application.queued_at)),
            Application.updated_at.desc(),
            Application.id.desc(),
        )
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return InboxPage(tuple(_row(row._asdict()) for row in rows), total, number, pages)


def inbox_counts(session: Session, organisation_id: int) -> InboxCounts:
    """Return how much there is, for the filters and for the club's start page."""
    rows = session.execute(
        _of_club(
            Opportunity.id,
            Opportunity.title,
            func.count().label("total"),
            func.count(Application.waiting_since).label("waiting"),
        )
        .where(Opportunity.organisation_id == organisation_id)
        .group_by(Opportunity.id, Opportunity.title)
        .order_by(Opportunity.title, Opportunity.id)
    ).all()
    return InboxCounts(
        total=sum(row.total for row in rows),
        waiting=sum(row.waiting for row in rows),
        opportunities=tuple((row.id, row.title) for row in rows),
    )


def _of_club(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Application)
        .join(
            Opportunity,
            (Opportunity.tenant_id == Application.tenant_id) & (Opportunity.id == Application.opportunity_id),
        )
    )


def _conditions(organisation_id: int, shown: InboxFilter) -> list[ColumnElement[bool]]:
    conditions = [Opportunity.organisation_id == organisation_id]
    if shown.waiting:
        conditions.append(Application.waiting_since.is_not(None))
    if shown.state is not None:
        conditions.append(Application.state == shown.state)
    if shown.opportunity_id is not None:
        conditions.append(Opportunity.id == shown.opportunity_id)
    return conditions


def _rank() -> ColumnElement[int]:
    ranks = {ApplicationState.IN_CONTACT: 1, ApplicationState.ACCEPTED: 2, ApplicationState.QUEUED: 3}
    return case(ranks, value=Application.state, else_=4)


def _row(values: dict[str, Any]) -> InboxRow:
    text = " ".join(values["message"].split())
    values["message"] = f"{text[:EXCERPT].rstrip()} …" if len(text) > EXCERPT else text
    return InboxRow(**values, group=group_of(values["state"], waiting=values["waiting_since"] is not None))
