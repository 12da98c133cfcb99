"""What a map shows of the results of a search: a point for each entry that has a place, by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from engagement.catalogue.asking import has_place
from engagement.catalogue.entries import plain
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.search import Question, found_by

MOST_POINTS = 2_000
"""More than that help nobody who looks, and an old phone least of all."""


@dataclass(frozen=True)
class Point:
    """An entry as a map shows it; the fields are those of ``Card``.

    Args:
        same_place: how many of the results are at this very point, this one among them.
    """

    tenant_id: int
    opportunity_id: int
    title: str
    translations: dict[str, dict[str, str]]
    slug: str
    organisation_name: str
    latitude: float
    longitude: float
    time_kind: str
    slots: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    same_place: int


@dataclass(frozen=True)
class Points:
    """The points of a search in the order of its list, and how many there are in all."""

    points: tuple[Point, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class Spread:
    """How many results have a place, and how many have none of their own."""

    placed: int = 0
    placeless: int = 0


COLUMNS = tuple(getattr(CatalogueEntry, name) for name in Point.__dataclass_fields__ if name != "same_place")


def points(session: Session, question: Question, most: int = MOST_POINTS) -> Points:
    """Return the points of what a question finds, ``most`` at most, the best first."""
    if question.is_hopeless:
        return Points()
    found = found_by(question)
    here = func.count().over(partition_by=(CatalogueEntry.latitude, CatalogueEntry.longitude))
    statement = (
        _entries(found, *COLUMNS, here.label("same_place"), func.count().over().label("total"))
        .where(has_place())
        .order_by(found.c.rank.desc(), found.c.opportunity_id.desc(), found.c.tenant_id)
        .limit(most)
    )
    rows = [plain(row) for row in session.execute(statement).mappings()]
    totals = {int(row.pop("total")) for row in rows}
    return Points(tuple(Point(**row) for row in rows), max(totals, default=0))


def spread(session: Session, question: Question) -> Spread:
    """Count what a map can show of a question's answers, and what it cannot."""
    if question.is_hopeless:
        return Spread()
    counts = (func.count().filter(has_place()), func.count().filter(~has_place()))
    return Spread(*session.execute(_entries(found_by(question), *counts)).one())


def _entries(found: CTE, *columns: ColumnElement[Any]) -> Select[Any]:
    entry = CatalogueEntry
    same = and_(entry.tenant_id == found.c.tenant_id, entry.opportunity_id == found.c.opportunity_id)
    return select(*columns).select_from(found).join(entry, same)
