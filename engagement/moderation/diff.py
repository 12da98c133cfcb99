"""What is different between two texts, word by word; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_LINES = re.compile(r".*\n|.+")
_WORDS = re.compile(r"\S+\s*|\s+")
_Block = tuple[str, str]
"""Text as it was and as it is; equal if nothing changed."""


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
    within the lines that differ, so that long texts take no time.
    """
    blocks = [
        block
        for was, becomes in _blocks(_LINES.findall(old), _LINES.findall(new))
        for block in ([(was, becomes)] if was == becomes else _blocks(_WORDS.findall(was), _WORDS.findall(becomes)))
    ]
    return tuple(piece for block in blocks for piece in _pieces(*block))


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield "".join(old[old_from:old_to]), "".join(new[new_from:new_to])


def _pieces(was: str, becomes: str) -> Iterator[Piece]:
    if was == becomes:
        yield Piece(Change.SAME, was)
        return
    if was:
        yield Piece(Change.OUT, was)
    if becomes:
        yield Piece(Change.IN, becomes)
