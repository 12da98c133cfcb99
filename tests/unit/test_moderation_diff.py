"""Word by word: nothing is lost, nothing is shown that did not change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engagement.moderation.diff import Change, Piece, text_diff

words = st.lists(st.sampled_from(["wir", "lesen", "am", "Dienstag,", "15", "Uhr.", "\n", "  ", "Ä"]), max_size=30)
texts = st.one_of(words.map(" ".join), st.text(max_size=60))


def joined(pieces: tuple[Piece, ...], without: Change) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not without)


@given(texts, texts)
def test_both_versions_can_be_read_from_it(old: str, new: str) -> None:
    pieces = text_diff(old, new)
    assert joined(pieces, Change.IN) == old
    assert joined(pieces, Change.OUT) == new
    assert all(piece.text for piece in pieces)


@given(texts)
def test_what_is_the_same_shows_no_change(text: str) -> None:
    assert {piece.change for piece in text_diff(text, text)} <= {Change.SAME}


def test_only_the_words_that_differ_are_marked() -> None:
    pieces = text_diff("Wir lesen am Dienstag vor.\nKommen Sie!", "Wir lesen am Mittwoch vor.\nKommen Sie!")
    assert [(piece.change, piece.text.strip()) for piece in pieces if piece.change is not Change.SAME] == [
        (Change.OUT, "Dienstag"),
        (Change.IN, "Mittwoch"),
    ]


def test_a_sentence_that_is_added_leaves_the_word_before_it() -> None:
    pieces = text_diff("Wir lesen vor.", "Wir lesen vor. Neu: samstags.")
    assert pieces == (Piece(Change.SAME, "Wir lesen vor."), Piece(Change.IN, " Neu: samstags."))


def test_something_new_and_something_gone() -> None:
    assert text_diff("", "neu") == (Piece(Change.IN, "neu"),)
    assert text_diff("alt", "") == (Piece(Change.OUT, "alt"),)
    assert text_diff("", "") == ()
