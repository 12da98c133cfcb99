"""When a digest is due, in any zone, in summer, in winter and in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.alerts.rhythm import AT, Due, Rhythm, last_due

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    ["Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WEEKDAYS = st.integers(0, 6)
RHYTHMS = st.sampled_from(Rhythm)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 5, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 3, 29, 5, 0, tzinfo=UTC), date(2026, 3, 29)),  # the night of 23 hours
        (datetime(2026, 10, 25, 5, 59, tzinfo=UTC), date(2026, 10, 24)),  # and the one of 25
    ],
)
def test_every_day_at_seven_in_the_morning(moment: datetime, day: date) -> None:
    assert last_due(Rhythm.DAILY, 0, BERLIN, moment).day == day


def test_once_a_week_on_the_chosen_day() -> None:
    tuesday = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert [last_due(Rhythm.WEEKLY, day, BERLIN, tuesday).day.day for day in range(7)] == [23, 24, 18, 19, 20, 21, 22]


@given(RHYTHMS, WEEKDAYS, ZONES, MOMENTS)
def test_the_last_turn_is_the_last(rhythm: Rhythm, weekday: int, zone: ZoneInfo, moment: datetime) -> None:
    due = last_due(rhythm, weekday, zone, moment)
    local = due.at.astimezone(zone)
    assert due.at <= moment
    assert (local.date(), local.time()) == (due.day, AT)
    following = due.day + timedelta(days=1 if rhythm is Rhythm.DAILY else 7)
    assert datetime.combine(following, AT, zone) > moment
    if rhythm is Rhythm.WEEKLY:
        assert due.day.weekday() == weekday


@given(RHYTHMS, WEEKDAYS, ZONES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_turns_never_go_back_and_one_day_is_one_turn(
    rhythm: Rhythm, weekday: int, zone: ZoneInfo, moment: datetime, later: timedelta
) -> None:
    first, second = (last_due(rhythm, weekday, zone, at) for at in (moment, moment + later))
    assert first.at <= second.at
    assert (first == second) is (first.day == second.day)
    assert last_due(rhythm, weekday, zone, first.at) == first == Due(first.at, first.day)
