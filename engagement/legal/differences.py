"""What differs between two texts, paragraph by paragraph and within a paragraph word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

LEAST_LIKENESS = 0.4


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Some words of a line."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """A line of either text or of both; its pieces one after the other."""

    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Tell whether both texts have it."""
        return all(piece.change is Change.SAME for piece in self.pieces)


def compare(old: str, new: str) -> list[Line]:
    """Return the lines of both texts in order, each piece marked; empty lines are left out."""
    before, after = _lines(old), _lines(new)
    lines: list[Line] = []
    for kind, start, end, new_start, new_end in _steps(before, after):
        if kind == "equal":
            lines += [Line((Piece(Change.SAME, line),)) for line in before[start:end]]
        else:
            lines += _replaced(before[start:end], after[new_start:new_end])
    return lines


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for one, other in zip_longest(before, after):
        if other is None:
            yield Line((Piece(Change.GONE, one),))
        elif one is None:
            yield Line((Piece(Change.NEW, other),))
        elif _alike(one, other):
            yield Line(tuple(_words(one, other)))
        else:
            yield Line((Piece(Change.GONE, one),))
            yield Line((Piece(Change.NEW, other),))


def _alike(one: str, other: str) -> bool:
    """Tell whether the words of two lines are worth comparing; otherwise crumbs of one would stand in the other."""
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() >= LEAST_LIKENESS


def _words(one: str, other: str) -> Iterator[Piece]:
    before, after = re.findall(r"\s+|[^\s]+", one), re.findall(r"\s+|[^\s]+", other)
    for kind, start, end, new_start, new_end in _steps(before, after):
        if kind == "equal":
            yield Piece(Change.SAME, "".join(before[start:end]))
            continue
        if end > start:
            yield Piece(Change.GONE, "".join(before[start:end]))
        if new_end > new_start:
            yield Piece(Change.NEW, "".join(after[new_start:new_end]))


def _steps(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
