"""What two towns' words amount to, for every order in which they can be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.neighbours.policy import AGREEABLE, REFUSABLE, SILENCE, Relation, Word, relation

START = datetime(2026, 1, 1, tzinfo=UTC)
DEEDS = st.lists(st.tuples(st.booleans(), st.sampled_from(["agree", "refuse"])), max_size=12)


def told(deeds: list[tuple[bool, str]]) -> tuple[Word, Word]:
    """Return both towns' words after each has done its deeds, one an hour, where the policy lets it."""
    words = {True: SILENCE, False: SILENCE}
    for number, (who, deed) in enumerate(deeds):
        now, stands = START + timedelta(hours=number), relation(words[who], words[not who])
        if deed == "agree" and stands in AGREEABLE:
            words[who] = Word(now, words[who].refused_at)
        elif deed == "refuse" and stands in REFUSABLE:
            words[who] = Word(None, now)
    return words[True], words[False]


@pytest.mark.parametrize(
    ("deeds", "ours", "theirs"),
    [
        ("", Relation.NONE, Relation.NONE),
        ("A", Relation.WE_ASKED, Relation.THEY_ASK),
        ("Aa", Relation.AGREED, Relation.AGREED),
        ("Ar", Relation.THEY_REFUSED, Relation.NONE),
        ("AR", Relation.NONE, Relation.NONE),
        ("AaR", Relation.NONE, Relation.THEY_REFUSED),
        ("Aar", Relation.THEY_REFUSED, Relation.NONE),
        ("AaRA", Relation.WE_ASKED, Relation.THEY_ASK),
        ("AaRAa", Relation.AGREED, Relation.AGREED),
        ("AarA", Relation.WE_ASKED, Relation.THEY_ASK),
        ("ArA", Relation.WE_ASKED, Relation.THEY_ASK),
        ("Ara", Relation.THEY_ASK, Relation.WE_ASKED),
    ],
)
def test_by_hand(deeds: str, ours: Relation, theirs: Relation) -> None:
    """Capitals are what we do, small letters what they do: (a)gree or (r)efuse."""
    here, there = told([(sign.isupper(), {"a": "agree", "r": "refuse"}[sign.lower()]) for sign in deeds])
    assert (relation(here, there), relation(there, here)) == (ours, theirs)


@given(DEEDS)
def test_both_sides_see_the_same(deeds: list[tuple[bool, str]]) -> None:
    mirror = {
        Relation.AGREED: Relation.AGREED,
        Relation.WE_ASKED: Relation.THEY_ASK,
        Relation.THEY_ASK: Relation.WE_ASKED,
    }
    here, there = told(deeds)
    seen = relation(here, there)
    if seen in mirror:
        assert relation(there, here) is mirror[seen]


@given(DEEDS, st.booleans())
def test_whoever_refuses_ends_it_and_nobody_alone_begins_it(deeds: list[tuple[bool, str]], who: bool) -> None:
    assert relation(*told([*deeds, (who, "refuse")])) is not Relation.AGREED
    alone = [(True, deed) for _, deed in deeds]
    assert relation(*told(alone)) in {Relation.NONE, Relation.WE_ASKED}


@given(DEEDS)
def test_an_agreement_takes_a_word_of_both_since_the_last_refusal(deeds: list[tuple[bool, str]]) -> None:
    here, there = told(deeds)
    if relation(here, there) is Relation.AGREED:
        refused = max((word.refused_at for word in (here, there) if word.refused_at), default=START - timedelta(1))
        assert here.agreed_at
        assert there.agreed_at
        assert min(here.agreed_at, there.agreed_at) > refused
