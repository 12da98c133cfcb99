"""Whole numbers as people write them."""

from __future__ import annotations

import pytest

from engagement.web.shared.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("999999999", 999_999_999),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        (" 1", None),
    ],
)
def test_plain_digits_are_a_number_and_nothing_else_is(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_a_number_longer_than_python_reads_is_none() -> None:
    assert whole_number("9" * 5000) is None
