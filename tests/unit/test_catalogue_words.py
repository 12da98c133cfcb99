"""Which words of a query count, and how text is made ready for the index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.words import indexable, spellings, words_of


@pytest.mark.parametrize(
    ("written", "indexed"),
    [
        ("Helfer*innen", "helfer helferinnen"),
        ("Kita/Hort: A_B|C", "kita hort  a b c"),
        ("„Lesen“", " lesen "),
        ("Öffentlich\u00adkeits\u200barbeit", "öffentlichkeitsarbeit"),
        ("Repair-Café für Őzgür", "repair-cafe für ozgür"),
    ],
)
def test_signs_split_words_and_invisible_ones_do_not(written: str, indexed: str) -> None:
    assert indexable(written) == indexed


def test_umlauts_may_be_written_both_ways() -> None:
    assert [spellings(word) for word in ("fluechtling", "küche", "neue")] == [
        ("fluechtling", "flüchtling"),
        ("küche", "kueche"),
        ("neue", "neü"),
    ]


@given(st.text())
def test_text_that_was_made_ready_stays_as_it_is(text: str) -> None:
    once = indexable(text)
    assert indexable(once) == once


@given(st.text())
def test_words_are_found_again_in_themselves(text: str) -> None:
    for word in words_of(text):
        assert words_of(word) == [word]
