"""Entries as they leave the house: whole, in batches, with those that were closed where calendars must hear of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from engagement.catalogue.asking import SearchQuery, conditions_of
from engagement.catalogue.entries import CARD_COLUMNS, Card, Entry, is_live, plain
from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of

BATCH = 500
KEPT_AFTERWARDS = timedelta(days=7)
"""How long a date stays in the calendar after it is over."""
MOST_DATES = 1_000
"""In one calendar, the next ones first."""


@dataclass(frozen=True)
class OutwardEntry(Entry):
    """A whole entry, whether it is still open or not.

    Args:
        target_group_slugs: of the same words as ``target_group_names``.
        closed_at: when it was closed, None if it is open.
    """

    target_group_slugs: tuple[str, ...]
    closed_at: datetime | None

    @property
    def revision(self) -> int:
        """Return how often it has changed; 0 for an entry from before this was noted."""
        return int(self.facts.get("revision", 0))

    @property
    def source(self) -> dict[str, str] | None:
        """Return ``system`` and ``id`` of what was imported, None for what was written here."""
        return self.facts.get("source")

    @property
    def last_moment(self) -> datetime | None:
        """Return when a dated entry is over; one without an end is over when it begins."""
        return self.ends_at or (self.starts_at if self.time_kind == "dated" else None)

    def is_over(self, moment: datetime) -> bool:
        """Tell whether it is closed, expired or has taken place."""
        ends = [end for end in (self.closed_at, self.expires_at, self.last_moment) if end]
        return any(end <= moment for end in ends)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether a date was called off before it began."""
        return self.closed_at is not None and self.starts_at is not None and self.closed_at < self.starts_at


@dataclass(frozen=True)
class Address:
    """What makes up the address of an entry, and when it last changed."""

    opportunity_id: int
    slug: str
    updated_at: datetime


_COLUMNS = tuple(getattr(CatalogueEntry, name) for name in OutwardEntry.__dataclass_fields__)
_KEY = tuple_(CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id)


def whole_entries(session: Session, cards: Sequence[Card]) -> list[OutwardEntry]:
    """Return the whole entries of ``cards`` in the same order; those of other towns among them."""
    keys = [(card.tenant_id, card.opportunity_id) for card in cards]
    found = {(one.tenant_id, one.opportunity_id): one for one in _read(session, _select().where(_KEY.in_(keys)))}
    return [found[key] for key in keys if key in found]


def find_outward(session: Session, opportunity_id: int) -> OutwardEntry | None:
    """Return an entry of the session's tenant whatever became of it, None if there is or was none."""
    statement = _own(session).where(CatalogueEntry.opportunity_id == opportunity_id)
    return next(iter(_read(session, statement)), None)


def live_entries(session: Session) -> Iterator[OutwardEntry]:
    """Yield every open entry of the session's tenant by number, read in batches so that memory stays flat."""
    last = 0
    while True:
        statement = _own(session).where(is_live(now()), CatalogueEntry.opportunity_id > last)
        batch = _read(session, statement.order_by(CatalogueEntry.opportunity_id).limit(BATCH))
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].opportunity_id


def calendar_entries(session: Session, query: SearchQuery) -> list[OutwardEntry]:
    """Return the dates that ``query`` asks for besides words: to come, just over, and called off."""
    over = func.coalesce(CatalogueEntry.ends_at, CatalogueEntry.starts_at)
    statement = _own(session).where(
        CatalogueEntry.time_kind == "dated",
        CatalogueEntry.starts_at.is_not(None),
        over > now() - KEPT_AFTERWARDS,
        *conditions_of(query),
    )
    order = (CatalogueEntry.starts_at, CatalogueEntry.opportunity_id)
    return _read(session, statement.order_by(*order).limit(MOST_DATES))


def cards_of_organisation(session: Session, organisation_id: int, query: SearchQuery, limit: int) -> list[Card]:
    """Return the open entries of one organisation that ``query`` asks for besides words, newest first."""
    statement = select(*CARD_COLUMNS).where(
        CatalogueEntry.tenant_id == tenant_of(session),
        CatalogueEntry.organisation_id == organisation_id,
        is_live(now()),
        *conditions_of(query),
    )
    order = (CatalogueEntry.published_at.desc(), CatalogueEntry.opportunity_id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit)).mappings()
    return [Card(**plain(row)) for row in rows]


def offering_organisations(session: Session) -> list[tuple[int, str]]:
    """Return number and name of the organisations that have open entries, by name."""
    name = func.min(CatalogueEntry.organisation_name)
    statement = select(CatalogueEntry.organisation_id, name.label("name")).where(
        CatalogueEntry.tenant_id == tenant_of(session), is_live(now())
    )
    rows = session.execute(statement.group_by(CatalogueEntry.organisation_id).order_by(func.lower(name)))
    return [(int(row.organisation_id), str(row.name)) for row in rows]


def count_live(session: Session) -> int:
    """Return how many open entries the session's tenant has."""
    statement = select(func.count()).where(CatalogueEntry.tenant_id == tenant_of(session), is_live(now()))
    return session.scalar(statement) or 0


def live_addresses(session: Session, limit: int, offset: int = 0) -> list[Address]:
    """Return a slice of the addresses of open entries, by number."""
    columns = (CatalogueEntry.opportunity_id, CatalogueEntry.slug, CatalogueEntry.updated_at)
    statement = select(*columns).where(CatalogueEntry.tenant_id == tenant_of(session), is_live(now()))
    rows = session.execute(statement.order_by(CatalogueEntry.opportunity_id).limit(limit).offset(offset))
    return [Address(row.opportunity_id, row.slug, row.updated_at) for row in rows]


def _select() -> Select[tuple[object, ...]]:
    return select(*_COLUMNS)


def _own(session: Session) -> Select[tuple[object, ...]]:
    return _select().where(CatalogueEntry.tenant_id == tenant_of(session))


def _read(session: Session, statement: Select[tuple[object, ...]]) -> list[OutwardEntry]:
    return [OutwardEntry(**plain(row)) for row in session.execute(statement).mappings()]
