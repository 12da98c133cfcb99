"""The regular times of an organisation as plain values: what makes them right, in what order they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from engagement.kernel.i18n import gettext
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion

MOST_TIMES = 40
"""Of one organisation: a sports club with ten teams training twice a week has half as many."""
MOST_AFTER_MERGING = 2 * MOST_TIMES
"""One that was merged with another has the times of both, until somebody tidies them up."""
LONGEST_WHAT, LONGEST_PLACE = 120, 200


@dataclass(frozen=True, kw_only=True)
class TimeOfWeek:
    """Something that takes place every week.

    Args:
        ends_at: None if nobody can say.
        what: such as "Training, U11"; may be empty for hours in which somebody is there.
        place: where, empty for the organisation's own address.
        not_in_holidays: whether it pauses in the school holidays.
        last_day: the last time of a season, None if it goes on.
    """

    weekday: Weekday
    starts_at: time
    ends_at: time | None = None
    occasion: Occasion = Occasion.MEETING
    what: str = ""
    place: str = ""
    not_in_holidays: bool = False
    last_day: date | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Return what times are sorted by: as the week goes."""
        return self.weekday.number, self.starts_at, self.ends_at or time.max, self.what, self.place, self.occasion

    def is_over(self, today: date) -> bool:
        """Tell whether the season has ended before ``today``."""
        return self.last_day is not None and self.last_day < today


def problems_of(value: TimeOfWeek) -> dict[str, str]:
    """Return what is wrong with a time by the name of the value, nothing if it can be kept."""
    problems: dict[str, str] = {}
    if value.ends_at is not None and value.ends_at <= value.starts_at:
        problems["ends_at"] = gettext("The end must lie after the beginning.")
    if value.occasion is Occasion.MEETING and not value.what.strip():
        problems["what"] = gettext("Please say what takes place, such as “Training, under 11”.")
    return problems


def in_order(times: Iterable[TimeOfWeek]) -> tuple[TimeOfWeek, ...]:
    """Return times as the week goes, each once."""
    return tuple(sorted(dict.fromkeys(times), key=lambda one: one.order))


def by_weekday(times: Iterable[TimeOfWeek]) -> dict[Weekday, tuple[TimeOfWeek, ...]]:
    """Return times by their day, only days that have any, in the order of the week."""
    sorted_ = in_order(times)
    days = dict.fromkeys(one.weekday for one in sorted_)
    return {day: tuple(one for one in sorted_ if one.weekday is day) for day in days}
