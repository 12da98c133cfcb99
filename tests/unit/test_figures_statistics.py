"""The arithmetic of the figures, by hand and by law."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.figures.periods import Period, month_at, months_between, shifted, usual_period
from engagement.figures.statistics import LEAST_GROUP, Wait, concentration, too_small, top_tenth, waiting_time

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = st.integers(1, 2000)
HISTOGRAMS = st.dictionaries(st.integers(0, 40), st.integers(1, 50), min_size=1, max_size=12)
MONTHS = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(lambda day: day.replace(day=1))


def waits(answered: list[int], unanswered: list[int] | None = None) -> list[Wait]:
    return [Wait(hours, 1, 0) for hours in answered] + [Wait(hours, 0, 1) for hours in unanswered or []]


class TestWaitingTime:
    @pytest.mark.parametrize(
        ("answered", "unanswered", "share", "expected"),
        [
            ([], [], 0.5, None),
            ([7], [], 0.5, 7),
            ([1, 2, 3], [], 0.5, 2),
            ([1, 2, 3, 4], [], 0.5, 2),
            (list(range(1, 11)), [], 0.9, 9),
            ([1, 2], [100, 100], 0.5, 2),
            ([1], [100, 100, 100], 0.5, None),
            # Freireich's patients under 6-MP (in every textbook since 1963): the median remission is 23 weeks
            ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], 0.5, 23),
        ],
    )
    def test_by_hand(self, answered: list[int], unanswered: list[int], share: float, expected: int | None) -> None:
        assert waiting_time(waits(answered, unanswered), share) == expected

    @given(st.lists(HOURS, min_size=1, max_size=60), st.integers(1, 99))
    def test_with_all_answered_it_is_the_plain_percentile(self, hours: list[int], percent: int) -> None:
        place = math.ceil(len(hours) * percent / 100)
        assert waiting_time(waits(hours), percent / 100) == sorted(hours)[place - 1]

    @given(st.lists(HOURS, max_size=40), st.lists(HOURS, max_size=40), HOURS)
    def test_one_more_without_an_answer_never_makes_it_shorter(
        self, answered: list[int], unanswered: list[int], more: int
    ) -> None:
        before = waiting_time(waits(answered, unanswered), 0.5) or math.inf
        after = waiting_time(waits(answered, [*unanswered, more]), 0.5) or math.inf
        assert after >= before

    @given(st.lists(HOURS, max_size=40), st.lists(HOURS, max_size=40))
    def test_a_greater_share_takes_at_least_as_long(self, answered: list[int], unanswered: list[int]) -> None:
        every = waits(answered, unanswered)
        found = [waiting_time(every, share) or math.inf for share in (0.1, 0.5, 0.9)]
        assert found == sorted(found)


class TestConcentration:
    @pytest.mark.parametrize(
        ("histogram", "expected"),
        [
            ({}, (0, 0)),
            ({0: 5}, (1, 0)),
            ({2: 10}, (1, 2)),
            ({10: 1, 0: 9}, (1, 10)),
            ({3: 2, 1: 9}, (2, 6)),
            ({4: 3, 1: 17}, (2, 8)),
        ],
    )
    def test_top_tenth_by_hand(self, histogram: dict[int, int], expected: tuple[int, int]) -> None:
        assert top_tenth(histogram) == expected

    def test_curve_by_hand(self) -> None:
        assert concentration({6: 1, 2: 2, 0: 1}) == ((0, 0), (0.25, 0.6), (0.75, 1), (1, 1))
        assert concentration({0: 3}) == concentration({}) == ()

    @given(HISTOGRAMS)
    def test_the_top_tenth_gets_at_least_its_part_and_at_most_all(self, histogram: dict[int, int]) -> None:
        offers = sum(histogram.values())
        placements = sum(count * number for count, number in histogram.items())
        top, got = top_tenth(histogram)
        assert top == math.ceil(offers / 10)
        assert got * offers >= placements * top
        assert got <= placements

    @given(HISTOGRAMS)
    def test_the_curve_rises_and_bends_only_downwards(self, histogram: dict[int, int]) -> None:
        points = concentration(histogram)
        if not any(histogram):
            assert points == ()
            return
        assert (points[0], points[-1]) == ((0.0, 0.0), (1.0, 1.0))
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
        assert all(slope >= 0 for slope in slopes)
        assert all(later <= earlier + 1e-9 for earlier, later in pairwise(slopes))
        assert all(got >= share - 1e-9 for share, got in points)


class TestSmallNumbers:
    @pytest.mark.parametrize(
        ("counts", "hidden"),
        [
            ([], set()),
            ([0, 0], set()),
            ([5, 9, 0], set()),
            ([3, 9, 7], {0, 2}),
            ([1, 1, 30, 8], {0, 1, 3}),
            ([3, 4, 30], {0, 1}),
            ([2, 0, 0], {0}),
        ],
    )
    def test_by_hand(self, counts: list[int], hidden: set[int]) -> None:
        assert too_small(counts) == hidden

    @given(st.lists(st.integers(0, 30), max_size=20))
    def test_nobody_can_be_found_by_subtracting(self, counts: list[int]) -> None:
        hidden = too_small(counts)
        assert all(count == 0 or count >= LEAST_GROUP for place, count in enumerate(counts) if place not in hidden)
        assert all(counts[place] for place in hidden)
        filled = [count for count in counts if count]
        if hidden and len(hidden) < len(filled):
            assert len(hidden) > 1
            assert sum(counts[place] for place in hidden) >= LEAST_GROUP


class TestPeriods:
    def test_the_usual_one_is_the_present_month_with_the_twelve_before_it(self) -> None:
        period = usual_period(date(2026, 2, 1))
        assert (period.first, period.last, len(period.months)) == (date(2025, 2, 1), date(2026, 2, 1), 13)

    def test_a_month_begins_at_the_towns_midnight(self) -> None:
        begin, end = Period(date(2026, 3, 1), date(2026, 4, 1)).bounds(BERLIN)
        assert begin == datetime(2026, 2, 28, 23, tzinfo=UTC)
        assert end == datetime(2026, 4, 30, 22, tzinfo=UTC)
        assert month_at(begin, BERLIN) == date(2026, 3, 1)

    @given(MONTHS, st.integers(-500, 500))
    def test_shifting_and_counting_undo_each_other(self, month: date, by: int) -> None:
        assert months_between(month, shifted(month, by)) == by
        assert shifted(shifted(month, by), -by) == month
