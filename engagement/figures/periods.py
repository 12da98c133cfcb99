"""Months and spans of them, each month named by its first day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

MONTHS_A_YEAR = 12
USUAL_MONTHS = 12
"""Whole months before the present one."""
MOST_MONTHS = 24


@dataclass(frozen=True)
class Period:
    """The months from ``first`` to ``last``, both of them included."""

    first: date
    last: date

    @property
    def months(self) -> tuple[date, ...]:
        """Return every month, the earliest first."""
        return tuple(shifted(self.first, number) for number in range(months_between(self.first, self.last) + 1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moment in which it begins and the first one after it, in the tenant's zone."""
        return begin_of(self.first, zone), begin_of(shifted(self.last, 1), zone)


def month_at(moment: datetime, zone: ZoneInfo) -> date:
    """Return the month in which an aware ``moment`` lies in ``zone``."""
    return moment.astimezone(zone).date().replace(day=1)


def begin_of(month: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a month in ``zone``."""
    return datetime.combine(month, time.min, zone)


def shifted(month: date, by: int) -> date:
    """Return the month that lies ``by`` months later."""
    years, index = divmod(month.year * MONTHS_A_YEAR + month.month - 1 + by, MONTHS_A_YEAR)
    return date(years, index + 1, 1)


def months_between(first: date, last: date) -> int:
    """Return how many months ``last`` lies after ``first``; negative if it lies before."""
    return (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month


def usual_period(present: date) -> Period:
    """Return the present month with the twelve before it."""
    return Period(shifted(present, -USUAL_MONTHS), present)
