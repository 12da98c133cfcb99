"""How well entries answer the words of a query.

An entry's score is the sum over the words of the query of idf × strength × field weight, where

- idf = ln(1 + N / df): N live entries of the towns searched, df of them found by the word (rare words weigh more);
- strength says how well the entry's best stem stands for the word (see ``widening``);
- the field weight is 1 for the title, 0.5 for the organisation, 0.35 for everything else.

Words are joined by OR.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.widening import Match
from engagement.kernel.clock import now

IN_TITLE = 1.0
IN_ORGANISATION = 0.5
ELSEWHERE = 0.35
"""What a hit counts by the field it is in: the parts A, B and C of the document."""


def scores_of(tenants: Sequence[int], matches: Sequence[Match]) -> CTE:
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
