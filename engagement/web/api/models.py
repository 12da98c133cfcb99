"""What the API answers, as pydantic models: the answers are made from them, and so is their description.

People's names, telephone numbers and mail addresses are not among it, although the pages show them: what is meant for a
neighbour who wants to help is not meant to be collected by machines.
"""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Frozen, and nothing in it that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Word(Model):
    """A word of the town's vocabulary; filters take its `slug`."""

    slug: str
    name: str


class District(Word):
    """A part of the town."""

    postcodes: list[str]
    latitude: float | None
    longitude: float | None


class Source(Model):
    """Where an imported offer comes from, and its number there."""

    system: str
    id: str


class OrganisationLink(Model):
    """Who offers it; `self` is its address in this API, `url` its page."""

    id: int
    name: str
    self: str
    url: str


class Place(Model):
    """Where it takes place; the point of a part of town lies near its middle."""

    kind: Literal["address", "district", "remote"]
    district: str
    street: str
    postcode: str
    city: str
    latitude: float | None
    longitude: float | None


class Time(Model):
    """When it takes place, and how much time it takes."""

    kind: Literal["ongoing", "dated"]
    starts_at: AwareDatetime | None
    ends_at: AwareDatetime | None
    slots: list[str] = Field(description="Parts of the week, as `sat-morning`.")
    note: str
    hours: float | None
    hours_per: Literal["week", "month", "occasion"] | None


class Places(Model):
    """How many people are wanted; null means any number."""

    wanted: int | None
    taken: int
    free: int | None


class Picture(Model):
    """A picture and what can be seen on it."""

    url: str
    alt: str


class Translation(Model):
    """What the organisation wrote in another language."""

    language: str
    title: str
    summary: str


class WholeTranslation(Translation):
    """The same with everything that the page says in that language; what was left out is empty."""

    plain_summary: str
    description: str = Field(description="Markdown.")


class _Opportunity(Model):
    id: int
    self: str = Field(description="Its address in the API of the town that it belongs to.")
    url: str = Field(description="Its page.")
    title: str
    summary: str
    organisation: OrganisationLink
    categories: list[Word]
    target_groups: list[Word]
    place: Place
    time: Time
    places: Places
    picture: Picture | None
    languages: list[str] = Field(description="Languages that are needed, ISO 639-1.")
    minimum_age: int | None
    access: list[str]
    suited_for: list[str]
    taster: bool
    published_at: AwareDatetime
    updated_at: AwareDatetime
    expires_at: AwareDatetime | None
    source: Source | None = Field(description="Only of what was imported.")


class Opportunity(_Opportunity):
    """A way to help that is open now."""

    translations: list[Translation]


class OpportunityDetail(_Opportunity):
    """The same with everything that its page says."""

    translations: list[WholeTranslation]
    description: str = Field(description="Markdown.")
    description_html: str
    plain_summary: str = Field(description="The summary in plain language.")
    skills: list[str]
    driving_licence: str
    certificate_of_conduct: bool
    training: str
    insurance: bool
    expenses: str
    allowance: str
    apply_url: str = Field(description="The page on which people sign up.")
    calendar_url: str | None = Field(description="The date as iCalendar.")


class RegularTime(Model):
    """A time of the week at which an organisation trains, meets or is open."""

    occasion: Literal["meeting", "opening"]
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    starts_at: time
    ends_at: time | None
    what: str
    place: str = Field(description="Empty for the organisation's own address.")
    not_in_holidays: bool = Field(description="Whether it pauses in the school holidays.")
    last_day: date | None


class Organisation(Model):
    """An organisation of the town that was checked."""

    id: int
    self: str
    url: str
    name: str
    kind: str
    district: str
    categories: list[Word] = Field(description="Fields that it has chosen for itself.")
    summary: str
    description: str = Field(description="Markdown.")
    founded_year: int | None
    street: str
    postcode: str
    city: str
    website: str
    links: list[str] = Field(description="Its other addresses on the web.")
    logo: Picture | None
    picture: Picture | None
    regular_times: list[RegularTime]
    offers: int = Field(description="How many offers are open now.")
    updated_at: AwareDatetime


class OrganisationDetail(Organisation):
    """The same with its open offers."""

    opportunities: list[Opportunity]


class Vocabulary(Model):
    """The words that offers and organisations are sorted by, in the town's order."""

    categories: list[Word]
    target_groups: list[Word]
    districts: list[District]
    organisation_kinds: list[Word]


class OpportunityList(Model):
    """One page of offers."""

    items: list[Opportunity]
    total: int = Field(description="How many there are on all pages.")
    next: str | None = Field(description="Address of the next page, null on the last.")


class OrganisationList(Model):
    """One page of organisations, by name."""

    items: list[Organisation]
    total: int = Field(description="How many there are on all pages.")
    next: str | None = Field(description="Address of the next page, null on the last.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="`about:blank`, or the kind of problem.")
    title: str
    status: int
    detail: str
