"""The part of schema.org that pages speak, as dataclasses: what cannot be said here cannot be said wrongly.

Field names are schema.org's own in our spelling, ``date_posted`` for ``datePosted``; what is empty is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from markupsafe import Markup

CONTEXT = "https://schema.org"
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""What could end a ``script`` element, or a line of JavaScript, becomes an escape that JSON reads the same."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Anything; ``TYPE`` is its name at schema.org."""

    TYPE: ClassVar[str] = "Thing"

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values without what was not said."""
        said = {part.name: _plain(getattr(self, part.name)) for part in fields(self)}
        named = {_spelt(name): value for name, value in said.items()}
        return {"@type": self.TYPE, **{name: value for name, value in named.items() if value not in (None, "", [])}}


@dataclass(frozen=True, kw_only=True)
class PostalAddress(Thing):
    """https://schema.org/PostalAddress."""

    TYPE = "PostalAddress"
    street_address: str = ""
    postal_code: str = ""
    address_locality: str = ""
    address_country: str = "DE"


@dataclass(frozen=True, kw_only=True)
class GeoCoordinates(Thing):
    """https://schema.org/GeoCoordinates."""

    TYPE = "GeoCoordinates"
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True)
class OpeningHoursSpecification(Thing):
    """https://schema.org/OpeningHoursSpecification."""

    TYPE = "OpeningHoursSpecification"
    day_of_week: str
    opens: time
    closes: time
    valid_through: date | None = None


@dataclass(frozen=True, kw_only=True)
class Place(Thing):
    """https://schema.org/Place."""

    TYPE = "Place"
    name: str = ""
    address: PostalAddress | None = None
    geo: GeoCoordinates | None = None
    opening_hours_specification: tuple[OpeningHoursSpecification, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VirtualLocation(Thing):
    """https://schema.org/VirtualLocation."""

    TYPE = "VirtualLocation"
    url: str


@dataclass(frozen=True, kw_only=True)
class Country(Thing):
    """https://schema.org/Country."""

    TYPE = "Country"
    name: str


@dataclass(frozen=True, kw_only=True)
class Organization(Thing):
    """https://schema.org/Organization."""

    TYPE = "Organization"
    name: str
    url: str = ""
    same_as: tuple[str, ...] = ()
    logo: str = ""
    image: str = ""
    description: str = ""
    founding_date: str = ""
    address: PostalAddress | None = None
    location: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NGO(Organization):
    """https://schema.org/NGO."""

    TYPE = "NGO"


@dataclass(frozen=True, kw_only=True)
class PropertyValue(Thing):
    """https://schema.org/PropertyValue."""

    TYPE = "PropertyValue"
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class JobPosting(Thing):
    """https://schema.org/JobPosting, a role that goes on."""

    TYPE = "JobPosting"
    title: str
    description: str
    date_posted: datetime
    hiring_organization: Organization
    url: str
    identifier: PropertyValue
    valid_through: datetime | None = None
    employment_type: str = "VOLUNTEER"
    job_location: Place | None = None
    job_location_type: str = ""
    applicant_location_requirements: Country | None = None
    direct_apply: bool = True
    industry: str = ""
    work_hours: str = ""
    job_benefits: str = ""
    skills: str = ""
    total_job_openings: int | None = None
    image: str = ""


@dataclass(frozen=True, kw_only=True)
class Event(Thing):
    """https://schema.org/Event, help on one date."""

    TYPE = "Event"
    name: str
    description: str
    url: str
    start_date: datetime
    organizer: Organization
    location: Place | VirtualLocation
    event_status: str
    event_attendance_mode: str
    end_date: datetime | None = None
    maximum_attendee_capacity: int | None = None
    remaining_attendee_capacity: int | None = None
    is_accessible_for_free: bool = True
    image: str = ""


@dataclass(frozen=True, kw_only=True)
class ListItem(Thing):
    """https://schema.org/ListItem."""

    TYPE = "ListItem"
    position: int
    name: str
    item: str


@dataclass(frozen=True, kw_only=True)
class BreadcrumbList(Thing):
    """https://schema.org/BreadcrumbList."""

    TYPE = "BreadcrumbList"
    item_list_element: tuple[ListItem, ...]


@dataclass(frozen=True, kw_only=True)
class EntryPoint(Thing):
    """https://schema.org/EntryPoint."""

    TYPE = "EntryPoint"
    url_template: str


@dataclass(frozen=True, kw_only=True)
class SearchAction(Thing):
    """https://schema.org/SearchAction; ``query_input`` is written ``query-input``."""

    TYPE = "SearchAction"
    target: EntryPoint
    query_input: str


@dataclass(frozen=True, kw_only=True)
class WebSite(Thing):
    """https://schema.org/WebSite."""

    TYPE = "WebSite"
    name: str
    url: str
    description: str = ""
    in_language: tuple[str, ...] = ()
    publisher: Organization | None = None
    potential_action: SearchAction | None = None


def script(things: Sequence[Thing]) -> Markup:
    """Return the ``script`` element that says all this; nothing if there is nothing to say.

    It is a data block (HTML Standard, 4.12.1): no browser runs it, so no policy on scripts concerns it.
    """
    if not things:
        return Markup()
    graph = {"@context": CONTEXT, "@graph": [thing.plain() for thing in things]}
    body = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(body))  # noqa: S704 - no sign of HTML is left


def _spelt(name: str) -> str:
    first, *others = name.split("_")
    return "query-input" if name == "query_input" else first + "".join(map(str.capitalize, others))


def _plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, Thing):
        return value.plain()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime, time)):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
