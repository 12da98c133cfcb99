"""The search: words and filters in, one page of cards and their number out, by one indexed query.

An entry's score is the sum over the words of the query of idf × strength × field weight, where

- idf = ln(1 + N / df): N live entries of the towns searched, df of them found by the word (rare words weigh more);
- strength says how well the entry's best stem stands for the word (see ``widening``);
- the field weight is 1 for the title, 0.5 for the organisation, 0.35 for everything else.

Words are joined by OR. Without words the newest come first, but what begins in three days counts like what was
published three days ago, so that the two mix by urgency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Text,
    any_,
    case,
    cast,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from engagement.catalogue.entries import CARD_COLUMNS, Card, is_live, plain
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.widening import Match, widen
from engagement.catalogue.words import query_words
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.geo import EARTH_RADIUS_KM, Point

IN_TITLE = 1.0
IN_ORGANISATION = 0.5
ELSEWHERE = 0.35
"""What a hit counts by the field it is in: the parts A, B and C of the document."""

PER_PAGE = 12
MOST_PAGES = 1000
KM_PER_DEGREE = 111.0
"""Length of a degree of latitude, rounded down so that the box around a circle is never too small."""


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a visitor looks for. Values within one filter are alternatives, the filters all have to hold.

    Args:
        text: what was typed.
        also_tenants: other towns whose catalogues are searched as well; that they agreed is for the caller to know.
        category_slugs: like ``category_ids``, for a search in several towns, each of which has ids of its own; the same
            goes for ``target_group_slugs``.
        centre: with ``radius_km`` (kilometres), how near it has to be; offers without a place pass only if
            ``remote`` is asked for.
        time_kinds: of ``ongoing`` and ``dated``.
        remote: only what can be done from anywhere.
        slots: at least one of these, as ``sat-morning``.
        page: from 1; one beyond the last shows the last.
    """

    text: str = ""
    also_tenants: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    category_slugs: tuple[str, ...] = ()
    target_group_slugs: tuple[str, ...] = ()
    district_ids: tuple[int, ...] = ()
    centre: Point | None = None
    radius_km: float | None = None
    time_kinds: tuple[str, ...] = ()
    remote: bool = False
    slots: frozenset[str] = frozenset()
    page: int = 1


