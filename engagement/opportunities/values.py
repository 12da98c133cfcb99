"""What describes an opportunity, as plain values that every layer passes on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from engagement.kernel.geo import Point
from engagement.opportunities.kinds import HoursPer, PlaceKind, TimeKind

TRANSLATED = ("title", "summary", "plain_summary", "description")
"""What can be said in other languages."""


@dataclass(frozen=True, kw_only=True)
class OpportunityValues:
    """All that an organisation says of an opportunity; empty text means "not said", None of a flag "not known".

    Args:
        description: Markdown.
        plain_summary: the same as ``summary`` in plain language (one thought a sentence), shown first.
        translations: what the organisation wrote in other languages, by two-letter code: ``title``, ``summary``,
            ``plain_summary`` and ``description`` as far as given.
        point: of the place if it is known more exactly than its district.
        slots: when in a week, as ``mon-morning``.
        hours: effort, counted by ``hours_per``.
        starts_at: aware; a dated opportunity needs it before anybody can see it.
        ends_at: aware, after ``starts_at``.
        places: how many people are wanted, None for "any number".
        languages: ISO 639-1 codes.
        suited_for: of ``Company``: who can do it together.
        taster: whether one can look in once before deciding.
        picture_file_id: a kept file.
        picture_focus: of ``kernel.cropping.Focus``: what matters in the picture, "" to find out by itself.
    """

    title: str
    summary: str = ""
    description: str = ""
    plain_summary: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    category_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()

    place_kind: PlaceKind = PlaceKind.DISTRICT
    street: str = ""
    postcode: str = ""
    city: str = ""
    district_id: int | None = None
    point: Point | None = None

    time_kind: TimeKind = TimeKind.ONGOING
    slots: tuple[str, ...] = ()
    hours: Decimal | None = None
    hours_per: HoursPer | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_note: str = ""
    places: int | None = None

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    minimum_age: int | None = None
    suited_for: tuple[str, ...] = ()
    taster: bool = False
    driving_licence: str = ""
    certificate_of_conduct: bool = False

    training: str = ""
    insurance: bool = False
    expenses: str = ""
    allowance: str = ""

    step_free: bool | None = None
    accessible_toilet: bool | None = None
    public_transport: bool | None = None
    hearing_support: bool | None = None

    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    picture_file_id: int | None = None
    picture_alt: str = ""
    picture_focus: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the values as the table has them: lists, and the point in two parts; without the linked words."""
        named = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        for name in (*LINKED, "point"):
            named.pop(name)
        point = self.point
        return {
            **{name: value for name, value in named.items() if name in _NAMES},
            "latitude": point.latitude if point else None,
            "longitude": point.longitude if point else None,
        }


LINKED = ("category_ids", "target_group_ids")
"""Kept in tables of their own."""
UNORDERED = (*LINKED, "languages")
"""Said as one set: in another order they are the same."""
_NAMES = frozenset(part.name for part in fields(OpportunityValues))
