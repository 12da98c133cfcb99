"""How well entries answer a wish.

An entry's score is the sum over the units of the wish (words, phrases, hints) of weight × idf × hit, times a share for
how much of the wish it answers, where

- hit = the best strength × posting weight of the unit's stems in the entry (see ``widening`` and ``postings``), with a
  little for each further one, since an entry that says "Hund", "Katze" and "Tierheim" is surer about animals;
- idf = ln(1 + N / Σ hits): N live entries of the towns searched. A hit counts for as much as it is worth, so that a
  group of words that is mentioned everywhere in passing does not make its word common. What was typed, if it is found,
  and what groups of words lead from it to are units apart (see ``widening``), each as rare as it is by itself.

Units are joined by OR. What answers far less than the best entry is left out, and so is what the wish rules out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry, CataloguePosting
from engagement.catalogue.widening import Asked, Match
from engagement.kernel.clock import now

FURTHER = 0.3
"""What a unit's other hits in an entry add to its best one."""
COVERAGE = 0.25
"""Share of the score that depends on how much of the wish an entry answers."""
WORTH_SHOWING = 0.12
"""Share of the best score below which an entry is left out."""
RULED_OUT = 0.25
"""Hit from which an entry is about what the wish rules out, and does not only mention it."""


_HIT = """
    least(1, coalesce(
        max(wanted.strength * posting.weight) FILTER (WHERE place = {place}) * (1 - :further)
        + sum(wanted.strength * posting.weight) FILTER (WHERE place = {place}) * :further, 0
    )) AS unit_{place}"""
_WORTH = "{1} * ln(1 + (SELECT entries FROM live)::float8 / greatest(sum({0}), 0.5)) AS {0}"
_ANSWERED = "CASE WHEN hits.{0} > 0 THEN {1} ELSE 0 END"
_ANSWERS = """
    WITH hits AS MATERIALIZED (
        SELECT posting.tenant_id, posting.opportunity_id, {hits}
        FROM unnest(CAST(:places AS integer[]), CAST(:stems AS text[]), CAST(:strengths AS float8[]))
             AS wanted(place, stem, strength)
        JOIN catalogue_posting AS posting ON posting.tenant_id IN :tenants AND posting.stem = wanted.stem
        GROUP BY posting.tenant_id, posting.opportunity_id
    ),
    worth AS (SELECT {worths} FROM hits)
    SELECT tenant_id, opportunity_id,
           ({score}) * (1 - :coverage + :coverage * ({answered}) / :whole) AS score
    FROM hits CROSS JOIN worth WHERE greatest({most}) >= :least
"""


def scores_of(tenants: Sequence[int], asked: Asked) -> CTE:
    """Return the score of every live entry of these towns that answers the wish.

    The statement reads each posting once, into one row for each entry with a column for each unit, and looks at entries
    last: of many hits few answers are left by then.
    """
    if not asked.matches:
        return _everything(tenants, asked)
    answers = _answers(tenants, asked)
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


def _answers(tenants: Sequence[int], asked: Asked) -> CTE:
    """Return the score of each entry that answers a subject of the wish, open or not."""
    live = select(func.count().label("entries")).select_from(CatalogueEntry).where(*_live(tenants, None)).cte("live")
    given = _given(asked)
    answers = (
        _answers_to(len(given["weights"]))
        .bindparams(tenants=list(tenants), **given)
        .columns(column("tenant_id", Integer), column("opportunity_id", BigInteger), column("score", Float))
    )
    return answers.add_cte(live).cte("answers")


def _given(asked: Asked) -> dict[str, Any]:
    """Return the values of the statement; units are numbered by their order, so that it is the same for as many."""
    units = sorted({match.unit for match in asked.matches})
    places = {unit: place for place, unit in enumerate(units)}
    return {
        "places": [places[match.unit] for match in asked.matches],
        "stems": [match.stem for match in asked.matches],
        "strengths": [match.strength for match in asked.matches],
        "weights": [asked.weights[unit] for unit in units],
        "whole": sum(asked.weights.values()),
        "least": asked.least,
    }


@cache
def _answers_to(units: int) -> TextClause:
    """Return the statement for a wish of so many units: each has a column in ``hits``, where a row is an entry.

    It is text, made once, since to put it together from parts takes about as long as to run it.
    """
    columns = [f"unit_{place}" for place in range(units)]
    weights = [f"(CAST(:weights AS float8[]))[{place}]" for place in range(1, units + 1)]
    answered = [_ANSWERED.format(*pair) for pair in zip(columns, weights, strict=True)]
    parts = {
        "hits": ", ".join(_HIT.format(place=place) for place in range(units)),
        "worths": ", ".join(_WORTH.format(*pair) for pair in zip(columns, weights, strict=True)),
        "score": " + ".join(f"hits.{unit} * worth.{unit}" for unit in columns),
        "answered": " + ".join(answered),
        "most": ", ".join(answered),
    }
    return text(_ANSWERS.format(**parts)).bindparams(
        bindparam("tenants", expanding=True, type_=Integer),
        bindparam("further", FURTHER),
        bindparam("coverage", COVERAGE),
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
