"""The search: words and filters in, one page of cards and their number out, by one indexed query.

What stands for the words is found by ``widening``, how well an entry answers them by ``scoring``. Without words the
newest come first, but what begins in three days counts like what was published three days ago, so that the two mix by
urgency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from engagement.catalogue.asking import PER_PAGE, SearchQuery, conditions_of
from engagement.catalogue.entries import CARD_COLUMNS, Card, is_live, plain
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.scoring import scores_of
from engagement.catalogue.widening import Match, widen
from engagement.catalogue.words import query_words
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of

MOST_PAGES = 1000


@dataclass(frozen=True)
class SearchPage:
    """One page of what was found, and how much there is in all."""

    cards: tuple[Card, ...]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.per_page))


def search(session: Session, query: SearchQuery) -> SearchPage:
    """Find what ``query`` asks for in the catalogue of the session's tenant and of those named in it."""
    words = query_words(query.text)
    matches = widen(session, words, _tenants(session, query))
    if words and not matches:
        return SearchPage((), 0, 1, query.per_page)
    page = min(max(1, query.page), MOST_PAGES)
    found = _run(session, query, matches, page)
    if not found.cards and found.total:
        return _run(session, query, matches, found.pages)
    return found


def _run(session: Session, query: SearchQuery, matches: Sequence[Match], page: int) -> SearchPage:
    found = _found(_tenants(session, query), query, matches)
    total = select(func.count()).select_from(found).scalar_subquery().label("total")
    chosen = (
        select(found.c.tenant_id, found.c.opportunity_id, found.c.rank)
        .order_by(found.c.rank.desc(), found.c.opportunity_id.desc(), found.c.tenant_id)
        .limit(query.per_page)
        .offset((page - 1) * query.per_page)
        .subquery()
    )
    on_page = (CatalogueEntry.tenant_id == chosen.c.tenant_id) & (
        CatalogueEntry.opportunity_id == chosen.c.opportunity_id
    )
    one_row = select(total).subquery()
    statement = (
        select(one_row.c.total, *CARD_COLUMNS)
        .select_from(one_row)
        .outerjoin(chosen, true())
        .outerjoin(CatalogueEntry, on_page)
        .order_by(chosen.c.rank.desc(), chosen.c.opportunity_id.desc(), chosen.c.tenant_id)
    )
    rows = [dict(plain(row)) for row in session.execute(statement).mappings()]
    totals = [int(row.pop("total")) for row in rows]
    cards = tuple(Card(**row) for row in rows if row["opportunity_id"] is not None)
    return SearchPage(cards, totals[0], page, query.per_page)


def _tenants(session: Session, query: SearchQuery) -> tuple[int, ...]:
    return tenant_of(session), *query.also_tenants


def _found(tenants: Sequence[int], query: SearchQuery, matches: Sequence[Match]) -> CTE:
    entry = CatalogueEntry
    filters = conditions_of(query)
    if not matches:
        live = (entry.tenant_id.in_(tenants), is_live(now()))
        each = select(entry.tenant_id, entry.opportunity_id, _urgency().label("rank"))
        return each.where(*live, *filters).cte("found")
    scores = scores_of(tenants, matches)
    ranked = select(scores.c.tenant_id, scores.c.opportunity_id, scores.c.score.label("rank"))
    if filters:
        same = (entry.tenant_id == scores.c.tenant_id) & (entry.opportunity_id == scores.c.opportunity_id)
        ranked = ranked.join(entry, same).where(*filters)
    return ranked.cte("found")


def _urgency() -> ColumnElement[float]:
    """Return a rank in seconds: the later of the publication and the mirror image in time of a beginning to come."""
    moment = now()
    published = func.extract("epoch", CatalogueEntry.published_at - moment)
    begins_in = func.extract("epoch", CatalogueEntry.starts_at - moment)
    return func.greatest(published, case((begins_in > 0, -begins_in)))
