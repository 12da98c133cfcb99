"""The profile of an organisation as pages show it, to everybody and as a preview to its members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from babel.dates import format_date
from flask_babel import get_locale

from engagement.catalogue.queries import Card
from engagement.catalogue.times import hours_of_day
from engagement.kernel.clock import now
from engagement.kernel.i18n import gettext
from engagement.organisations.kinds import Occasion
from engagement.organisations.profiles import ProfileParts
from engagement.organisations.queries import OrganisationInfo
from engagement.organisations.times import TimeOfWeek, by_weekday
from engagement.tenancy.queries import Term
from engagement.web.shared import context
from engagement.web.shared.checks import only_web_address
from engagement.web.shared.presentation import day_names


@dataclass(frozen=True)
class Line:
    """A time of the week in words."""

    hours: str
    what: str
    place: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """A day of the week with what takes place on it."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Link:
    """An address on the web, with what it is called."""

    address: str
    name: str


@dataclass(frozen=True)
class Profile:
    """What a profile shows besides the values of the organisation itself.

    Args:
        fields: those that it has chosen; those of its offers if it has chosen none.
        days: when it regularly meets or is open.
        links: its website first.
    """

    fields: tuple[Term, ...]
    days: tuple[Day, ...]
    links: tuple[Link, ...]


def shown_profile(organisation: OrganisationInfo, parts: ProfileParts, entries: Iterable[Card]) -> Profile:
    """Return a profile in words; a time whose season is over is not shown."""
    words = context.vocabulary()
    chosen = set(parts.category_ids) or {number for entry in entries for number in entry.category_ids}
    return Profile(
        fields=tuple(term for term in words.categories if term.id in chosen),
        days=_days(current_times(parts)),
        links=tuple(Link(address, name_of_link(address)) for address in links_of(organisation)),
    )


def current_times(parts: ProfileParts) -> tuple[TimeOfWeek, ...]:
    """Return the times whose season is not over."""
    today = now().astimezone(context.tenant().time_zone).date()
    return tuple(one for one in parts.times if not one.is_over(today))


def links_of(organisation: OrganisationInfo) -> tuple[str, ...]:
    """Return the addresses on the web that a page may link to, each once, its own website first."""
    return tuple(dict.fromkeys(filter(None, map(only_web_address, (organisation.website, *organisation.links)))))


def name_of_link(address: str) -> str:
    """Return how a web address is written for people: without scheme, ``www.`` and the last stroke."""
    parts = urlsplit(address)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")


def _days(times: Iterable[TimeOfWeek]) -> tuple[Day, ...]:
    names = day_names()
    return tuple(Day(names[day.number], tuple(_line(one) for one in lines)) for day, lines in by_weekday(times).items())


def _line(one: TimeOfWeek) -> Line:
    remarks = [gettext("not in the school holidays")] if one.not_in_holidays else []
    if one.last_day:
        remarks.append(gettext("until %(day)s", day=format_date(one.last_day, "long", get_locale())))
    what = one.what or (gettext("Opening hours") if one.occasion is Occasion.OPENING else "")
    return Line(hours_of_day(one.starts_at, one.ends_at, get_locale()), what, one.place, tuple(remarks))
