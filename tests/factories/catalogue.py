"""Makes catalogue entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.models import CatalogueEntry
from engagement.catalogue.service import EntryData, write_entries
from engagement.kernel.clock import now
from engagement.kernel.slugs import slugify

_numbers = count(1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def entry_data(**values: Any) -> EntryData:
    """An entry that says little; give what the test is about."""
    number = next(_numbers)
    title = str(values.get("title", f"Helfen an Ort {number}"))
    organisation = str(values.get("organisation_name", "Musterverein"))
    moment = now() - timedelta(days=1)
    defaults: dict[str, Any] = {
        "opportunity_id": number,
        "title": title,
        "slug": slugify(title),
        "summary": "Wir freuen uns auf Sie.",
        "organisation_id": 1,
        "organisation_name": organisation,
        "organisation_slug": slugify(organisation),
        "published_at": moment,
        "updated_at": moment,
    }
    return EntryData(**(defaults | values))


def make_entry(session: Session, **values: Any) -> int:
    """Write an entry and return the id of its opportunity."""
    data = entry_data(**values)
    write_entries(session, [data])
    return data.opportunity_id


def in_catalogue(session: Session) -> dict[int, str]:
    """Return the offers that visitors find, each with the name of its organisation."""
    session.expire_all()
    return {row.opportunity_id: row.organisation_name for row in session.scalars(select(CatalogueEntry))}
