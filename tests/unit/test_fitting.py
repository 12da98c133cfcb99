"""How well an offer fits a wish: bounded, monotone, neutral where nothing is known, and a gate always wins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.geo import Point
from engagement.matching.fitting import NEUTRAL, WEIGHTS, Offering, Term, Wish, fit
from engagement.matching.scoring import Traits

IDS = st.frozensets(st.integers(1, 5), max_size=3)
SLOTS = st.frozensets(st.sampled_from(["mon-morning", "sat-evening", "sun-afternoon"]))
PLACES = st.none() | st.builds(Point, st.floats(48.9, 49.1), st.floats(8.6, 8.8))
HOURS = st.none() | st.floats(0, 40)
COMPANY = ["tandem", "group", "family"]
FOR_ONE = Traits(target_groups=frozenset({1}))
TRAITS = st.builds(Traits, IDS, IDS, PLACES, st.booleans(), st.booleans(), SLOTS)
WISHES = st.builds(
    Wish,
    traits=TRAITS,
    rhythm=st.none() | st.booleans(),
    hours_a_week=HOURS,
    company=st.sampled_from(["", *COMPANY]),
    taster=st.booleans(),
    needs=st.frozensets(st.just("step_free")),
    age=st.none() | st.integers(1, 120),
    did_say_doing=st.booleans(),
)
OFFERINGS = st.builds(
    Offering,
    traits=TRAITS,
    affinity=st.floats(0, 1),
    hours_a_week=HOURS,
    suited_for=st.frozensets(st.sampled_from(COMPANY)),
    taster=st.booleans(),
    access=st.frozensets(st.just("step_free")),
    minimum_age=st.none() | st.integers(1, 99),
    is_full=st.booleans(),
)


@given(WISHES, OFFERINGS)
def test_a_fit_lies_between_0_and_1_and_names_each_term_once(wish: Wish, offer: Offering) -> None:
    found = fit(wish, offer)
    if found:
        assert 0 <= found.score <= 1
        assert not set(found.reasons) & set(found.doubts)
        assert set(found.unknown_needs) == wish.needs - offer.access


@given(WISHES, OFFERINGS)
def test_a_gate_always_wins(wish: Wish, offer: Offering) -> None:
    assert fit(wish, replace(offer, is_full=True)) is None
    assert fit(replace(wish, age=13), replace(offer, minimum_age=14)) is None


@given(WISHES, OFFERINGS)
def test_what_the_person_did_not_speak_of_does_not_matter(wish: Wish, offer: Offering) -> None:
    silent = replace(wish, company="", taster=False, did_say_doing=False)
    other = replace(offer, suited_for=frozenset(COMPANY), taster=not offer.taster, affinity=1 - offer.affinity)
    assert fit(silent, offer) == fit(silent, other)


@given(WISHES, OFFERINGS, st.floats(0, 1))
def test_a_better_answer_never_fits_worse(wish: Wish, offer: Offering, more: float) -> None:
    here, better = fit(wish, offer), fit(wish, replace(offer, affinity=max(offer.affinity, more)))
    assert (here is None) == (better is None)
    if here and better:
        assert better.score >= here.score - 1e-12


def test_nothing_said_fits_halfway() -> None:
    found = fit(Wish(), Offering())
    assert found
    assert found.score == NEUTRAL


@pytest.mark.parametrize(
    ("wish", "offer", "term"),
    [
        ({"traits": Traits(categories=frozenset({1}))}, {"traits": Traits(categories=frozenset({1, 2}))}, Term.FIELD),
        (
            {"traits": Traits(target_groups=frozenset({1}))},
            {"traits": Traits(target_groups=frozenset({1}))},
            Term.PEOPLE,
        ),
        ({"did_say_doing": True}, {"affinity": 1.0}, Term.DOING),
        ({"rhythm": True}, {"traits": Traits(dated=True)}, Term.RHYTHM),
        ({"hours_a_week": 2.0}, {"hours_a_week": 1.0}, Term.EFFORT),
        ({"traits": Traits(remote=True)}, {"traits": Traits(remote=True)}, Term.PLACE),
        ({"company": "group"}, {"suited_for": frozenset({"group"})}, Term.COMPANY),
        ({"taster": True}, {"taster": True}, Term.TASTER),
    ],
)
def test_each_term_is_a_reason(wish: dict[str, Any], offer: dict[str, Any], term: Term) -> None:
    found = fit(Wish(**wish), Offering(**offer))
    assert found
    assert found.reasons == (term,)
    assert found.score == 1.0


def test_what_lies_far_away_or_in_another_field_is_a_doubt() -> None:
    near, far = Point(49.0, 8.7), Point(49.5, 8.7)
    wish = Wish(traits=Traits(categories=frozenset({1}), place=near))
    found = fit(wish, Offering(traits=Traits(categories=frozenset({2}), place=far)))
    assert found
    assert found.doubts == (Term.FIELD, Term.PLACE)
    assert set(WEIGHTS) == set(Term)
