"""What somebody typed, read as a wish: words with their weights, what is ruled out, hints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.catalogue.hints import Hints, read_hints
from engagement.catalogue.slots import DAYS, expand
from engagement.catalogue.wishes import BESIDE, MOST_TOKENS, WEAK, read_wish
from engagement.catalogue.words import LONGEST_QUERY, MOST_WORDS

WEEKEND = expand({"sat", "sun"})


def weights(text: str) -> dict[str, float]:
    return {token.word: token.weight for token in read_wish(text).tokens if token.weight}


def ruled_out(text: str) -> list[str]:
    return [token.word for token in read_wish(text).tokens if token.ruled_out]


def test_a_whole_sentence_comes_down_to_its_subject() -> None:
    said = weights("Ich möchte gerne etwas mit Tieren und Menschen machen, am Wochenende")
    assert said == {"tieren": 1.0, "menschen": WEAK, "wochenende": BESIDE}


def test_little_words_alone_are_looked_for_and_a_word_counts_once() -> None:
    assert weights("mit und") == {"mit": 1.0, "und": 1.0}
    assert weights("Kind kind KIND") == {"kind": 1.0}


def test_nothing_is_an_empty_wish() -> None:
    assert read_wish(" ?! …").is_empty
    assert not read_wish("und").is_empty


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [
        ("keine Kinder", ["kinder"]),
        ("helfen, aber nicht mit kleinen Kindern", ["kindern"]),
        ("nicht mit Kindern", ["kindern"]),
        ("nichts mit Kindern oder Senioren", ["kindern", "senioren"]),
        ("ohne Auto fahren", ["auto"]),
        ("ohne Vorkenntnisse", []),
        ("Menschen ohne Versicherung helfen", []),
        ("Sport, ohne Menschen", ["menschen"]),
        ("keine Zeit", []),
        ("kein", []),
        ("kinder", []),
    ],
)
def test_a_no_rules_the_next_word_out(typed: str, unwanted: list[str]) -> None:
    assert ruled_out(typed) == unwanted


@pytest.mark.parametrize(
    ("typed", "hints"),
    [
        ("am wochenende", Hints(slots=WEEKEND)),
        ("samstags und sonntags", Hints(slots=WEEKEND)),
        ("samstagvormittag", Hints(slots=frozenset({"sat-morning"}))),
        ("dienstag abends", Hints(slots=frozenset({"tue-evening"}))),
        ("nach feierabend", Hints(slots=frozenset(f"{day}-evening" for day in DAYS))),
        ("von zu hause aus", Hints(remote=True)),
        ("etwas einmaliges", Hints(time_kind="dated")),
        ("jede woche", Hints(time_kind="ongoing")),
        ("mit meiner familie", Hints(company=frozenset({"family"}))),
        ("mit freunden", Hints(company=frozenset({"group"}))),
        ("ich bin 15", Hints(age=15)),
        ("als 16-jähriger", Hints(age=16)),
        ("ich bin 60", Hints()),
        ("mit 12 kindern", Hints(age=None)),
        ("eine bank", Hints()),
    ],
)
def test_hints(typed: str, hints: Hints) -> None:
    assert read_hints(typed) == hints


def test_each_preference_has_its_own_marks() -> None:
    hints = Hints(slots=frozenset({"sat-morning"}), time_kind="dated", remote=True, company=frozenset({"family"}))
    assert hints.marks == ((":sat-morning",), (":dated",), (":remote",), (":family",))
    assert Hints().marks == ()


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    wish = read_wish(text)
    assert len(wish.tokens) <= MOST_TOKENS
    assert sum(token.weight > 0 for token in wish.tokens) <= MOST_WORDS
    assert all(0 <= token.weight <= 1 for token in wish.tokens)
    assert all(1 <= len(spelling) <= 2 * LONGEST_QUERY for token in wish.tokens for spelling in token.spellings)
    assert wish.is_empty or any(token.weight for token in wish.tokens)
