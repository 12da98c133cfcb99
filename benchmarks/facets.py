"""The counts beside the filters, and the suggestions, against what they come with: the list itself, in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.catalogue.asking import Wish
from engagement.catalogue.queries import SearchQuery, answer, facets, understand, without_each
from engagement.catalogue.suggestions import suggest
from engagement.kernel import migration
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.geo import Point
from tests.factories.synthetic import fill_catalogue
from tests.factories.tenants import make_tenant

ENTRIES = 10_000
ROUNDS = 20
QUERIES = {
    "no filter": SearchQuery(),
    "a word": SearchQuery(text="Flüchtlingshilfe"),
    "a common word": SearchQuery(text="Hilfe"),
    "three filters": SearchQuery(
        category_ids=(1, 2, 3), slots=frozenset({"sat-morning", "sat-evening"}), centre=Point(49.1, 8.7), radius_km=10
    ),
}
TYPED = ("fahr", "kin", "garten", "flüchtlingsh", "musik tan", "orgelfürung")


def run(app: Flask, url: URL) -> None:
    with app.app_context():
        tenant_id = make_tenant("facets", "Facets", commit=True)
        fill_catalogue(current_session(), ENTRIES)
        with migration.owner_connection(url) as owner:
            owner.execution_options(isolation_level="AUTOCOMMIT")
            owner.execute(text("VACUUM ANALYZE catalogue_entry, catalogue_stem"))
    with app.app_context():
        session = current_session()
        open_for_tenant(session, tenant_id)
        print(f"\nBeside the list: {ENTRIES} entries in the tenant; milliseconds, median and p95")
        print(f"{'':<20}{'list':>16}{'facets':>16}{'loosening':>16}")
        for name, query in QUERIES.items():
            print(f"{name:<20}" + "".join(f"{_figures(ask):>16}" for ask in _asks(session, query)))
        print(f"\n{'suggestions for':<20}")
        for typed in TYPED:
            print(f"{typed:<20}{_figures(lambda typed=typed: suggest(session, typed)):>16}")
    with app.app_context():
        db.engine.dispose()


def _asks(session: Session, query: SearchQuery) -> list[Callable[[], object]]:
    question = understand(session, query)
    variants = [frozenset({wish}) for wish in Wish]
    return [
        lambda: answer(session, question),
        lambda: facets(session, question),
        lambda: without_each(session, question, variants),
    ]


def _figures(ask: Callable[[], object]) -> str:
    ask()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return f"{statistics.median(taken):.1f} / {statistics.quantiles(taken, n=20)[-1]:.1f}"
