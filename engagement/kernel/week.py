"""The days of a week, as rows and addresses name them."""

from __future__ import annotations

from enum import StrEnum


class Weekday(StrEnum):
    """Days of the week, Monday first (ISO 8601)."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @property
    def number(self) -> int:
        """Return its place in the week, 0 for Monday."""
        return list(Weekday).index(self)
