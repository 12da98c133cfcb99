"""Charts: everything lies inside its frame, and heights are true to the values."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.figures.periods import Period
from engagement.web.municipality import charts

YEAR = Period(date(2025, 11, 1), date(2026, 11, 1)).months
VALUES = st.lists(st.none() | st.floats(0, 1e6), min_size=13, max_size=13)


def texts(values: list[float | None]) -> list[str]:
    return ["" if value is None else f"{value:g}" for value in values]


@given(VALUES)
def test_bars_stand_inside_the_frame_in_true_proportion(values: list[float | None]) -> None:
    (series,) = charts.bars(YEAR, values, texts(values), unit="", says="").series
    shown = [value for value in values if value is not None]
    assert len(series.marks) == len(shown)
    most = max(shown, default=0)
    for mark, value in zip(series.marks, shown, strict=True):
        assert mark.x >= 0
        assert mark.x + mark.width <= 100
        assert charts.TOP <= mark.y <= charts.BASE
        assert mark.height == pytest.approx((charts.BASE - charts.TOP) * value / most if most else 0, abs=0.1)


@given(VALUES)
def test_lines_are_interrupted_where_nothing_is_known(values: list[float | None]) -> None:
    chart = charts.lines(YEAR, [("a", values, texts(values))], unit="", says="")
    pairs = pairwise(values)
    assert len(chart.series[0].stretches) == sum(one is not None and other is not None for one, other in pairs)
    assert all(charts.TOP <= mark.y <= charts.BASE for mark in chart.series[0].marks)
    assert 2 <= len(chart.ticks) <= 6
    assert chart.ticks[0].y == charts.BASE


def test_a_value_makes_room_for_another_lines_point() -> None:
    first, second = [5.0] * 13, [5.5, 100.0, *[None] * 11]
    chart = charts.lines(YEAR, [("a", first, texts(first)), ("b", second, texts(second))], unit="", says="")
    assert [mark.text for mark in chart.series[0].marks[:3]] == ["", "5", "5"]
    assert [mark.text for mark in chart.series[1].marks] == ["5.5", "100"]


def test_years_stand_where_they_begin() -> None:
    chart = charts.bars(YEAR, [1] * 13, ["1"] * 13, unit="", says="")
    assert [slot.year for slot in chart.slots if slot.year] == ["2025", "2026"]
    assert chart.slots[2].month == date(2026, 1, 1)
    assert not chart.crowded
    assert charts.bars(YEAR, [1] * 13, ["1.234"] * 13, unit="", says="").crowded


def test_more_months_than_fit_leave_their_values_to_the_table() -> None:
    months = Period(date(2024, 12, 1), date(2026, 11, 1)).months
    assert not charts.bars(months, [1] * 24, ["1"] * 24, unit="", says="").values


def test_rows_are_measured_against_the_greatest_of_their_kind() -> None:
    chart = charts.rows([("a", 4, 50), ("b", 2, None), ("c", 0, 0)], ["50", "n/a", "0"], names=("x", "y"), says="")
    assert [(row.first, row.second) for row in chart.rows] == [(98.5, 98.5), (49.2, None), (0, 0)]


def test_a_curve_runs_from_corner_to_corner() -> None:
    chart = charts.curve(((0, 0), (0.1, 0.6), (1, 1)), (0.1, 0.6), label="", says="")
    assert chart.points == "44,286 70.4,127.6 308,22"
    assert (chart.x, chart.y) == (70.4, 127.6)
