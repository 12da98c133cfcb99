"""The words an opportunity is described with, as closed lists."""

from __future__ import annotations

from enum import StrEnum

from engagement.kernel.week import Weekday


class State(StrEnum):
    """Life of an opportunity."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"


class PlaceKind(StrEnum):
    """Where it happens: at an address, somewhere in a district, or from anywhere."""

    ADDRESS = "address"
    DISTRICT = "district"
    REMOTE = "remote"


class TimeKind(StrEnum):
    """Whether it goes on or happens once."""

    ONGOING = "ongoing"
    DATED = "dated"


class HoursPer(StrEnum):
    """What the hours are counted by."""

    WEEK = "week"
    MONTH = "month"
    OCCASION = "occasion"


class PartOfDay(StrEnum):
    """Parts of a day as people plan them."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Company(StrEnum):
    """In whose company an offer can be done well."""

    TANDEM = "tandem"
    GROUP = "group"
    FAMILY = "family"


SLOTS: tuple[str, ...] = tuple(f"{day}-{part}" for day in Weekday for part in PartOfDay)
"""All 21 slots of a week, as ``mon-morning``."""
