"""When something takes place, in words: pure functions of values, time zone and locale.

Slots become "dienstags vormittags, samstags", hours "2 Stunden pro Woche", a date its day and clock times.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, tzinfo
from decimal import Decimal
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from engagement.catalogue.slots import DAYS, PARTS
from engagement.kernel.i18n import comma, counted, gettext, ngettext

DAY_PATTERNS = {"de": "EEE, d. MMM y", "en": "EEE, d MMM y"}
"""Where we differ from CLDR: shorter in German, and English as it is written in Europe."""
LEAST_RUN = 3
"""Days in a row from which "Mondays to Wednesdays" reads better than the single days."""


class Timed(Protocol):
    """What has a time: a card of the catalogue, an opportunity."""

    @property
    def time_kind(self) -> str: ...
    @property
    def slots(self) -> tuple[str, ...]: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


def when(timed: Timed, zone: tzinfo, locale: Locale) -> str:
    """Return when it takes place, as one short line that begins with a capital."""
    if timed.time_kind == "dated" and timed.starts_at:
        return date_range(timed.starts_at, timed.ends_at, zone, locale)
    return _capital(weekly(timed.slots) or gettext("by arrangement"))


def day(value: datetime, zone: tzinfo, locale: Locale) -> str:
    """Return the date with its weekday, as ``Sa., 5. Dez. 2026``."""
    local = value.astimezone(zone)
    pattern = DAY_PATTERNS.get(locale.language)
    return format_date(local, pattern, locale) if pattern else format_skeleton("yMMMEd", local, locale=locale)


def clock(value: datetime, zone: tzinfo, locale: Locale) -> str:
    """Return the clock time without the word for it."""
    return format_time(value.astimezone(zone), "short", locale=locale)


def hours_of_day(starts_at: time, ends_at: time | None, locale: Locale) -> str:
    """Return from when to when something takes place on any such day."""
    begin = format_time(starts_at, "short", locale=locale)
    if ends_at is None:
        return gettext("from %(begin)s", begin=begin)
    return gettext("%(begin)s to %(end)s", begin=begin, end=format_time(ends_at, "short", locale=locale))


def date_range(starts_at: datetime, ends_at: datetime | None, zone: tzinfo, locale: Locale) -> str:
    """Return a date with its times; of one that spans days both ends in full."""
    first = {"day": day(starts_at, zone, locale), "begin": clock(starts_at, zone, locale)}
    if ends_at is None:
        return gettext("%(day)s, from %(begin)s", **first)
    end = clock(ends_at, zone, locale)
    if starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date():
        return gettext("%(day)s, %(begin)s to %(end)s", end=end, **first)
    return gettext(
        "%(day)s, %(begin)s, to %(last_day)s, %(end)s", last_day=day(ends_at, zone, locale), end=end, **first
    )


def amount(hours: Decimal | float | None, per: str | None, locale: Locale) -> str:
    """Return how much time it takes, empty if nothing was said.

    Args:
        hours: number of hours.
        per: ``week``, ``month`` or ``occasion``; None if it was not said by what they are counted.
        locale: of the reader.
    """
    if hours is None:
        return ""
    form = counted(hours)
    number = format_decimal(hours, locale=locale)
    if per == "week":
        return ngettext("%(hours)s hour a week", "%(hours)s hours a week", form, hours=number)
    if per == "month":
        return ngettext("%(hours)s hour a month", "%(hours)s hours a month", form, hours=number)
    if per == "occasion":
        return ngettext("%(hours)s hour each time", "%(hours)s hours each time", form, hours=number)
    return ngettext("%(hours)s hour", "%(hours)s hours", form, hours=number)


def weekly(slots: Iterable[str]) -> str:
    """Return the slots of a week in words, days with the same parts together; empty for none."""
    held = set(slots)
    parts_of = {name: tuple(part for part in PARTS if f"{name}-{part}" in held) for name in DAYS}
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, parts in parts_of.items():
        if parts:
            groups.setdefault(parts, []).append(name)
    return comma().join(_group(days, parts) for parts, days in groups.items())


def _group(days: list[str], parts: tuple[str, ...]) -> str:
    if len(parts) == len(PARTS):
        return _days(days)
    return gettext("%(days)s %(parts)s", days=_days(days), parts=listed([_part_names()[part] for part in parts]))


def _days(days: list[str]) -> str:
    names = day_names()
    if len(days) == len(DAYS):
        return gettext("every day")
    if days == ["sat", "sun"]:
        return gettext("at weekends")
    positions = [DAYS.index(name) for name in days]
    if len(days) >= LEAST_RUN and positions[-1] - positions[0] == len(days) - 1:
        return gettext("%(first)s to %(last)s", first=names[days[0]], last=names[days[-1]])
    return listed([names[name] for name in days])


def listed(words: list[str]) -> str:
    """Return words as "a, b and c"."""
    if len(words) <= 1:
        return "".join(words)
    return gettext("%(first)s and %(last)s", first=comma().join(words[:-1]), last=words[-1])


def day_names() -> dict[str, str]:
    """Return what the days are called as a habit."""
    return {
        "mon": gettext("Mondays"),
        "tue": gettext("Tuesdays"),
        "wed": gettext("Wednesdays"),
        "thu": gettext("Thursdays"),
        "fri": gettext("Fridays"),
        "sat": gettext("Saturdays"),
        "sun": gettext("Sundays"),
    }


def _part_names() -> dict[str, str]:
    return {
        "morning": gettext("in the morning"),
        "afternoon": gettext("in the afternoon"),
        "evening": gettext("in the evening"),
    }


def slot_word(word: str) -> str:
    """Return a slot, a day or a part of the day in words, with a capital: "Samstags vormittags"."""
    if word in PARTS:
        return _capital(_part_names()[word])
    return _capital(weekly([word] if "-" in word else [f"{word}-{part}" for part in PARTS]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
