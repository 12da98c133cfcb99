"""How well the search finds: judged queries, against plain means of PostgreSQL on the same offers in the same run.

nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1) and recall@10 (of what was judged good, at most ten).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from flask import Flask
from sqlalchemy import URL, TextClause, text
from sqlalchemy.orm import Session

from benchmarks.judged import Collection, Judged
from engagement.catalogue.queries import SearchQuery, search
from engagement.kernel import migration
from engagement.kernel.db import current_session, db, open_for_tenant, tenant_of

DEPTH = 10
GOOD = 2
WIDEST_QUERY = 44

_EVERYTHING = "title || ' ' || organisation_name || ' ' || summary || ' ' || (facts ->> 'description')"
_LIKE = """
    SELECT opportunity_id,
        (SELECT count(*) FROM unnest(CAST(:patterns AS text[])) AS one WHERE {text} ILIKE one) AS rank
    FROM catalogue_entry WHERE tenant_id = :tenant_id AND {text} ILIKE ANY(:patterns)
    ORDER BY rank DESC, opportunity_id LIMIT 10
"""
_AND = """
    SELECT opportunity_id FROM catalogue_entry, plainto_tsquery('german', :typed) AS wanted
    WHERE tenant_id = :tenant_id AND to_tsvector('german', {text}) @@ wanted
    ORDER BY ts_rank(to_tsvector('german', {text}), wanted) DESC, opportunity_id LIMIT 10
"""
_OR = _AND.replace(
    "plainto_tsquery('german', :typed)", "CAST(replace(plainto_tsquery('german', :typed)::text, '&', '|') AS tsquery)"
)
_TRIGRAMS = """
    SELECT opportunity_id FROM catalogue_entry WHERE tenant_id = :tenant_id AND word_similarity(:typed, {text}) > 0.3
    ORDER BY word_similarity(:typed, {text}) DESC, opportunity_id LIMIT 10
"""

Ask = Callable[[Session, str], list[int]]
"""Answers what was typed with the ids of opportunities, the best first."""


@dataclass(frozen=True)
class Quality:
    """How well one query was answered."""

    query: Judged
    ndcg: float
    recall: float


def run(app: Flask, url: URL, collections: Sequence[Collection], *, each: bool = False) -> None:
    """Print how well the product and its rivals answer; ``each`` query by itself too if asked for."""
    with migration.owner_connection(url) as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("VACUUM ANALYZE"))
    rivals: dict[str, Ask] = {
        "engagement": ask_engagement,
        "trigrams": ask_trigrams,
        "full text (OR)": _plain(_OR),
        "full text (AND)": _plain(_AND),
        "ILIKE": _plain(_LIKE),
    }
    figures = {name: measure(app, collections, ask) for name, ask in rivals.items()}
    with app.app_context():
        db.engine.dispose()
    _print(figures)
    if each:
        _print_each(figures)


def measure(app: Flask, collections: Sequence[Collection], ask: Ask) -> list[Quality]:
    """Return how well ``ask`` answers each judged query of the collections."""
    found = []
    for collection in collections:
        with app.app_context():
            session = current_session()
            open_for_tenant(session, collection.tenant_id)
            found += [
                _quality(query, [collection.names.get(number, "") for number in ask(session, query.text)])
                for query in collection.queries
            ]
            session.rollback()
    return found


def ask_engagement(session: Session, typed: str) -> list[int]:
    """Return what the product finds."""
    return [card.opportunity_id for card in search(session, SearchQuery(text=typed)).cards[:DEPTH]]


def ask_trigrams(session: Session, typed: str) -> list[int]:
    """Return what trigrams alone find, the best of the plain means."""
    return _plain(_TRIGRAMS)(session, typed)


def _quality(query: Judged, found: Sequence[str]) -> Quality:
    ideal = sorted(query.grades.values(), reverse=True)[:DEPTH]
    good = {name for name, grade in query.grades.items() if grade >= GOOD}
    return Quality(
        query,
        _gain([query.grades.get(name, 0) for name in found]) / _gain(ideal),
        len(good & set(found)) / min(len(good), DEPTH) if good else 1.0,
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _plain(statement: str) -> Ask:
    prepared: TextClause = text(statement.format(text=_EVERYTHING))

    def ask(session: Session, typed: str) -> list[int]:
        values: dict[str, Any] = {"tenant_id": tenant_of(session), "typed": typed}
        if ":patterns" in statement:
            values["patterns"] = [f"%{word}%" for word in typed.split()]
        return [row.opportunity_id for row in session.execute(prepared, values)]

    return ask


def _print(figures: dict[str, list[Quality]]) -> None:
    kinds = list(dict.fromkeys(one.query.kind for one in figures["engagement"]))
    print(f"Search quality: {len(figures['engagement'])} judged queries, nDCG@10 / recall@10")
    print(f"{'':<20}" + "".join(f"{kind:>14}" for kind in (*kinds, "all")))
    for name, found in figures.items():
        of_kind = defaultdict(list)
        for one in found:
            of_kind[one.query.kind].append(one)
        cells = [_cell(of_kind[kind]) for kind in kinds] + [_cell(found)]
        print(f"{name:<20}" + "".join(f"{cell:>14}" for cell in cells))


def _print_each(figures: dict[str, list[Quality]]) -> None:
    print(f"\n{'nDCG@10 of each query':<{WIDEST_QUERY}}" + "".join(f"{name:>17}" for name in figures))
    for answers in sorted(zip(*figures.values(), strict=True), key=lambda answers: answers[0].ndcg):
        typed = answers[0].query.text[: WIDEST_QUERY - 1]
        print(f"{typed:<{WIDEST_QUERY}}" + "".join(f"{one.ndcg:>17.2f}" for one in answers))


def _cell(found: Sequence[Quality]) -> str:
    return f"{fmean(one.ndcg for one in found):.2f} / {fmean(one.recall for one in found):.2f}"
