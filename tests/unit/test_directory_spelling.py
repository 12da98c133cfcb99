"""The one spelling in which the directory compares what is typed with what is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.directory.spelling import folded


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("Müller-Chor e. V.", "mueller chor e v"),
        ("MUELLER", "mueller"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Café Ögmen", "cafe oegmen"),
        ("  Łódź   Ærø ", "lodz aero"),
        ("100 %", "100"),
        ("", ""),
    ],
)
def test_spellings(typed: str, spelling: str) -> None:
    assert folded(typed) == spelling


@given(st.text(max_size=40))
def test_it_is_stable_and_never_holds_what_a_pattern_would_take_for_a_sign(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert not set(once) & set("%\\äöüß\0")
