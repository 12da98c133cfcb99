"""When a digest is due: every day, or once a week on a chosen day, at seven in the morning of the town. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

AT = time(7)
"""In the town's own time, summer and winter."""
MONDAY, SUNDAY = 0, 6


class Rhythm(StrEnum):
    """How often somebody wants to hear."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Due:
    """A turn: the moment from which a digest is due, and the local day by which the turn is known."""

    at: datetime
    day: date


def last_due(rhythm: Rhythm, weekday: int, zone: ZoneInfo, moment: datetime) -> Due:
    """Return the latest turn that is not after ``moment``.

    Args:
        rhythm: how often.
        weekday: 0 for Monday; of a daily rhythm it means nothing.
        zone: of the town.
        moment: aware.
    """
    day = moment.astimezone(zone).date()
    if _begins(day, zone) > moment:
        day -= timedelta(days=1)
    if rhythm is Rhythm.WEEKLY:
        day -= timedelta(days=(day.weekday() - weekday) % 7)
    return Due(_begins(day, zone), day)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, AT, zone).astimezone(ZoneInfo("UTC"))
