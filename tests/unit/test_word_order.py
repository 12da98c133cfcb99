"""A draft of an order in an address: whatever is typed there, no word is lost or doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.web.municipality.word_order import drafted, moved, numbers

IDS = st.lists(st.integers(1, 30), unique=True, max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"), [("3-1-2", [3, 1, 2]), ("", []), ("x-1--2-²", [1, 2]), (f"1-{'9' * 40}", [1])]
)
def test_numbers(text: str, expected: list[int]) -> None:
    assert numbers(text) == expected


@given(IDS, st.lists(st.integers(1, 30)))
def test_a_draft_holds_each_word_once(present: list[int], wanted: list[int]) -> None:
    assert sorted(drafted(present, wanted)) == sorted(present)


@given(IDS, st.integers(1, 30), st.sampled_from([-1, 1]))
def test_moving_up_and_down_again_changes_nothing_but_at_the_ends(order: list[int], number: int, by: int) -> None:
    there = moved(order, number, by)
    assert sorted(there) == sorted(order)
    if there != order:
        assert moved(there, number, -by) == order


def test_the_first_stays_first() -> None:
    assert moved([1, 2, 3], 1, -1) == [1, 2, 3]
    assert moved([1, 2, 3], 3, -1) == [1, 3, 2]
    assert moved([1, 2, 3], None, 1) == [1, 2, 3]
