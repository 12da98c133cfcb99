"""Offers to search in and judged queries over them: those of the demo, or those of an export and a file of judgements.

The file is TOML: for each query its ``kind`` and ``text``, and by grade (3 exactly this, 2 good, 1 something of it) a
list of the offers that answer it. What is not named there answers nothing. See ``README.md``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueEntry
from engagement.cli.demo.content import load_cities, load_content
from engagement.cli.demo.offers import add_offer
from engagement.kernel.db import current_session, open_for_installation, tenant_of
from engagement.kernel.unit_of_work import unit_of_work
from engagement.opportunities.freinet.importer import run_import
from engagement.organisations import service as organisations
from engagement.organisations.kinds import Verification
from engagement.organisations.service import OrganisationValues
from engagement.tenancy.queries import load_vocabulary, own_tenant
from engagement.tenancy.service import NewTenant, create_tenant

OF_DEMO = Path(__file__).with_name("judged.toml")
GRADES = (1, 2, 3)


@dataclass(frozen=True)
class Judged:
    """A query with the grade of each offer that answers it, by its name."""

    kind: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Collection:
    """A town to search in.

    Args:
        names: of its published offers, by which the judged queries speak of them.
    """

    tenant_id: int
    names: Mapping[int, str]
    queries: Sequence[Judged]


def demo_collections() -> list[Collection]:
    """Make the towns of the demo that there are judged queries for; their offers are named by pieces of titles."""
    listed = _read(OF_DEMO)
    return [_demo(slug, [one for one in listed if one["town"] == slug]) for slug in _towns(listed)]


def imported_collection(export: Path, judged: Path) -> Collection:
    """Make a town of what an export holds; its offers are named by their ids there.

    Queries that only offers answer which the import does not show are left out, since nothing could find them.
    """
    session = current_session()
    open_for_installation(session, "a town to search in")
    with unit_of_work(session):
        create_tenant(session, NewTenant(slug="import", name="Import", hosts=("import.localhost",)))
        run_import(session, export, own_tenant(session))
        names = {number: facts["source"]["id"] for number, _, facts in _entries(session)}
    queries = [_judged(query, set(names.values())) for query in _read(judged)]
    return Collection(tenant_of(session), names, [query for query in queries if query.grades])


def _towns(listed: list[dict[str, Any]]) -> list[str]:
    return sorted({query["town"] for query in listed})


def _demo(slug: str, listed: list[dict[str, Any]]) -> Collection:
    session = current_session()
    open_for_installation(session, "a town to search in")
    with unit_of_work(session):
        _fill(session, slug)
        names = {number: title for number, title, _ in _entries(session)}
    tenant_id = tenant_of(session)
    session.info.pop("scope")
    titles = set(names.values())
    queries = [_judged(_whole_titles(query, titles), titles) for query in listed]
    return Collection(tenant_id, names, queries)


def _fill(session: Session, slug: str) -> None:
    """Make a town of the demo with what it publishes."""
    city = next(city for city in load_cities() if city.slug == slug)
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


def _entries(session: Session) -> Iterator[tuple[int, str, dict[str, Any]]]:
    columns = (CatalogueEntry.opportunity_id, CatalogueEntry.title, CatalogueEntry.facts)
    for row in session.execute(select(*columns).where(CatalogueEntry.tenant_id == tenant_of(session))):
        yield row.opportunity_id, row.title, row.facts


def _read(judged: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(judged.read_text(encoding="utf-8"))["query"]
    return found


def _whole_titles(query: dict[str, Any], titles: AbstractSet[str]) -> dict[str, Any]:
    return query | {str(grade): [_only(titles, piece) for piece in query.get(str(grade), [])] for grade in GRADES}


def _only(titles: AbstractSet[str], piece: str) -> str:
    (title,) = (title for title in titles if piece in title)
    return title


def _judged(query: dict[str, Any], names: AbstractSet[str]) -> Judged:
    grades = {str(name): grade for grade in GRADES for name in query.get(str(grade), [])}
    return Judged(query["kind"], query["text"], {name: grade for name, grade in grades.items() if name in names})
