"""What differs between two texts, told so that either can be made from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engagement.legal.differences import Change, Line, Piece, compare

WORDS = st.lists(st.sampled_from(["Bretten", "sucht", "Menschen", "die", "helfen", "."]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS.map(" ".join), max_size=8).map("\n".join)


def side(lines: list[Line], without: Change) -> list[str]:
    kept = ["".join(piece.text for piece in line.pieces if piece.change is not without) for line in lines]
    return [" ".join(line.split()) for line in kept if line.strip()]


def test_words_within_a_paragraph_are_told_apart() -> None:
    (line,) = compare("Bretten sucht Menschen, die helfen.", "Bretten sucht Leute, die helfen.")
    assert Piece(Change.GONE, "Menschen,") in line.pieces
    assert Piece(Change.NEW, "Leute,") in line.pieces
    assert not line.is_same


def test_paragraphs_of_which_little_is_left_are_shown_whole() -> None:
    assert compare("Gar nichts davon", "Etwas ganz anderes hier") == [
        Line((Piece(Change.GONE, "Gar nichts davon"),)),
        Line((Piece(Change.NEW, "Etwas ganz anderes hier"),)),
    ]


def test_equal_texts_do_not_differ() -> None:
    assert all(line.is_same for line in compare("eins\n\nzwei", "eins\nzwei"))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(old: str, new: str) -> None:
    lines = compare(old, new)
    assert side(lines, Change.NEW) == [" ".join(line.split()) for line in old.splitlines() if line.strip()]
    assert side(lines, Change.GONE) == [" ".join(line.split()) for line in new.splitlines() if line.strip()]
