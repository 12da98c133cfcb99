"""The demo's content, read from the files beside it. All organisations, people and offers are invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from engagement.kernel.geo import Point
from engagement.tenancy.service import NewDistrict, NewTenant
from engagement.tenancy.vocabulary import german_words

UNUSED_KIND = "Genossenschaft"
"""No organisation of the demo is one, so that it can be deleted."""


@dataclass(frozen=True)
class City:
    """A city of the demo, ready to be made, with the name of the file that fills it and its languages beside German."""

    slug: str
    name: str
    host: str
    languages: tuple[str, ...]
    tenant: NewTenant


@dataclass(frozen=True)
class OrganisationText:
    """An invented organisation; empty text means "not said"."""

    key: str
    name: str
    kind: str
    verification: str
    district: str
    street: str
    postcode: str
    email: str
    contact_name: str
    description: str
    phone: str = ""
    website: str = ""


@dataclass(frozen=True)
class OfferText:
    """An invented opportunity; times are relative to the day of seeding."""

    organisation: str
    title: str
    summary: str
    description: str
    state: str
    kind: str
    categories: tuple[str, ...]
    target_groups: tuple[str, ...]
    place: str
    places: int
    contact_name: str
    contact_email: str
    created_days_ago: int
    edited_days_ago: int
    street: str = ""
    postcode: str = ""
    district: str = ""
    slots: tuple[str, ...] = ()
    hours: float | None = None
    hours_per: str | None = None
    starts_in_days: int | None = None
    start_time: str = "10:00"
    duration_hours: float = 2.0
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    minimum_age: int | None = None
    suited_for: tuple[str, ...] = ()
    taster: bool = False
    plain_summary: str = ""
    driving_licence: str = ""
    certificate_of_conduct: bool = False
    training: str = ""
    insurance: bool = False
    expenses: str = ""
    allowance: str = ""
    step_free: bool | None = None
    toilet: bool | None = None
    public_transport: bool | None = None
    hearing: bool | None = None
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What fills one city."""

    organisations: tuple[OrganisationText, ...]
    offers: tuple[OfferText, ...]


@lru_cache(maxsize=1)
def load_cities() -> tuple[City, ...]:
    """Return the demo's cities."""
    return tuple(_city(values) for values in read_data("cities")["city"])


def load_content(slug: str) -> Content:
    """Return what fills the city ``slug``."""
    found, translations = read_data(slug), read_data("translations").get(slug, {})
    return Content(
        organisations=tuple(OrganisationText(**values) for values in found["organisation"]),
        offers=tuple(
            OfferText(**_with_tuples(values), translations=translations.get(values["title"], {}))
            for values in found["opportunity"]
        ),
    )


def read_data(name: str) -> dict[str, Any]:
    """Return the values of a file beside this one."""
    return tomllib.loads(files("engagement.cli.demo").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _city(values: dict[str, Any]) -> City:
    words = german_words()
    districts = tuple(
        NewDistrict(one["name"], Point(one["latitude"], one["longitude"]), one["postcode"])
        for one in values["districts"]
    )
    slug = values["slug"]
    tenant = NewTenant(
        slug=slug,
        name=values["name"],
        hosts=(values["host"],),
        platform_name=values["platform"],
        claim=values["claim"],
        introduction=values["introduction"],
        brand_colour=values["brand_colour"],
        accent_colour=values["accent_colour"],
        mail_from=f"engagement@{slug}.example",
        postal_address=values["postal_address"],
        contact_email=f"ehrenamt@{slug}.example",
        official_key=values["official_key"],
        centre=districts[0].point,
        categories=words.categories,
        target_groups=words.target_groups,
        organisation_kinds=(*words.organisation_kinds, UNUSED_KIND),
        districts=districts,
    )
    return City(
        slug=slug, name=values["name"], host=values["host"], languages=tuple(values["languages"]), tenant=tenant
    )
