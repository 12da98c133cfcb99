"""Which of our columns an export speaks of, and how we know whether somebody has edited them here.

What an import wrote is kept as a digest beside it. If the row's columns still give that digest, nobody has touched
them; if the file gives it, nothing has changed there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engagement.opportunities.freinet.mapping import Mapped
from engagement.opportunities.freinet.record import Layout
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.values import LINKED
from engagement.organisations.models import Organisation
from engagement.organisations.service import OrganisationValues

_IN_ALL = frozenset(
    {
        "organisation_id", "is_shown", "title", "description", "places",
        "postcode", "city", "district_id", "latitude", "longitude",
    }
)  # fmt: skip
_IN_XML = _IN_ALL | {"summary", "street", "place_kind", "time_note"}
_IN_FULL_XML = _IN_XML | {
    "contact_name", "contact_email", "contact_phone", "category_ids", "target_group_ids",
    "step_free", "accessible_toilet", "public_transport", "hearing_support",
}  # fmt: skip
SAID: dict[Layout, frozenset[str]] = {
    Layout.CSV: _IN_ALL,
    Layout.SHORT_XML: _IN_XML,
    Layout.FULL_XML: _IN_FULL_XML,
}
"""Columns of an opportunity that each layout speaks of; the others are left to the people here."""
SAID_OF_ORGANISATION: dict[Layout, frozenset[str]] = {
    Layout.CSV: frozenset({"name"}),
    Layout.SHORT_XML: frozenset({"name"}),
    Layout.FULL_XML: frozenset({"name", "description", "street", "postcode", "city", "email", "phone", "website"}),
}


def columns_of(mapped: Mapped, organisation_id: int, layout: Layout) -> dict[str, Any]:
    """Return the columns that the file speaks of, as it says they should be."""
    values = mapped.values
    everything = {
        **values.columns(),
        **{name: sorted(getattr(values, name)) for name in LINKED},
        "organisation_id": organisation_id,
        "is_shown": mapped.is_shown,
    }
    return {name: everything[name] for name in SAID[layout]}


def columns_here(row: Opportunity, layout: Layout, moment: datetime) -> dict[str, Any]:
    """Return the same columns as they are here now."""
    special = {
        "is_shown": is_shown_here(row, moment),
        "category_ids": sorted(word.id for word in row.categories),
        "target_group_ids": sorted(word.id for word in row.target_groups),
    }
    return {name: special[name] if name in special else getattr(row, name) for name in SAID[layout]}


def is_shown_here(row: Opportunity, moment: datetime) -> bool:
    """Tell whether nobody has taken the offer from the public; running out by itself does not count."""
    return row.state in {State.PUBLISHED, State.IN_REVIEW} or has_run_out(row, moment)


def has_run_out(row: Opportunity, moment: datetime) -> bool:
    """Tell whether the offer was closed because its time was over."""
    return row.state is State.CLOSED and row.expires_at is not None and row.expires_at <= moment


def is_untouched(row: Opportunity, moment: datetime) -> bool:
    """Tell whether the row is as the last import, in whichever layout, left it, and nobody has an edit of it."""
    return row.edit is None and any(digest(columns_here(row, layout, moment)) == row.source_digest for layout in Layout)


def digest_after_move(row: Opportunity, organisation_id: int, moment: datetime) -> str:
    """Return the digest of a row that goes to another organisation: what nobody has edited here stays so."""
    for layout in Layout:
        here = columns_here(row, layout, moment)
        if digest(here) == row.source_digest:
            return digest({**here, "organisation_id": organisation_id})
    return row.source_digest


def organisation_columns(values: OrganisationValues | Organisation, layout: Layout) -> dict[str, Any]:
    """Return the columns of an organisation that the file speaks of."""
    return {name: getattr(values, name) for name in SAID_OF_ORGANISATION[layout]}


def is_organisation_untouched(row: Organisation) -> bool:
    """Tell whether the organisation is as the last import left it."""
    return any(digest(organisation_columns(row, layout)) == row.source_digest for layout in Layout)


def digest(columns: Mapping[str, Any]) -> str:
    """Return 64 hexadecimal digits that stand for the contents of ``columns`` (SHA-256)."""
    canonical = json.dumps(columns, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
