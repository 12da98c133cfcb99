"""Writing the public read model, in the same transaction that publishes, changes or closes an opportunity."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    TableValuedAlias,
    Text,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Session

from engagement.catalogue import postings
from engagement.catalogue.entries import ADDRESS_KEPT
from engagement.catalogue.models import CatalogueEntry, CatalogueStem
from engagement.catalogue.slots import slots_between
from engagement.catalogue.words import CONFIGURATION, indexable
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.tenancy.queries import own_time_zone


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
        picture_focus: what matters in the picture, by ``kernel.cropping.Focus``.
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
    picture_focus: str = ""
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
_WEIGHTS = {"of_title": "A", "of_organisation": "B", "of_summary": "C", "of_rest": "D"}
"""Of the texts that the search document is made from."""


def write_entries(session: Session, entries: Collection[EntryData]) -> None:
    """Put opportunities into the catalogue, or bring their entries up to date; ``places_taken`` stays as it is.

    A fixed number of statements however many there are, since a word that is merged may touch thousands.
    """
    if not entries:
        return
    tenant_id = tenant_of(session)
    slots = _slots_of_dates(session, entries)
    given = _given([_plain(data, slots.get(data.opportunity_id, data.slots)) for data in entries])
    ids = [data.opportunity_id for data in entries]
    postings.remove(session, ids)
    names = (*_COLUMNS, "document")
    values = [*(given.c[name] for name in _COLUMNS), _document(given)]
    of_given = select(literal(tenant_id), literal(0), *values).order_by(given.c.opportunity_id)
    statement = insert(CatalogueEntry).from_select(["tenant_id", "places_taken", *names], of_given)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id],
            set_={name: statement.excluded[name] for name in names},
        )
    )
    _remember_stems(session, ids)
    postings.write(session, ids)


def remove_entries(session: Session, opportunity_ids: Collection[int]) -> None:
    """Take opportunities out of the catalogue; nothing happens to those that are not there."""
    if opportunity_ids:
        postings.remove(session, opportunity_ids)
        session.execute(delete(CatalogueEntry).where(*_are(session, opportunity_ids)))


def forget_closed_entries(session: Session) -> int:
    """Delete the entries whose address has been kept long enough, and return how many there were."""
    over = (CatalogueEntry.tenant_id == tenant_of(session), CatalogueEntry.closed_at <= now() - ADDRESS_KEPT)
    gone = session.scalars(select(CatalogueEntry.opportunity_id).where(*over)).all()
    remove_entries(session, gone)
    return len(gone)


def set_places_taken(session: Session, taken: Mapping[int, int]) -> None:
    """Note how many places of opportunities are taken, by their ids; those not in the catalogue are passed over."""
    if not taken:
        return
    pairs = func.unnest(literal(list(taken), ARRAY(BigInteger)), literal(list(taken.values()), ARRAY(Integer)))
    given = pairs.table_valued(column("opportunity_id", BigInteger), column("number", Integer)).render_derived()
    session.execute(
        update(CatalogueEntry)
        .where(*_are(session, taken), CatalogueEntry.opportunity_id == given.c.opportunity_id)
        .values(places_taken=given.c.number),
        execution_options={"synchronize_session": False},
    )


def clear(session: Session) -> None:
    """Empty the catalogue of the session's tenant, its stems with it, before it is made anew.

    Stems of entries that are gone stay until then: taking one away could race with an entry that brings it back.
    """
    tenant_id = tenant_of(session)
    session.execute(delete(CatalogueEntry).where(CatalogueEntry.tenant_id == tenant_id))
    session.execute(delete(CatalogueStem).where(CatalogueStem.tenant_id == tenant_id))
    postings.clear(session)


def _are(session: Session, opportunity_ids: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for these entries; one parameter, so that the statement is the same for any number."""
    wanted = literal(list(opportunity_ids), ARRAY(BigInteger))
    return CatalogueEntry.tenant_id == tenant_of(session), CatalogueEntry.opportunity_id == func.any(wanted)


def _plain(data: EntryData, slots: tuple[str, ...]) -> dict[str, Any]:
    """Return an entry's columns, and the texts to be indexed."""
    named = " ".join((*data.category_names, *data.target_group_names, data.district_name))
    texts = (data.title, data.organisation_name, f"{data.summary}\n{named}", data.search_body)
    return {
        **{name: getattr(data, name) for name in _COLUMNS},
        "slots": slots,
        **{part: indexable(text) for part, text in zip(_WEIGHTS, texts, strict=True)},
    }


def _given(rows: list[dict[str, Any]]) -> TableValuedAlias:
    """Return the rows as a table, with the types of the catalogue's columns."""
    known = CatalogueEntry.__table__.c
    columns = [column(name, known[name].type) for name in _COLUMNS] + [column(part, Text) for part in _WEIGHTS]
    lines = cast(literal(json.dumps(rows, default=str), Text), JSONB)
    return func.jsonb_to_recordset(lines).table_valued(*columns).render_derived(with_types=True)


def _slots_of_dates(session: Session, entries: Iterable[EntryData]) -> dict[int, tuple[str, ...]]:
    """Return when in a week dated offers fall that do not say it, so that "on Saturdays" finds them too."""
    dated = {
        data.opportunity_id: (data.starts_at, data.ends_at)
        for data in entries
        if data.time_kind == "dated" and data.starts_at and not data.slots
    }
    if not dated:
        return {}
    zone = own_time_zone(session)
    return {number: slots_between(*times, zone) for number, times in dated.items()}


def _document(given: TableValuedAlias) -> ColumnElement[str]:
    """Return the weighted search document: title A, organisation B, summary and vocabulary C, everything else D."""
    vectors = [
        func.setweight(func.to_tsvector(CONFIGURATION, given.c[part]), literal_column(f"'{weight}'::\"char\""))
        for part, weight in _WEIGHTS.items()
    ]
    return reduce(lambda whole, part: whole.op("||")(part), vectors)


def _remember_stems(session: Session, opportunity_ids: list[int]) -> None:
    """Add the entries' stems to the tenant's; always in the same order, so that two writers cannot lock each other."""
    stem = func.unnest(func.tsvector_to_array(CatalogueEntry.document)).label("stem")
    of_entries = select(CatalogueEntry.tenant_id, stem).distinct().where(*_are(session, opportunity_ids)).order_by(stem)
    session.execute(insert(CatalogueStem).from_select(["tenant_id", "stem"], of_entries).on_conflict_do_nothing())
