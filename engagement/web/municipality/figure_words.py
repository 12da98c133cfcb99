"""How figures are written: on the page in the reader's language, in a file as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask_babel import get_locale, get_timezone

from engagement.kernel.i18n import counted, gettext, ngettext
from engagement.kernel.tables import Cell as FileCell

HOURS_IN_WORDS = 48
"""Waits up to here are said in hours, longer ones in days."""
A_DAY = 24
Cell = str | int | float | date | None


class Kind(StrEnum):
    """What a column holds; None stands in any of them for what cannot or must not be said."""

    TEXT = "text"
    MONTH = "month"
    DAY = "day"
    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"


@dataclass(frozen=True)
class Column:
    """The head of a column and what is in it."""

    name: str
    kind: Kind = Kind.COUNT

    @property
    def is_number(self) -> bool:
        """Tell whether its values stand right, under each other."""
        return self.kind in {Kind.COUNT, Kind.SHARE, Kind.HOURS}

    def file_name(self) -> str:
        """Return the head in a file, which says the unit."""
        units = {Kind.HOURS: gettext("hours"), Kind.SHARE: gettext("per cent")}
        return f"{self.name} ({units[self.kind]})" if self.kind in units else self.name


def on_page(value: Cell, kind: Kind) -> str:
    """Return a value as a reader likes it."""
    if value is None:
        return gettext("n/a")
    if isinstance(value, date):
        return month_name(value) if kind is Kind.MONTH else format_date(value, "medium", locale=get_locale())
    if isinstance(value, str):
        return value
    if kind is Kind.SHARE:
        return format_percent(value, "#,##0 %", locale=get_locale())
    return duration(value) if kind is Kind.HOURS else number(value)


def in_file(value: Cell, kind: Kind) -> FileCell:
    """Return a value as a spreadsheet can reckon with it."""
    if value is None:
        return gettext("n/a")
    if isinstance(value, date) and kind is Kind.MONTH:
        return f"{value:%Y-%m}"
    if isinstance(value, float):
        return round(100 * value, 1) if kind is Kind.SHARE else round(value, 3)
    return value


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the tenant's zone."""
    return moment.astimezone(get_timezone()).date()


def number(value: float) -> str:
    """Return a number with the separators of the reader's language."""
    return format_decimal(value, locale=get_locale())


def duration(hours: float) -> str:
    """Return a wait in hours, or in days if it is longer than two of them."""
    if hours <= HOURS_IN_WORDS:
        return ngettext("%(num)s hour", "%(num)s hours", int(hours))
    days = round(hours / A_DAY, 1)
    return ngettext("%(days)s day", "%(days)s days", counted(days), days=number(days))


def month_name(month: date) -> str:
    """Return a month with its year, as "November 2026"."""
    return format_date(month, "LLLL y", locale=get_locale())


def short_month(month: date) -> str:
    """Return a month in three or four letters."""
    return format_date(month, "LLL", locale=get_locale()).rstrip(".")


def letter_of_month(month: date) -> str:
    """Return a month's first letter, for where there is no room for more."""
    return format_date(month, "LLLLL", locale=get_locale())
