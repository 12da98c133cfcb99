"""Which wishes a row misses, as a number with a bit for each: one pass then counts the choices of every facet.

A choice of a facet counts the rows that miss nothing but, at most, the wish of that facet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Integer, case, literal_column

Wish = TypeVar("Wish", bound=StrEnum)


def missed(wishes: Mapping[Wish, ColumnElement[bool]]) -> ColumnElement[int]:
    """Return the number whose bits tell which wishes a row misses."""
    number: ColumnElement[int] = literal_column("0", Integer)
    for wish, condition in wishes.items():
        number = number + case((condition, 0), else_=_bit(wish))
    return number


def misses_none_of(number: ColumnElement[int], wishes: Iterable[StrEnum]) -> list[ColumnElement[bool]]:
    """Return the conditions that a row fulfils all of these wishes.

    There is none where nothing can be missed: the planner guesses better then, and need not sort to count.
    """
    needed = sum(map(_bit, set(wishes)))
    return [number.op("&")(literal_column(str(needed))) == 0] if needed else []


def _bit(wish: StrEnum) -> int:
    return 1 << list(type(wish)).index(wish)
