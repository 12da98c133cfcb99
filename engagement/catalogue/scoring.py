"""How well entries answer a wish.

An entry's score is the sum over the units of the wish (words, phrases, hints) of weight × idf × hit, times a share for
how much of the wish it answers, where

- hit = the best strength × posting weight of the unit's stems in the entry (see ``widening`` and ``postings``), with a
  little for each further one, since an entry that says "Hund", "Katze" and "Tierheim" is surer about animals;
- idf = ln(1 + N / Σ hits): N live entries of the towns searched. A hit counts for as much as it is worth, so that a
  group of words that is mentioned everywhere in passing does not make its word common.

Units are joined by OR. What answers far less than the best entry is left out, and so is what the wish rules out.
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
    Select,
    Text,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engagement.catalogue.entries import is_live
from engagement.catalogue.hints import Hints
from engagement.catalogue.models import CatalogueEntry, CataloguePosting
from engagement.catalogue.widening import Asked, Match
from engagement.kernel.clock import now

FURTHER = 0.1
"""What a unit's other hits in an entry add to its best one."""
HINT = 0.5
HINT_HIT = 0.5
"""How much a hint counts, and what it is worth to fulfil it, as the strength × weight of a word."""
COVERAGE = 0.5
"""Share of the score that depends on how much of the wish an entry answers."""
WORTH_SHOWING = 0.12
"""Share of the best score below which an entry is left out."""
RULED_OUT = 0.25
"""Hit from which an entry is about what the wish rules out, and does not only mention it."""


def scores_of(tenants: Sequence[int], asked: Asked) -> CTE:
    """Return the score of every live entry of these towns that answers the wish."""
    live = _live(tenants, asked.hints.age).cte("live")
    hits = _hits(tenants, asked, live)
    total = select(func.count()).select_from(live).scalar_subquery()
    weights = _weights(asked)
    frequencies = select(hits.c.unit, func.sum(hits.c.hit).label("entries")).group_by(hits.c.unit).cte("frequencies")
    idf = func.ln(1 + total.cast(Float) / func.greatest(frequencies.c.entries, 0.5))
    scores = (
        select(
            hits.c.tenant_id,
            hits.c.opportunity_id,
            (
                func.sum(weights.c.weight * idf * hits.c.hit)
                * (1 - COVERAGE + COVERAGE * func.sum(weights.c.weight) / _sum_of_weights(asked))
            ).label("score"),
        )
        .join(frequencies, frequencies.c.unit == hits.c.unit)
        .join(weights, weights.c.unit == hits.c.unit)
        .where(*_wanted(tenants, asked, hits))
        .group_by(hits.c.tenant_id, hits.c.opportunity_id)
        .cte("answers")
    )
    best = select(func.max(scores.c.score)).scalar_subquery()
    return select(scores).where(scores.c.score >= best * WORTH_SHOWING).cte("scores")


def _live(tenants: Sequence[int], age: int | None) -> Select[Any]:
    entry = CatalogueEntry
    found = select(entry.tenant_id, entry.opportunity_id).where(entry.tenant_id.in_(tenants), is_live(now()))
    return found if age is None else found.where(or_(entry.minimum_age.is_(None), entry.minimum_age <= age))


def _hits(tenants: Sequence[int], asked: Asked, live: CTE) -> CTE:
    """Return for every unit the entries that answer it and how well; hints pick among those that words found."""
    said = _said(tenants, asked.matches, live).cte("said")
    has_subject = any(weight >= 1 for weight in asked.weights.values())
    hinted = [
        select(CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id, literal(unit).label("unit"), literal(HINT_HIT))
        .join(live, _same(CatalogueEntry, live))
        .where(condition, *([exists().where(_same(CatalogueEntry, said))] if has_subject else []))
        for unit, condition in _hint_conditions(asked.hints).items()
    ]
    return union_all(select(said), *hinted).cte("hits") if hinted else said


def _said(tenants: Sequence[int], matches: Sequence[Match], live: CTE) -> Select[Any]:
    posting, wanted = CataloguePosting, _table(matches)
    hit = wanted.c.strength * posting.weight
    return (
        select(
            posting.tenant_id,
            posting.opportunity_id,
            wanted.c.unit,
            func.least(1.0, func.max(hit) * (1 - FURTHER) + func.sum(hit) * FURTHER).label("hit"),
        )
        .join(wanted, wanted.c.stem == posting.stem)
        .join(live, _same(posting, live))
        .where(posting.tenant_id.in_(tenants))
        .group_by(posting.tenant_id, posting.opportunity_id, wanted.c.unit)
    )


def _hint_conditions(hints: Hints) -> dict[int, ColumnElement[bool]]:
    """Return which entries fulfil the hints, by the number of the unit that each of them is."""
    entry = CatalogueEntry
    return {
        unit: condition
        for unit, said, condition in (
            (-1, hints.slots, entry.slots.overlap(sorted(hints.slots))),
            (-2, hints.time_kind, entry.time_kind == hints.time_kind),
            (-3, hints.remote, entry.place_kind == "remote"),
            (-4, hints.company, entry.suited_for.overlap(sorted(hints.company))),
        )
        if said
    }


def _wanted(tenants: Sequence[int], asked: Asked, hits: CTE) -> list[ColumnElement[bool]]:
    if not asked.ruled_out:
        return []
    posting, unwanted = CataloguePosting, _table(asked.ruled_out, "unwanted")
    about = exists().where(
        posting.tenant_id.in_(tenants),
        posting.stem == unwanted.c.stem,
        _same(posting, hits),
        unwanted.c.strength * posting.weight >= RULED_OUT,
    )
    return [~about]


def _same(one: Any, other: CTE) -> ColumnElement[bool]:  # noqa: ANN401 - a model or a part of the statement
    columns = getattr(one, "c", one)
    same = (columns.tenant_id == other.c.tenant_id) & (columns.opportunity_id == other.c.opportunity_id)
    return same


def _weights(asked: Asked) -> FromClause:
    weights = asked.weights | dict.fromkeys(_hint_conditions(asked.hints), HINT)
    return (
        func.unnest(cast(list(weights), ARRAY(Integer)), cast(list(weights.values()), ARRAY(Float)))
        .table_valued(column("unit", Integer), column("weight", Float))
        .render_derived(name="weights")
    )


def _sum_of_weights(asked: Asked) -> float:
    return sum(asked.weights.values()) + HINT * len(_hint_conditions(asked.hints)) or 1.0


def _table(matches: Sequence[Match], name: str = "wanted") -> FromClause:
    return (
        func.unnest(
            cast([match.unit for match in matches], ARRAY(Integer)),
            cast([match.stem for match in matches], ARRAY(Text)),
            cast([match.strength for match in matches], ARRAY(Float)),
        )
        .table_valued(column("unit", Integer), column("stem", Text), column("strength", Float))
        .render_derived(name=name)
    )
