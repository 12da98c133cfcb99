"""When in a week something takes place: slots as ``sat-morning``, asked for whole, by day or by part of the day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
BEGINS = {"morning": 0, "afternoon": 12, "evening": 17}
"""The hour, in local time, at which each part of a day begins."""
MOST_DAYS = 7


def slots_between(starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the slots that a time touches, in the order of the week.

    Args:
        starts_at: aware.
        ends_at: aware, None if unknown: then only the slot of the beginning counts.
        zone: where it takes place.
    """
    first = starts_at.astimezone(zone)
    last = max(first, (ends_at.astimezone(zone) - timedelta(minutes=1)) if ends_at else first)
    touched = set()
    for number in range(min((last.date() - first.date()).days + 1, MOST_DAYS)):
        day = first.date() + timedelta(days=number)
        touched |= {f"{DAYS[day.weekday()]}-{part}" for part in PARTS if _touches(day, part, first, last)}
    return tuple(slot for slot in _all_slots() if slot in touched)


def expand(wanted: Iterable[str]) -> frozenset[str]:
    """Return the slots that ``wanted`` asks for; what is none of its forms is passed over.

    Whole slots stand for themselves. Days and parts alone are combined: ``sat`` and ``evening`` together mean
    Saturday evening, ``sat`` alone all of Saturday, ``evening`` alone any evening.
    """
    words = set(wanted)
    whole = words & set(_all_slots())
    days, parts = words & set(DAYS), words & set(PARTS)
    if days or parts:
        whole |= {f"{day}-{part}" for day in days or DAYS for part in parts or PARTS}
    return frozenset(whole)


def shortest(slots: Collection[str]) -> tuple[str, ...]:
    """Return the fewest words that ``expand`` to ``slots`` again: whole days or parts of the day, and what is left."""
    parts = [part for part in PARTS if all(f"{day}-{part}" in slots for day in DAYS)]
    if parts and len(parts) * len(DAYS) == len(set(slots)):
        return tuple(parts)
    days = [day for day in DAYS if all(f"{day}-{part}" in slots for part in PARTS)]
    rest = (slot for slot in _all_slots() if slot in slots and slot.partition("-")[0] not in days)
    return (*days, *rest)


def is_slot_word(word: str) -> bool:
    """Tell whether ``word`` is a slot, a day or a part of the day."""
    return word in DAYS or word in PARTS or word in _all_slots()


def _all_slots() -> tuple[str, ...]:
    return tuple(f"{day}-{part}" for day in DAYS for part in PARTS)


def _touches(day: date, part: str, first: datetime, last: datetime) -> bool:
    hours = [*BEGINS.values(), 24]
    begin = hours[PARTS.index(part)]
    end = hours[PARTS.index(part) + 1]
    from_hour = first.hour if day == first.date() else 0
    to_hour = last.hour if day == last.date() else 23
    return from_hour < end and to_hour >= begin
