"""The regular times of an organisation: what is refused, in what order they stand, when they are over."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Occasion
from engagement.organisations.times import TimeOfWeek, by_weekday, in_order, problems_of
from tests.factories.profiles import time_of_week

TIMES = st.builds(
    TimeOfWeek,
    weekday=st.sampled_from(Weekday),
    starts_at=st.times(),
    ends_at=st.none() | st.times(),
    occasion=st.sampled_from(Occasion),
    what=st.text(max_size=5),
    place=st.text(max_size=5),
    not_in_holidays=st.booleans(),
    last_day=st.none() | st.dates(),
)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, set()),
        ({"ends_at": None}, set()),
        ({"ends_at": time(18, 1)}, set()),
        ({"ends_at": time(18, 0)}, {"ends_at"}),
        ({"ends_at": time(17, 59)}, {"ends_at"}),
        ({"what": " "}, {"what"}),
        ({"what": "", "occasion": Occasion.OPENING}, set()),
        ({"what": "", "ends_at": time(1, 0)}, {"what", "ends_at"}),
    ],
)
def test_what_is_refused(values: dict[str, object], wrong: set[str]) -> None:
    assert set(problems_of(time_of_week(**values))) == wrong


@given(st.lists(TIMES, max_size=12))
def test_by_weekday_nothing_is_lost_or_doubled_and_the_week_goes_on(times: list[TimeOfWeek]) -> None:
    days = by_weekday(times)
    assert list(days) == sorted(days, key=lambda day: day.number)
    assert all(days.values())
    assert all(one.weekday is day for day, ones in days.items() for one in ones)
    flat = tuple(one for ones in days.values() for one in ones)
    assert set(flat) == set(times)
    assert len(flat) == len(set(times))
    for ones in days.values():
        assert [one.starts_at for one in ones] == sorted(one.starts_at for one in ones)


@given(st.lists(TIMES, max_size=8), st.randoms())
def test_the_order_does_not_depend_on_how_they_were_typed(times: list[TimeOfWeek], chance: object) -> None:
    shuffled = list(times)
    chance.shuffle(shuffled)
    assert [one.order for one in in_order(times)] == [one.order for one in in_order(shuffled)]


def test_a_season_ends_after_its_last_day() -> None:
    season = time_of_week(last_day=date(2026, 10, 31))
    assert [season.is_over(date(2026, *day)) for day in ((10, 30), (10, 31), (11, 1))] == [False, False, True]
    assert not time_of_week().is_over(date.max)
