"""Which words of a query count, and how text is made ready for the index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.words import LONGEST_QUERY, MOST_WORDS, indexable, query_words


@pytest.mark.parametrize(
    ("written", "indexed"),
    [
        ("Helfer*innen", "helfer helferinnen"),
        ("Kita/Hort: A_B|C", "kita hort  a b c"),
        ("„Lesen“", " lesen "),
        ("Öffentlich\u00adkeits\u200barbeit", "öffentlichkeitsarbeit"),
        ("Repair-Café", "repair-café"),
    ],
)
def test_signs_split_words_and_invisible_ones_do_not(written: str, indexed: str) -> None:
    assert indexable(written) == indexed


def test_stop_words_go_and_einmal_stays() -> None:
    assert query_words("einmal mit den Kindern lesen") == [("einmal",), ("kindern",), ("lesen",)]


def test_stop_words_alone_are_kept() -> None:
    assert query_words("mit und") == [("mit",), ("und",)]


def test_umlauts_may_be_written_both_ways() -> None:
    assert query_words("Fluechtling Küche Neue") == [
        ("fluechtling", "flüchtling"),
        ("küche", "kueche"),
        ("neue", "neü"),
    ]


def test_a_word_counts_once() -> None:
    assert query_words("Kind kind KIND") == [("kind",)]


@given(st.text())
def test_any_text_gives_a_bounded_number_of_words(text: str) -> None:
    words = query_words(text)
    assert len(words) <= MOST_WORDS
    assert all(1 <= len(spelling) <= 2 * LONGEST_QUERY for spellings in words for spelling in spellings)
