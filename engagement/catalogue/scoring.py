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

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Text,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry, CataloguePosting
from engagement.catalogue.widening import Asked, Match
from engagement.kernel.clock import now

FURTHER = 0.25
"""What a unit's other hits in an entry add to its best one."""
COVERAGE = 0.3
"""Share of the score that depends on how much of the wish an entry answers."""
WORTH_SHOWING = 0.12
"""Share of the best score below which an entry is left out."""
RULED_OUT = 0.25
"""Hit from which an entry is about what the wish rules out, and does not only mention it."""


def scores_of(tenants: Sequence[int], asked: Asked) -> CTE:
    """Return the score of every live entry of these towns that answers the wish.

    The statement reads each posting once and looks at entries last: of many hits few answers are left by then.
    """
    if not asked.matches:
        return _everything(tenants, asked)
    hits = _hits(tenants, asked.matches)
    worth = _worth(tenants, asked, hits)
    share = func.sum(worth.c.weight) / (sum(asked.weights.values()) or 1.0)
    answers = (
        select(
            hits.c.tenant_id,
            hits.c.opportunity_id,
            (func.sum(worth.c.worth * hits.c.hit) * (1 - COVERAGE + COVERAGE * share)).label("score"),
        )
        .join(worth, worth.c.unit == hits.c.unit)
        .group_by(hits.c.tenant_id, hits.c.opportunity_id)
        .having(func.max(worth.c.weight) >= asked.least)
        .subquery("answers")
    )
    open_ = select(CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id).where(*_open(tenants, asked))
    # Within coalesce() PostgreSQL looks answers up in a hash of what is open. As a join it would trust its guess of how
    # few answers there are, and for a common word take minutes.
    scores = (
        select(answers, func.max(answers.c.score).over().label("best"))
        .where(func.coalesce(tuple_(answers.c.tenant_id, answers.c.opportunity_id).in_(open_), false()))
        .subquery("open")
    )
    return (
        select(scores.c.tenant_id, scores.c.opportunity_id, scores.c.score)
        .where(scores.c.score >= scores.c.best * WORTH_SHOWING)
        .cte("scores")
    )


def _everything(tenants: Sequence[int], asked: Asked) -> CTE:
    """Return all live entries but those that are ruled out, for a wish that only says what it does not want."""
    entry = CatalogueEntry
    each = select(entry.tenant_id, entry.opportunity_id, literal(1.0).label("score"))
    return each.where(*_open(tenants, asked)).cte("scores")


def _open(tenants: Sequence[int], asked: Asked) -> list[ColumnElement[bool]]:
    return [*_live(tenants, asked.age), *_wanted(tenants, asked.ruled_out)]


def _hits(tenants: Sequence[int], matches: Sequence[Match]) -> CTE:
    """Return for every unit the entries that answer it and how well."""
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
        .where(posting.tenant_id.in_(tenants))
        .group_by(posting.tenant_id, posting.opportunity_id, wanted.c.unit)
        .cte("hits")
    )


def _worth(tenants: Sequence[int], asked: Asked, hits: CTE) -> CTE:
    """Return for every unit its weight, and that times its idf."""
    weights = _weights(asked)
    total = select(func.count()).select_from(CatalogueEntry).where(*_live(tenants, None)).scalar_subquery()
    idf = func.ln(1 + total.cast(Float) / func.greatest(func.sum(hits.c.hit), 0.5, type_=Float))
    return (
        select(weights.c.unit, weights.c.weight, (weights.c.weight * idf).label("worth"))
        .join(hits, hits.c.unit == weights.c.unit)
        .group_by(weights.c.unit, weights.c.weight)
        .cte("worth")
    )


def _live(tenants: Sequence[int], age: int | None) -> list[ColumnElement[bool]]:
    entry = CatalogueEntry
    conditions = [entry.tenant_id.in_(tenants), is_live(now())]
    return conditions if age is None else [*conditions, or_(entry.minimum_age.is_(None), entry.minimum_age <= age)]


def _wanted(tenants: Sequence[int], ruled_out: Sequence[Match]) -> list[ColumnElement[bool]]:
    """Return that an entry is about nothing that the wish rules out."""
    if not ruled_out:
        return []
    posting, unwanted = CataloguePosting, _table(ruled_out, "unwanted")
    about = select(posting.opportunity_id).where(
        posting.tenant_id.in_(tenants),
        posting.tenant_id == CatalogueEntry.tenant_id,
        posting.opportunity_id == CatalogueEntry.opportunity_id,
        posting.stem == unwanted.c.stem,
        unwanted.c.strength * posting.weight >= RULED_OUT,
    )
    return [~about.exists()]


def _weights(asked: Asked) -> FromClause:
    weights = asked.weights
    return (
        func.unnest(cast(list(weights), ARRAY(Integer)), cast(list(weights.values()), ARRAY(Float)))
        .table_valued(column("unit", Integer), column("weight", Float))
        .render_derived(name="weights")
    )


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
