"""Writing the public read model, in the same transaction that publishes, changes or closes an opportunity."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engagement.catalogue.entries import ADDRESS_KEPT
from engagement.catalogue.models import CatalogueEntry, CatalogueStem
from engagement.catalogue.slots import slots_between
from engagement.catalogue.words import CONFIGURATION, indexable
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.tenancy.models import Tenant


@dataclass(frozen=True, kw_only=True)
class EntryData:
    """A published opportunity as every visitor may see it.

    Args:
        category_ids: in the order in which they are shown.
        category_slugs: of the same, in the same order; with ``category_names`` and those of the target groups for the
            pages of another town, which cannot read this one's vocabulary.
        place_kind: ``address``, ``district`` or ``remote``.
        latitude: of the place in degrees, for a district the point near its middle; None if remote or unknown.
        time_kind: ``ongoing`` or ``dated``.
        slots: when it takes place in a week, as ``mon-morning``; empty if nothing was said. For a dated offer they
            are worked out from its times.
        hours: per ``hours_per``, which is ``week``, ``month`` or ``occasion``.
        languages: that are needed, ISO 639-1 codes.
        minimum_age: in years.
        access: what the place is known to have, as ``step_free``.
        suited_for: who can do it together: ``tandem``, ``group``, ``family``.
        taster: whether one can look in once before deciding.
        translations: ``title`` and ``summary`` in other languages, by two-letter code.
        closed_at: since when it is over; no list shows it then, only its own address says so.
        facts: what only the detail page shows; plain JSON values.
        search_body: plain text that the search finds besides title, organisation, summary and district.
    """

    opportunity_id: int
    title: str
    slug: str
    summary: str
    organisation_id: int
    organisation_name: str
    organisation_slug: str
    category_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    category_slugs: tuple[str, ...] = ()
    category_names: tuple[str, ...] = ()
    target_group_slugs: tuple[str, ...] = ()
    target_group_names: tuple[str, ...] = ()
    district_id: int | None = None
    district_name: str = ""
    place_kind: str = "district"
    latitude: float | None = None
    longitude: float | None = None
    time_kind: str = "ongoing"
    slots: tuple[str, ...] = ()
    hours: Decimal | None = None
    hours_per: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    places: int | None = None
    picture_sha256: str | None = None
    picture_alt: str = ""
    languages: tuple[str, ...] = ()
    minimum_age: int | None = None
    access: tuple[str, ...] = ()
    suited_for: tuple[str, ...] = ()
    taster: bool = False
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    published_at: datetime
    expires_at: datetime | None = None
    updated_at: datetime
    closed_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    search_body: str = ""


_COLUMNS = tuple(part.name for part in fields(EntryData) if part.name != "search_body")
_LISTS = {
    "category_ids",
    "category_slugs",
    "category_names",
    "target_group_ids",
    "target_group_slugs",
    "target_group_names",
    "slots",
    "languages",
    "access",
    "suited_for",
}


def write_entry(session: Session, data: EntryData) -> None:
    """Put an opportunity into the catalogue, or bring its entry up to date; ``places_taken`` stays as it is."""
    tenant_id = tenant_of(session)
    values = {name: getattr(data, name) for name in _COLUMNS}
    values["slots"] = data.slots or _slots_of_date(session, data)
    values |= {name: list(values[name]) for name in _LISTS}
    statement = insert(CatalogueEntry).values(tenant_id=tenant_id, places_taken=0, document=_document(data), **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id],
            set_={name: statement.excluded[name] for name in (*values, "document")},
        )
    )
    _remember_stems(session, tenant_id, data.opportunity_id)


def remove_entry(session: Session, opportunity_id: int) -> None:
    """Take an opportunity out of the catalogue; nothing happens if it is not there."""
    session.execute(
        delete(CatalogueEntry).where(
            CatalogueEntry.tenant_id == tenant_of(session), CatalogueEntry.opportunity_id == opportunity_id
        )
    )


def forget_closed_entries(session: Session) -> int:
    """Delete the entries whose address has been kept long enough, and return how many there were."""
    over = (CatalogueEntry.tenant_id == tenant_of(session), CatalogueEntry.closed_at <= now() - ADDRESS_KEPT)
    return len(session.scalars(delete(CatalogueEntry).where(*over).returning(CatalogueEntry.opportunity_id)).all())


def set_places_taken(session: Session, opportunity_id: int, taken: int) -> None:
    """Note how many places of an opportunity are taken; nothing happens if it is not in the catalogue."""
    session.execute(
        update(CatalogueEntry)
        .where(CatalogueEntry.tenant_id == tenant_of(session), CatalogueEntry.opportunity_id == opportunity_id)
        .values(places_taken=taken)
    )


def clear(session: Session) -> None:
    """Empty the catalogue of the session's tenant, its stems with it, before it is made anew.

    Stems of entries that are gone stay until then: taking one away could race with an entry that brings it back.
    """
    tenant_id = tenant_of(session)
    session.execute(delete(CatalogueEntry).where(CatalogueEntry.tenant_id == tenant_id))
    session.execute(delete(CatalogueStem).where(CatalogueStem.tenant_id == tenant_id))


def _slots_of_date(session: Session, data: EntryData) -> tuple[str, ...]:
    """Return when in a week a dated offer falls, so that "on Saturdays" finds it too."""
    if data.time_kind != "dated" or data.starts_at is None:
        return ()
    zone = session.scalar(select(Tenant.time_zone).where(Tenant.id == tenant_of(session)))
    return slots_between(data.starts_at, data.ends_at, ZoneInfo(zone or "UTC"))


def _document(data: EntryData) -> ColumnElement[str]:
    """Return the weighted search document: title A, organisation B, everything else C."""
    body = f"{data.summary} {data.search_body} {data.district_name}"
    parts = (("A", data.title), ("B", data.organisation_name), ("C", body))
    vectors = [
        func.setweight(func.to_tsvector(CONFIGURATION, indexable(text)), literal_column(f"'{weight}'::\"char\""))
        for weight, text in parts
    ]
    return vectors[0].op("||")(vectors[1]).op("||")(vectors[2])


def _remember_stems(session: Session, tenant_id: int, opportunity_id: int) -> None:
    """Add the entry's stems to the tenant's; always in the same order, so that two writers cannot lock each other."""
    stem = func.unnest(func.tsvector_to_array(CatalogueEntry.document)).label("stem")
    of_entry = (
        select(CatalogueEntry.tenant_id, stem)
        .where(CatalogueEntry.tenant_id == tenant_id, CatalogueEntry.opportunity_id == opportunity_id)
        .order_by(stem)
    )
    session.execute(insert(CatalogueStem).from_select(["tenant_id", "stem"], of_entry).on_conflict_do_nothing())
