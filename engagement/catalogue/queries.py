"""Reading the catalogue: the search, single entries, short lists and counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import Session

from engagement.catalogue.asking import Effort, Order, SearchQuery, Wish
from engagement.catalogue.entries import (
    ADDRESS_KEPT,
    CARD_COLUMNS,
    ENTRY_COLUMNS,
    PAUSED,
    Card,
    ClosedEntry,
    Entry,
    Found,
    ended_at,
    is_live,
    plain,
)
from engagement.catalogue.facets import Facets, facets, without_each
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.scoring import scores_of
from engagement.catalogue.search import Question, SearchPage, answer, search, understand
from engagement.catalogue.suggestions import Suggestion, suggest
from engagement.catalogue.widening import widen
from engagement.catalogue.wishes import read_wish
from engagement.kernel.clock import now
from engagement.kernel.counting import counts_of
from engagement.kernel.db import tenant_of

__all__ = [
    "Card",
    "ClosedEntry",
    "Effort",
    "Entry",
    "Facets",
    "Found",
    "Order",
    "Question",
    "SearchPage",
    "SearchQuery",
    "Suggestion",
    "UsedWords",
    "Wish",
    "affinities",
    "answer",
    "candidates",
    "category_counts",
    "count_of_organisation",
    "entries_of_organisation",
    "facets",
    "find_closed",
    "find_entry",
    "newest",
    "offer_counts",
    "offers_lacking",
    "search",
    "starting_soon",
    "suggest",
    "understand",
    "used_words",
    "without_each",
]

SOON = timedelta(days=30)


@dataclass(frozen=True)
class UsedWords:
    """Ids of the words that visible offers have."""

    categories: frozenset[int]
    target_groups: frozenset[int]
    districts: frozenset[int]


def find_entry(session: Session, opportunity_id: int) -> Entry | None:
    """Return a published opportunity of the session's tenant, None if it is not there or over."""
    statement = select(*ENTRY_COLUMNS).where(*_live_in_tenant(session), CatalogueEntry.opportunity_id == opportunity_id)
    row = session.execute(statement).mappings().one_or_none()
    return Entry(**plain(row)) if row else None


def find_closed(session: Session, opportunity_id: int) -> ClosedEntry | None:
    """Return what is left of an offer of the session's tenant that is over; None if it is live or long over."""
    moment = now()
    paused = func.coalesce(CatalogueEntry.facts["closed_as"].astext == PAUSED, literal(value=False))
    statement = select(*CARD_COLUMNS, ended_at().label("ended_at"), paused.label("paused")).where(
        CatalogueEntry.tenant_id == tenant_of(session),
        CatalogueEntry.opportunity_id == opportunity_id,
        not_(is_live(moment)),
        ended_at() > moment - ADDRESS_KEPT,
    )
    row = session.execute(statement).mappings().one_or_none()
    return ClosedEntry(**plain(row)) if row else None


def newest(session: Session, limit: int) -> list[Card]:
    """Return what was published last, newest first."""
    order = (CatalogueEntry.published_at.desc(), CatalogueEntry.opportunity_id.desc())
    return _cards(session, _live_cards(session).order_by(*order).limit(limit))


def starting_soon(session: Session, limit: int) -> list[Card]:
    """Return the dated offers that begin within 30 days, the next first."""
    soon = CatalogueEntry.starts_at.between(now(), now() + SOON)
    statement = _live_cards(session).where(CatalogueEntry.time_kind == "dated", soon)
    order = (CatalogueEntry.starts_at, CatalogueEntry.opportunity_id)
    return _cards(session, statement.order_by(*order).limit(limit))


def entries_of_organisation(session: Session, organisation_id: int) -> list[Card]:
    """Return what an organisation offers, newest first."""
    statement = _live_cards(session).where(CatalogueEntry.organisation_id == organisation_id)
    return _cards(session, statement.order_by(CatalogueEntry.published_at.desc(), CatalogueEntry.opportunity_id.desc()))


def count_of_organisation(session: Session, organisation_id: int) -> int:
    """Return how many offers an organisation has."""
    mine = (*_live_in_tenant(session), CatalogueEntry.organisation_id == organisation_id)
    return session.scalar(select(func.count()).select_from(CatalogueEntry).where(*mine)) or 0


def candidates(session: Session, category_ids: tuple[int, ...], limit: int) -> list[Card]:
    """Return entries that share one of the categories, or any if there are none given, newest first."""
    statement = _live_cards(session)
    if category_ids:
        statement = statement.where(CatalogueEntry.category_ids.overlap(list(category_ids)))
    return _cards(session, statement.order_by(CatalogueEntry.published_at.desc()).limit(limit))


def affinities(session: Session, text: str) -> dict[int, float]:
    """Return how well entries answer the words of ``text``, 1 being the best; those that do not are absent."""
    tenants = (tenant_of(session),)
    asked = widen(session, read_wish(text), tenants)
    if not asked.matches:
        return {}
    scores = scores_of(tenants, asked)
    found = {row.opportunity_id: float(row.score) for row in session.execute(select(scores))}
    best = max(found.values(), default=0.0)
    return {number: score / best for number, score in found.items()} if best else {}


def offers_lacking(session: Session, needs: Collection[str]) -> frozenset[int]:
    """Return the offers whose place is known to lack any of ``needs``, such as ``step_free``."""
    lacks = or_(*(CatalogueEntry.facts[need].as_boolean().is_(False) for need in sorted(needs)))
    return frozenset(session.scalars(select(CatalogueEntry.opportunity_id).where(*_live_in_tenant(session), lacks)))


def category_counts(session: Session) -> dict[int, int]:
    """Return how many offers each category has, by its id."""
    category = func.unnest(CatalogueEntry.category_ids)
    return counts_of(session, select(category, func.count()).where(*_live_in_tenant(session)).group_by(category))


def used_words(session: Session) -> UsedWords:
    """Return which words the visible offers have."""
    live = _live_in_tenant(session)
    rows = session.execute(
        union_all(
            select(literal("category").label("kind"), func.unnest(CatalogueEntry.category_ids).label("id")).where(
                *live
            ),
            select(literal("target_group"), func.unnest(CatalogueEntry.target_group_ids)).where(*live),
            select(literal("district"), CatalogueEntry.district_id).where(
                *live, CatalogueEntry.district_id.is_not(None)
            ),
        )
    )
    found = {(row.kind, row.id) for row in rows}
    categories, target_groups, districts = (
        frozenset(number for kind, number in found if kind == wanted)
        for wanted in ("category", "target_group", "district")
    )
    return UsedWords(categories, target_groups, districts)


def offer_counts(session: Session) -> dict[int, int]:
    """Return how many offers each organisation has, by its id."""
    organisation = CatalogueEntry.organisation_id
    return counts_of(
        session, select(organisation, func.count()).where(*_live_in_tenant(session)).group_by(organisation)
    )


def _live_in_tenant(session: Session) -> tuple[ColumnElement[bool], ...]:
    return CatalogueEntry.tenant_id == tenant_of(session), is_live(now())


def _live_cards(session: Session) -> Select[tuple[object, ...]]:
    return select(*CARD_COLUMNS).where(*_live_in_tenant(session))


def _cards(session: Session, statement: Select[tuple[object, ...]]) -> list[Card]:
    return [Card(**plain(row)) for row in session.execute(statement).mappings()]
