"""What is different between two texts, word by word; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

_LINES = re.compile(r".*\n|.+")
_WORDS = re.compile(r"\S+\s*|\s+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    change: Change
    text: str


def text_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in reading order, what went before what came in its place.

    All but the pieces that came make up ``old``, all but those that went ``new``. Lines are compared first and words
    within the lines that differ, so that long texts take no time; a word is the same whatever space follows it.
    """
    pieces: list[Piece] = []
    for was, becomes in _blocks(_LINES.findall(old), _LINES.findall(new)):
        if was == becomes:
            pieces += [Piece(Change.SAME, "".join(was))]
        else:
            pieces += _words(_WORDS.findall("".join(was)), _WORDS.findall("".join(becomes)))
    return tuple(_joined(pieces))


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield old[old_from:old_to], new[new_from:new_to]


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(a=[word.rstrip() for word in old], b=[word.rstrip() for word in new], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            for was, becomes in zip(old[old_from:old_to], new[new_from:new_to], strict=True):
                word = was.rstrip() if was != becomes else was
                yield Piece(Change.SAME, word)
                yield Piece(Change.OUT, was[len(word) :])
                yield Piece(Change.IN, becomes[len(word) :])
        else:
            yield Piece(Change.OUT, "".join(old[old_from:old_to]))
            yield Piece(Change.IN, "".join(new[new_from:new_to]))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield neighbours of the same sort as one piece, and no empty ones."""
    for change, group in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.change):
        yield Piece(change, "".join(piece.text for piece in group))
