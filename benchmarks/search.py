"""The search against its two plain rivals, on the same rows in the same run; also without understanding the words.

One tenant of 10,000 entries among 20 others; each query is sent as the web role, warm, in turn with its rivals, so that
whatever else the machine does meets all three alike.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.catalogue.queries import SearchQuery, answer, search, understand
from engagement.kernel import migration
from engagement.kernel.db import current_session, db, open_for_tenant, tenant_of
from tests.factories.synthetic import fill_catalogue
from tests.factories.tenants import make_tenant

ENTRIES = 10_000
NEIGHBOURS = 20
ENTRIES_OF_NEIGHBOUR = 500
ROUNDS = 15
QUERIES = (
    "Flüchtlingshilfe",
    "Hilfe",
    "mit Kindern lesen",
    "Gartenwerkstatt",
    "Orgelfürung",
    "Fahrrad reparieren",
    "Besuche bei Senioren",
    "Tierbetreuung am Nachmittag",
    "Feuerwehr",
    "Nähtreff Denkmalpflege",
)

_ILIKE = text(
    """
    SELECT opportunity_id, count(*) OVER () FROM catalogue_entry
    WHERE tenant_id = CAST(:tenant_id AS integer)
      AND (title ILIKE ANY(:patterns) OR summary ILIKE ANY(:patterns) OR organisation_name ILIKE ANY(:patterns))
    ORDER BY published_at DESC, opportunity_id DESC LIMIT 12
    """
)
_RANK = text(
    """
    SELECT opportunity_id, count(*) OVER () FROM catalogue_entry,
        CAST(replace(plainto_tsquery('engagement_german', :typed)::text, '&', '|') AS tsquery) AS wanted
    WHERE tenant_id = CAST(:tenant_id AS integer) AND document @@ wanted
    ORDER BY ts_rank(document, wanted) DESC, opportunity_id DESC LIMIT 12
    """
)


def run(app: Flask, url: URL) -> None:
    with app.app_context():
        tenant_id = _fill(url)
    with app.app_context():
        session = current_session()
        open_for_tenant(session, tenant_id)
        print(f"Search: {ENTRIES} entries in the tenant, {NEIGHBOURS} tenants of {ENTRIES_OF_NEIGHBOUR} beside it")
        print(f"{'':<24}{'median ms':>10}{'p95 ms':>10}{'found':>10}")
        for name, figures, found in _measure(session):
            p95 = statistics.quantiles(figures, n=20)[-1]
            print(f"{name:<24}{statistics.median(figures):>10.1f}{p95:>10.1f}{found:>10}")
    with app.app_context():
        db.engine.dispose()


def _measure(session: Session) -> list[tuple[str, list[float], int]]:
    questions = {query: understand(session, SearchQuery(text=query)) for query in QUERIES}
    rivals: dict[str, Callable[[Session, str], int]] = {
        "engagement": _engagement,
        "its query alone": lambda session, query: answer(session, questions[query]).total,
        "ts_rank full text (OR)": _rank,
        "plain ILIKE": _ilike,
    }
    figures: dict[str, list[float]] = {name: [] for name in rivals}
    found = dict.fromkeys(rivals, 0)
    for turn in range(ROUNDS + 1):
        for query in QUERIES:
            for name, ask in rivals.items():
                taken, count = _timed(ask, session, query)
                if turn:
                    figures[name].append(taken)
                    found[name] += count if turn == 1 else 0
    return [(name, figures[name], found[name]) for name in rivals]


def _timed(ask: Callable[[Session, str], int], session: Session, query: str) -> tuple[float, int]:
    begun = time.perf_counter()
    count = ask(session, query)
    return (time.perf_counter() - begun) * 1000, count


def _engagement(session: Session, query: str) -> int:
    return search(session, SearchQuery(text=query)).total


def _ilike(session: Session, query: str) -> int:
    patterns = [f"%{word}%" for word in query.split()]
    rows = session.execute(_ILIKE, {"tenant_id": tenant_of(session), "patterns": patterns}).all()
    return int(rows[0][1]) if rows else 0


def _rank(session: Session, query: str) -> int:
    rows = session.execute(_RANK, {"tenant_id": tenant_of(session), "typed": query}).all()
    return int(rows[0][1]) if rows else 0


def _fill(url: URL) -> int:
    session = current_session()
    tenant_id = make_tenant("bretten", "Bretten", commit=True)
    fill_catalogue(session, ENTRIES)
    for number in range(NEIGHBOURS):
        session.info.pop("scope")
        make_tenant(f"town-{number}", f"Town {number}", commit=True)
        fill_catalogue(session, ENTRIES_OF_NEIGHBOUR, seed=number)
    with migration.owner_connection(url) as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("VACUUM ANALYZE catalogue_entry, catalogue_stem, catalogue_posting"))
    return tenant_id
