"""The search: words and filters in, one page of cards and their number out, by one indexed query.

What stands for the words is found by ``widening``, how well an entry answers them by ``scoring``. Without words the
newest come first, but what begins in three days counts like what was published three days ago, so that the two mix by
urgency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Float, case, cast, func, null, select, true
from sqlalchemy.orm import Session

from engagement.catalogue.asking import PER_PAGE, Order, SearchQuery, conditions_of, distance_from
from engagement.catalogue.entries import CARD_COLUMNS, Found, is_live, plain
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.scoring import scores_of
from engagement.catalogue.widening import Asked, widen
from engagement.catalogue.wishes import read_wish
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of

MOST_PAGES = 1000
LAST = -1e12
"""The rank of what lacks the thing that the others are ordered by."""


@dataclass(frozen=True)
class SearchPage:
    """One page of what was found, and how much there is in all."""

    cards: tuple[Found, ...]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class Question:
    """A query whose words are understood, so that list and facets ask for the same without looking them up twice.

    Args:
        tenants: whose catalogues are searched, the session's own first.
        asked: what stands for the words, None if none were typed that count.
    """

    query: SearchQuery
    tenants: tuple[int, ...]
    asked: Asked | None

    @property
    def is_hopeless(self) -> bool:
        """Tell whether nothing in these catalogues stands for the words."""
        return self.asked is not None and self.asked.finds_nothing


def understand(session: Session, query: SearchQuery) -> Question:
    """Look up what stands for the words of ``query`` in the catalogues that it is about."""
    tenants = (tenant_of(session), *query.also_tenants)
    wish = read_wish(query.text)
    return Question(query, tenants, None if wish.is_empty else widen(session, wish, tenants))


def search(session: Session, query: SearchQuery) -> SearchPage:
    """Find what ``query`` asks for in the catalogue of the session's tenant and of those named in it."""
    return answer(session, understand(session, query))


def answer(session: Session, question: Question) -> SearchPage:
    """Find what a question that is understood asks for."""
    if question.is_hopeless:
        return SearchPage((), 0, 1, question.query.per_page)
    page = min(max(1, question.query.page), MOST_PAGES)
    found = _run(session, question, page)
    if not found.cards and found.total:
        return _run(session, question, found.pages)
    return found


def _run(session: Session, question: Question, page: int) -> SearchPage:
    found = found_by(question)
    total = select(func.count()).select_from(found).scalar_subquery().label("total")
    chosen = (
        select(found.c.tenant_id, found.c.opportunity_id, found.c.rank)
        .order_by(found.c.rank.desc(), found.c.opportunity_id.desc(), found.c.tenant_id)
        .limit(question.query.per_page)
        .offset((page - 1) * question.query.per_page)
        .subquery()
    )
    on_page = (CatalogueEntry.tenant_id == chosen.c.tenant_id) & (
        CatalogueEntry.opportunity_id == chosen.c.opportunity_id
    )
    one_row = select(total).subquery()
    statement = (
        select(one_row.c.total, _distance(question.query).label("distance_km"), *CARD_COLUMNS)
        .select_from(one_row)
        .outerjoin(chosen, true())
        .outerjoin(CatalogueEntry, on_page)
        .order_by(chosen.c.rank.desc(), chosen.c.opportunity_id.desc(), chosen.c.tenant_id)
    )
    rows = [dict(plain(row)) for row in session.execute(statement).mappings()]
    totals = [int(row.pop("total")) for row in rows]
    cards = tuple(Found(**row) for row in rows if row["opportunity_id"] is not None)
    return SearchPage(cards, totals[0], page, question.query.per_page)


def found_by(question: Question) -> CTE:
    """Return what is found, each with a rank: the higher, the earlier it comes."""
    entry = CatalogueEntry
    filters, rank = conditions_of(question.query), _rank(question.query)
    if question.asked is None:
        live = (entry.tenant_id.in_(question.tenants), is_live(now()))
        urgency = _urgency() if rank is None else rank
        each = select(entry.tenant_id, entry.opportunity_id, urgency.label("rank"))
        return each.where(*live, *filters).cte("found")
    scores = scores_of(question.tenants, question.asked)
    best = scores.c.score if rank is None else rank
    ranked = select(scores.c.tenant_id, scores.c.opportunity_id, best.label("rank"))
    if filters or rank is not None:
        same = (entry.tenant_id == scores.c.tenant_id) & (entry.opportunity_id == scores.c.opportunity_id)
        ranked = ranked.join(entry, same).where(*filters)
    return ranked.cte("found")


def _rank(query: SearchQuery) -> ColumnElement[Any] | None:
    """Return what the visitor wants to be first, None for what fits best."""
    begins = func.extract("epoch", CatalogueEntry.starts_at)
    ranks: dict[Order, Callable[[], ColumnElement[Any]]] = {
        Order.NEWEST: lambda: func.extract("epoch", CatalogueEntry.published_at),
        Order.SOONEST: lambda: func.coalesce(-begins, LAST),
        Order.NEAREST: lambda: func.coalesce(-_distance(query), LAST),
    }
    rank = ranks.get(query.order)
    return rank() if rank and (query.centre or query.order is not Order.NEAREST) else None


def _distance(query: SearchQuery) -> ColumnElement[float]:
    return distance_from(query.centre) if query.centre else cast(null(), Float)


def _urgency() -> ColumnElement[float]:
    """Return a rank in seconds: the later of the publication and the mirror image in time of a beginning to come.

    The present is that of the hour, so that from one page of a list to the next nothing changes places.
    """
    hour = now().replace(minute=0, second=0, microsecond=0)
    published = func.extract("epoch", CatalogueEntry.published_at - hour)
    begins_in = func.extract("epoch", CatalogueEntry.starts_at - hour)
    return func.greatest(published, case((begins_in > 0, -begins_in)))
