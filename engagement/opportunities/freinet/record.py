"""What a row of an export says, before anybody judges it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """The three forms in which Freinet writes offers."""

    SHORT_XML = "short XML"
    FULL_XML = "full XML"
    CSV = "CSV"


@dataclass(frozen=True, kw_only=True)
class FreinetOffer:
    """One offer in the words of the file: raw text, possibly HTML; "" where the file says nothing.

    Args:
        row: counts the offers of the file from 1.
        line: of the file, where the offer begins, from 1.
        latitude: in degrees, with point or comma; "0.000000" means unknown.
        contactable: "1", "0" or "-1".
        places_wanted: a number; "0" means unlimited or not said.
        edited: Unix seconds or a date.
        created: the same.
    """

    row: int
    line: int
    layout: Layout
    external_id: str = ""
    title: str = ""
    summary: str = ""
    description: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    districts: tuple[str, ...] = ()
    latitude: str = ""
    longitude: str = ""
    contactable: str = ""
    time_frame: tuple[str, ...] = ()
    places_wanted: str = ""
    edited: str = ""
    created: str = ""
    fields: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    requirements: str = ""
    benefits: str = ""
    accessibility: str = ""
    website: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    organisation_id: str = ""
    organisation_name: str = ""
    organisation_description: str = ""
    organisation_street: str = ""
    organisation_postcode: str = ""
    organisation_city: str = ""
    organisation_email: str = ""
    organisation_phone: str = ""
    organisation_website: str = ""


@dataclass(frozen=True)
class UnreadableRow:
    """A row that is no offer although the file around it is sound."""

    row: int
    line: int
    reason: str


Row = FreinetOffer | UnreadableRow
