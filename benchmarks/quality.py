"""How well the search finds: judged queries over the demo's offers, against plain means of PostgreSQL in the same run.

nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1) and recall@10 (of what was judged good, at most ten).
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from flask import Flask
from sqlalchemy import URL, TextClause, text
from sqlalchemy.orm import Session

from engagement.catalogue.queries import SearchQuery, search
from engagement.cli.demo.content import load_cities, load_content
from engagement.cli.demo.offers import add_offer
from engagement.kernel import migration
from engagement.kernel.db import current_session, db, open_for_installation, open_for_tenant, tenant_of
from engagement.kernel.unit_of_work import unit_of_work
from engagement.organisations import service as organisations
from engagement.organisations.kinds import Verification
from engagement.organisations.service import OrganisationValues
from engagement.tenancy.queries import load_vocabulary, own_tenant
from engagement.tenancy.service import create_tenant

DEPTH = 10
GOOD = 2
JUDGED = Path(__file__).with_name("judged.toml")

_EVERYTHING = "title || ' ' || organisation_name || ' ' || summary || ' ' || (facts ->> 'description')"
_LIKE = """
    SELECT title, (SELECT count(*) FROM unnest(CAST(:patterns AS text[])) AS one WHERE {text} ILIKE one) AS rank
    FROM catalogue_entry WHERE tenant_id = :tenant_id AND {text} ILIKE ANY(:patterns)
    ORDER BY rank DESC, opportunity_id LIMIT 10
"""
_AND = """
    SELECT title FROM catalogue_entry, plainto_tsquery('german', :typed) AS wanted
    WHERE tenant_id = :tenant_id AND to_tsvector('german', {text}) @@ wanted
    ORDER BY ts_rank(to_tsvector('german', {text}), wanted) DESC, opportunity_id LIMIT 10
"""
_OR = _AND.replace(
    "plainto_tsquery('german', :typed)", "CAST(replace(plainto_tsquery('german', :typed)::text, '&', '|') AS tsquery)"
)
_TRIGRAMS = """
    SELECT title FROM catalogue_entry WHERE tenant_id = :tenant_id AND word_similarity(:typed, {text}) > 0.3
    ORDER BY word_similarity(:typed, {text}) DESC, opportunity_id LIMIT 10
"""

Ask = Callable[[Session, str], list[str]]


@dataclass(frozen=True)
class Judged:
    """A query in a town, with the grade of each offer that answers it, by its title."""

    town: str
    kind: str
    text: str
    grades: dict[str, int]


@dataclass(frozen=True)
class Quality:
    """How well one query was answered."""

    kind: str
    ndcg: float
    recall: float


def run(app: Flask, url: URL) -> None:
    towns = {}
    for slug in towns_judged():
        with app.app_context():
            towns[slug] = fill(slug)
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
    figures = {name: measure(app, towns, ask) for name, ask in rivals.items()}
    with app.app_context():
        db.engine.dispose()
    _print(figures)


def measure(app: Flask, towns: dict[str, int], ask: Ask) -> list[Quality]:
    """Return how well ``ask`` answers each judged query of these towns, given with their ids."""
    found = []
    for slug, tenant_id in towns.items():
        with app.app_context():
            session = current_session()
            open_for_tenant(session, tenant_id)
            found += [_quality(query, ask(session, query.text)) for query in judged(slug)]
            session.rollback()
    return found


def ask_engagement(session: Session, typed: str) -> list[str]:
    """Return the titles that the product finds."""
    return [card.title for card in search(session, SearchQuery(text=typed)).cards[:DEPTH]]


def ask_trigrams(session: Session, typed: str) -> list[str]:
    """Return the titles that trigrams alone find, the best of the plain means."""
    return _plain(_TRIGRAMS)(session, typed)


def judged(slug: str) -> list[Judged]:
    """Return the judged queries of a town of the demo.

    Raises:
        ValueError: a piece of a title fits none or several of the published offers.
    """
    titles = [offer.title for offer in load_content(slug).offers if offer.state == "published"]
    return [
        Judged(
            slug,
            query["kind"],
            query["text"],
            {_only(titles, piece): grade for grade in (1, 2, 3) for piece in query.get(str(grade), [])},
        )
        for query in _read()
        if query["town"] == slug
    ]


def fill(slug: str) -> int:
    """Make a town of the demo with what it publishes and return its id; an application context of its own is open."""
    session = current_session()
    open_for_installation(session, "a town to search in")
    city = next(city for city in load_cities() if city.slug == slug)
    with unit_of_work(session):
        create_tenant(session, city.tenant)
        content, words, tenant = load_content(slug), load_vocabulary(session), own_tenant(session)
        ids = {
            one.key: organisations.create_organisation(
                session, OrganisationValues(name=one.name), verification=Verification.VERIFIED
            )
            for one in content.organisations
        }
        for offer in content.offers:
            if offer.state == "published":
                add_offer(session, tenant, words, ids[offer.organisation], offer)
    return tenant_of(session)


def towns_judged() -> list[str]:
    """Name the towns that there are judged queries for."""
    return sorted({query["town"] for query in _read()})


def _read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(JUDGED.read_text(encoding="utf-8"))["query"]
    return found


def _only(titles: Sequence[str], piece: str) -> str:
    (title,) = (title for title in titles if piece in title)
    return title


def _quality(query: Judged, found: Sequence[str]) -> Quality:
    ideal = sorted(query.grades.values(), reverse=True)[:DEPTH]
    good = {title for title, grade in query.grades.items() if grade >= GOOD}
    return Quality(
        query.kind,
        _gain([query.grades.get(title, 0) for title in found]) / _gain(ideal),
        len(good & set(found)) / min(len(good), DEPTH),
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _plain(statement: str) -> Ask:
    prepared: TextClause = text(statement.format(text=_EVERYTHING))

    def ask(session: Session, typed: str) -> list[str]:
        values: dict[str, Any] = {"tenant_id": tenant_of(session), "typed": typed}
        if ":patterns" in statement:
            values["patterns"] = [f"%{word}%" for word in typed.split()]
        return [row.title for row in session.execute(prepared, values)]

    return ask


def _print(figures: dict[str, list[Quality]]) -> None:
    kinds = list(dict.fromkeys(one.kind for one in figures["engagement"]))
    print(f"Search quality: {len(figures['engagement'])} judged queries, nDCG@10 / recall@10")
    print(f"{'':<20}" + "".join(f"{kind:>14}" for kind in (*kinds, "all")))
    for name, found in figures.items():
        of_kind = defaultdict(list)
        for one in found:
            of_kind[one.kind].append(one)
        cells = [_cell(of_kind[kind]) for kind in kinds] + [_cell(found)]
        print(f"{name:<20}" + "".join(f"{cell:>14}" for cell in cells))


def _cell(found: Sequence[Quality]) -> str:
    return f"{fmean(one.ndcg for one in found):.2f} / {fmean(one.recall for one in found):.2f}"