@dataclass(frozen=True)
class SearchPage:
    """One page of what was found, and how much there is in all."""

    cards: tuple[Card, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // PER_PAGE))


def search(session: Session, query: SearchQuery) -> SearchPage:
    """Find what ``query`` asks for in the catalogue of the session's tenant and of those named in it."""
    words = query_words(query.text)
    matches = widen(session, words, _tenants(session, query))
    if words and not matches:
        return SearchPage((), 0, 1)
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
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
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
    return SearchPage(cards, totals[0], page)


def _tenants(session: Session, query: SearchQuery) -> tuple[int, ...]:
    return tenant_of(session), *query.also_tenants


def _found(tenants: Sequence[int], query: SearchQuery, matches: Sequence[Match]) -> CTE:
    entry = CatalogueEntry
    filters = _filters(query)
    if not matches:
        live = (entry.tenant_id.in_(tenants), is_live(now()))
        each = select(entry.tenant_id, entry.opportunity_id, _urgency().label("rank"))
        return each.where(*live, *filters).cte("found")
    scores = _scores(tenants, matches)
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


def _scores(tenants: Sequence[int], matches: Sequence[Match]) -> CTE:
    """Return the score of every entry in which a stem occurs; only these entries' documents are taken apart."""
    hits = _hits(tenants, matches)
    live = select(func.count()).where(CatalogueEntry.tenant_id.in_(tenants), is_live(now())).scalar_subquery()
    frequencies = select(hits.c.word, func.count().label("entries")).group_by(hits.c.word).cte("frequencies")
    idf = func.ln(1 + live.cast(Float) / frequencies.c.entries)
    return (
        select(hits.c.tenant_id, hits.c.opportunity_id, func.sum(idf * hits.c.best).label("score"))
        .join(frequencies, frequencies.c.word == hits.c.word)
        .group_by(hits.c.tenant_id, hits.c.opportunity_id)
        .cte("scores")
    )


def _hits(tenants: Sequence[int], matches: Sequence[Match]) -> CTE:
    """Return for every candidate and word of the query the best strength × field weight.

    Of a document only the stems are unnested; in which field one stands is asked of the few that match, which takes
    half the time of unnesting positions and weights with them.
    """
    entry = CatalogueEntry
    asked = _asked(matches)
    stem = func.unnest(func.tsvector_to_array(entry.document)).table_valued("stem").render_derived(name="part").c.stem
    weight = case(
        (entry.document.op("@@")(asked.c.in_title), IN_TITLE),
        (entry.document.op("@@")(asked.c.in_organisation), IN_ORGANISATION),
        else_=ELSEWHERE,
    )
    return (
        select(
            entry.tenant_id,
            entry.opportunity_id,
            asked.c.word,
            func.max(asked.c.strength * weight).label("best"),
        )
        .select_from(entry)
        .join(stem.table, true())
        .join(asked, asked.c.stem == stem)
        .where(entry.tenant_id.in_(tenants), entry.document.op("@@")(_any_of(matches)), is_live(now()))
        .where(stem == any_(cast([match.stem for match in matches], ARRAY(Text))))
        .group_by(entry.tenant_id, entry.opportunity_id, asked.c.word)
        .cte("hits")
    )


def _asked(matches: Sequence[Match]) -> FromClause:
    """Return the matches as a table, each with the full-text queries for its stem in title and organisation."""
    return (
        func.unnest(
            cast([match.word for match in matches], ARRAY(Integer)),
            cast([match.stem for match in matches], ARRAY(Text)),
            cast([match.strength for match in matches], ARRAY(Float)),
            cast([_quoted(match) + ":A" for match in matches], ARRAY(TSQUERY)),
            cast([_quoted(match) + ":B" for match in matches], ARRAY(TSQUERY)),
        )
        .table_valued(
            column("word", Integer),
            column("stem", Text),
            column("strength", Float),
            column("in_title", TSQUERY),
            column("in_organisation", TSQUERY),
        )
        .render_derived(name="asked")
    )


def _any_of(matches: Sequence[Match]) -> ColumnElement[Any]:
    return cast(" | ".join(dict.fromkeys(_quoted(match) for match in matches)), TSQUERY)


def _quoted(match: Match) -> str:
    """Return the stem as a full-text query takes it whatever its letters."""
    return "'" + match.stem.replace("\\", "\\\\").replace("'", "''") + "'"


def _filters(query: SearchQuery) -> list[ColumnElement[bool]]:
    entry = CatalogueEntry
    lists = (
        (entry.category_ids, query.category_ids),
        (entry.target_group_ids, query.target_group_ids),
        (entry.category_slugs, query.category_slugs),
        (entry.target_group_slugs, query.target_group_slugs),
        (entry.slots, sorted(query.slots)),
    )
    conditions: list[ColumnElement[bool]] = [kept.overlap(list(wanted)) for kept, wanted in lists if wanted]
    if query.district_ids:
        conditions.append(entry.district_id.in_(query.district_ids))
    if query.time_kinds:
        conditions.append(entry.time_kind.in_(query.time_kinds))
    if query.remote:
        conditions.append(entry.place_kind == "remote")
    elif query.centre and query.radius_km:
        conditions += _near(query.centre, query.radius_km)
    return conditions


def _near(centre: Point, radius_km: float) -> list[ColumnElement[bool]]:
    """Return that a place lies within the circle (haversine formula), and before it the quicker test of latitude."""
    entry = CatalogueEntry
    half_lat = func.sin(func.radians(entry.latitude - centre.latitude) / 2)
    half_lon = func.sin(func.radians(entry.longitude - centre.longitude) / 2)
    shrink = func.cos(func.radians(literal(centre.latitude))) * func.cos(func.radians(entry.latitude))
    root = func.power(half_lat, 2) + shrink * func.power(half_lon, 2)
    distance = 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(func.least(1.0, root)))
    reach = radius_km / KM_PER_DEGREE
    return [
        entry.place_kind != "remote",
        entry.latitude.between(centre.latitude - reach, centre.latitude + reach),
        distance <= radius_km,
    ]
