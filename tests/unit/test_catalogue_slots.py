"""Slots of a week: from times, and from what a visitor asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.slots import DAYS, expand, is_slot_word, shortest, slots_between

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 12, 5, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("begin", "end", "slots"),
    [
        (9, 12, ("sat-morning",)),
        (9, 13, ("sat-morning", "sat-afternoon")),
        (9, 22, ("sat-morning", "sat-afternoon", "sat-evening")),
        (18, None, ("sat-evening",)),
        (20, 26, ("sat-evening", "sun-morning")),
    ],
)
def test_slots_of_a_time(begin: int, end: int | None, slots: tuple[str, ...]) -> None:
    ends_at = SATURDAY + timedelta(hours=end) if end else None
    assert slots_between(SATURDAY + timedelta(hours=begin), ends_at, BERLIN) == slots


def test_the_towns_own_clock_decides() -> None:
    late_in_utc = datetime(2026, 12, 4, 23, 30, tzinfo=ZoneInfo("UTC"))
    assert slots_between(late_in_utc, None, BERLIN) == ("sat-morning",)


@given(st.datetimes(timezones=st.just(BERLIN)), st.integers(min_value=-5, max_value=400))
def test_any_time_touches_at_least_one_slot(begin: datetime, hours: int) -> None:
    slots = slots_between(begin, begin + timedelta(hours=hours), BERLIN) if begin.year < 9000 else ("x",)
    assert slots


@pytest.mark.parametrize(
    ("words", "slots"),
    [
        (["sat-morning"], {"sat-morning"}),
        (["sat"], {"sat-morning", "sat-afternoon", "sat-evening"}),
        (["sat", "evening"], {"sat-evening"}),
        (["sat", "evening", "mon-morning"], {"sat-evening", "mon-morning"}),
        (["someday", "sat-night", ""], set()),
    ],
)
def test_days_and_parts_combine(words: list[str], slots: set[str]) -> None:
    assert expand(words) == slots


def test_a_part_alone_means_every_day() -> None:
    assert len(expand(["evening"])) == 7


@given(st.text())
def test_only_known_words_count(word: str) -> None:
    assert bool(expand([word])) == is_slot_word(word)


@given(st.sets(st.sampled_from(sorted(expand(DAYS)))))
def test_the_shortest_words_mean_the_same(slots: set[str]) -> None:
    words = shortest(slots)
    assert expand(words) == slots
    assert shortest(expand(words)) == words
    assert len(words) <= len(slots)
