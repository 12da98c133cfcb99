"""What the catalogue gives out: cards for lists and whole entries, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, SQLColumnExpression, and_, case, func, or_

from engagement.catalogue.models import CatalogueEntry

ADDRESS_KEPT = timedelta(days=180)
"""How long the address of an offer that is over names it: as long as an ongoing one is shown without anybody standing
by it, so that notice boards, newsletters and search engines have forgotten it by then; its title need not stay longer
(storage limitation, Art. 5 (1) (e) GDPR)."""
PAUSED = "paused"
"""Among the facts of a closed entry, under ``closed_as``: it may come back."""


@dataclass(frozen=True)
class Card:
    """An entry as a list shows it; the fields are those of ``catalogue.service.EntryData``."""

    tenant_id: int
    opportunity_id: int
    title: str
    slug: str
    summary: str
    organisation_id: int
    organisation_name: str
    organisation_slug: str
    category_ids: tuple[int, ...]
    target_group_ids: tuple[int, ...]
    category_slugs: tuple[str, ...]
    category_names: tuple[str, ...]
    target_group_names: tuple[str, ...]
    district_id: int | None
    district_name: str
    place_kind: str
    latitude: float | None
    longitude: float | None
    time_kind: str
    slots: tuple[str, ...]
    hours: Decimal | None
    hours_per: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    places: int | None
    places_taken: int
    picture_sha256: str | None
    picture_alt: str
    picture_focus: str
    languages: tuple[str, ...]
    minimum_age: int | None
    access: tuple[str, ...]
    suited_for: tuple[str, ...]
    taster: bool
    translations: dict[str, dict[str, str]]
    published_at: datetime
    updated_at: datetime

    @property
    def places_free(self) -> int | None:
        """Return how many places are free, None if their number was not said."""
        return None if self.places is None else max(0, self.places - self.places_taken)


@dataclass(frozen=True)
class Found(Card):
    """An entry in the results of a search; ``distance_km`` from the place that was asked for, if there was one."""

    distance_km: float | None = None


@dataclass(frozen=True)
class Entry(Card):
    """A whole entry, with the ``facts`` of its own page and when it will be taken down."""

    facts: dict[str, Any]
    expires_at: datetime | None


@dataclass(frozen=True)
class ClosedEntry(Card):
    """What is left of an offer that visitors cannot join any more.

    Args:
        ended_at: since when.
        paused: whether it may come back.
    """

    ended_at: datetime
    paused: bool


CARD_COLUMNS = tuple(getattr(CatalogueEntry, name) for name in Card.__dataclass_fields__)
ENTRY_COLUMNS = tuple(getattr(CatalogueEntry, name) for name in Entry.__dataclass_fields__)


def is_live(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that an entry is neither closed nor expired, and has not taken place at ``moment``.

    A dated entry without an end is over when it has begun.
    """
    entry, over = CatalogueEntry, _last_moment()
    return and_(
        entry.closed_at.is_(None),
        or_(entry.expires_at.is_(None), entry.expires_at > moment),
        or_(over.is_(None), over > moment),
    )


def ended_at() -> SQLColumnExpression[datetime]:
    """Return since when an entry that is not live has been over."""
    entry = CatalogueEntry
    return func.coalesce(entry.closed_at, func.least(entry.expires_at, _last_moment()))


def _last_moment() -> SQLColumnExpression[datetime | None]:
    entry = CatalogueEntry
    return func.coalesce(entry.ends_at, case((entry.time_kind == "dated", entry.starts_at)))


def plain(row: RowMapping) -> dict[str, Any]:
    """Return a row's values by name, lists as tuples, so that what leaves here cannot be changed."""
    return {str(name): tuple(value) if isinstance(value, list) else value for name, value in row.items()}
