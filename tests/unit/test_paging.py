"""Page numbers of a long list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.web.shared.paging import Paged, page_numbers, paged


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (3, 9, [1, 2, 3, 4, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_the_ends_and_the_pages_around(page: int, pages: int, numbers: list[int | None]) -> None:
    assert page_numbers(page, pages) == numbers


@pytest.mark.parametrize(
    ("asked", "total", "found"),
    [
        ("", 0, Paged(1, 1)),
        ("", 50, Paged(1, 1)),
        ("2", 51, Paged(2, 2)),
        ("9", 51, Paged(2, 2)),
        ("0", 51, Paged(1, 2)),
        ("-1", 51, Paged(1, 2)),
        ("9" * 30, 51, Paged(1, 2)),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest_or_the_first(asked: str, total: int, found: Paged) -> None:
    assert paged({"seite": asked}, total, 50) == found


@given(st.integers(1, 200), st.data())
def test_few_numbers_in_order_and_always_the_present_one(pages: int, data: st.DataObject) -> None:
    page = data.draw(st.integers(1, pages))
    numbers = page_numbers(page, pages)
    real = [number for number in numbers if number]
    assert {1, page, pages} <= set(real)
    assert real == sorted(set(real))
    assert len(numbers) <= 7
