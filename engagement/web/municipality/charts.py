"""Where the parts of a chart lie: plain numbers that the templates draw as SVG. Pure.

Across, everything is in percent of the width, so that a chart fits a phone without shrinking its words; down, in
pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

TOP, BASE = 30.0, 190.0
"""Upper and lower edge of the drawing; months stand below, values above their bars."""
WIDTH_OF_BAR = 0.62
ROOM_FOR_VALUE = 32.0
"""Pixels that a point and the value over it take."""
MOST_VALUES = 14
"""Months up to which each has its value written at it."""
WIDE_VALUE = 3
"""Characters beyond which a value does not fit a month's width on a phone."""
WHOLE = 98.5
"""Per cent of the width for the longest bar of a row, so that its outline is not cut off."""
EDGE, SIDE = 44.0, 264.0
"""Left and upper edge and length of a side of the square in which a curve runs, in units of its own."""


@dataclass(frozen=True)
class Slot:
    """The place of a month; ``year`` is empty where the year stands at an earlier one."""

    month: date
    centre: float
    year: str


@dataclass(frozen=True)
class Mark:
    """A value: its place, its height over the base, and the words for it; ``x`` is where its bar begins."""

    x: float
    width: float
    centre: float
    y: float
    text: str

    @property
    def height(self) -> float:
        """Return how far it rises over the base."""
        return round(BASE - self.y, 1)


@dataclass(frozen=True)
class Tick:
    """A line across the chart with the value that it stands for."""

    y: float
    text: str


@dataclass(frozen=True)
class Series:
    """One line of a chart: its name, its points, and the stretches between neighbouring ones."""

    name: str
    marks: tuple[Mark, ...]
    stretches: tuple[tuple[Mark, Mark], ...]


@dataclass(frozen=True)
class MonthChart:
    """Values by month, as bars or as lines.

    Args:
        unit: of the values, in words.
        says: what the chart shows, for those who do not see it.
        crowded: whether values have no room on a small screen.
        values: whether they are written at all.
    """

    kind: str
    unit: str
    says: str
    slots: tuple[Slot, ...]
    series: tuple[Series, ...]
    ticks: tuple[Tick, ...]
    crowded: bool
    values: bool


@dataclass(frozen=True)
class Row:
    """A thing with two measures, each as percent of the greatest of its kind; the second may be unknown."""

    name: str
    first: float
    first_text: str
    second: float | None
    second_text: str


@dataclass(frozen=True)
class RowChart:
    """Things with two measures under each other."""

    kind: str
    says: str
    first_name: str
    second_name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class CurveChart:
    """A curve in a square, with one point of it pointed out."""

    kind: str
    says: str
    points: str
    x: float
    y: float
    label: str


def bars(
    months: Sequence[date], values: Sequence[float | None], texts: Sequence[str], *, unit: str, says: str
) -> MonthChart:
    """Return a bar for each month that has a value; a value of None has neither bar nor words."""
    return _month_chart("bars", months, [("", values, texts)], unit=unit, says=says)


def lines(
    months: Sequence[date],
    series: Sequence[tuple[str, Sequence[float | None], Sequence[str]]],
    *,
    unit: str,
    says: str,
) -> MonthChart:
    """Return a line for each of ``series`` (name, values, words); months without a value interrupt it."""
    return _month_chart("lines", months, series, unit=unit, says=says)


def rows(
    measures: Sequence[tuple[str, int, int | None]], texts: Sequence[str], *, names: tuple[str, str], says: str
) -> RowChart:
    """Return things (name, first measure, second) with their bars; ``texts`` are the words for the second."""
    most_first = max((first for _, first, _ in measures), default=0)
    most_second = max((second or 0 for _, _, second in measures), default=0)
    found = (
        Row(name, _percent(first, most_first), str(first), _part(second, most_second), text)
        for (name, first, second), text in zip(measures, texts, strict=True)
    )
    return RowChart("rows", says, *names, tuple(found))


def curve(points: Sequence[tuple[float, float]], at: tuple[float, float], *, label: str, says: str) -> CurveChart:
    """Return the curve through ``points``, both between 0 and 1, and the point ``at`` on it."""
    placed = " ".join(f"{x:g},{y:g}" for x, y in (_in_square(point) for point in points))
    return CurveChart("curve", says, placed, *_in_square(at), label)


def _month_chart(
    kind: str,
    months: Sequence[date],
    series: Sequence[tuple[str, Sequence[float | None], Sequence[str]]],
    *,
    unit: str,
    says: str,
) -> MonthChart:
    greatest = max((value or 0 for _, values, _ in series for value in values), default=0)
    steps = _steps(greatest)
    top = steps[-1] if kind == "lines" else greatest or 1
    width = 100 / len(months)
    slots = tuple(
        Slot(month, round((number + 0.5) * width, 2), str(month.year) if number == 0 or month.month == 1 else "")
        for number, month in enumerate(months)
    )
    drawn = tuple(_series(name, slots, values, texts, top) for name, values, texts in series)
    drawn = _readable(drawn) if kind == "lines" else drawn
    return MonthChart(
        kind,
        unit,
        says,
        slots,
        drawn,
        tuple(Tick(_height(step, top), f"{step:g}") for step in steps) if kind == "lines" else (),
        crowded=any(len(mark.text) > WIDE_VALUE for one in drawn for mark in one.marks),
        values=len(months) <= MOST_VALUES,
    )


def _series(
    name: str, slots: Sequence[Slot], values: Sequence[float | None], texts: Sequence[str], most: float
) -> Series:
    width = WIDTH_OF_BAR * 100 / len(slots)
    marks = [
        None
        if value is None
        else Mark(round(slot.centre - width / 2, 2), round(width, 2), slot.centre, _height(value, most), text)
        for slot, value, text in zip(slots, values, texts, strict=True)
    ]
    stretches = tuple((one, other) for one, other in pairwise(marks) if one and other)
    return Series(name, tuple(mark for mark in marks if mark), stretches)


def _readable(series: tuple[Series, ...]) -> tuple[Series, ...]:
    """Return the lines with values only at points of the first that no point of another would stand upon."""
    first, *others = series
    taken = {(mark.centre, mark.y) for other in others for mark in other.marks}
    marks = tuple(
        replace(
            mark, text="" if any(x == mark.centre and 0 < mark.y - y < ROOM_FOR_VALUE for x, y in taken) else mark.text
        )
        for mark in first.marks
    )
    return replace(first, marks=marks), *others


def _steps(most: float) -> list[float]:
    """Return round values from 0 to at least ``most``, four or five of them; whole ones if that is enough."""
    if most <= 0:
        return [0, 1]
    rough = max(most / 4, 0.1)
    power = 10 ** math.floor(math.log10(rough))
    step = max(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough), 1)
    return [step * number for number in range(math.ceil(most / step) + 1)]


def _height(value: float, most: float) -> float:
    return round(BASE - value / most * (BASE - TOP), 1)


def _percent(value: int, most: int) -> float:
    return round(WHOLE * value / most, 1) if most else 0.0


def _part(value: int | None, most: int) -> float | None:
    return None if value is None else _percent(value, most)


def _in_square(point: tuple[float, float]) -> tuple[float, float]:
    return round(EDGE + point[0] * SIDE, 1), round(EDGE / 2 + (1 - point[1]) * SIDE, 1)
