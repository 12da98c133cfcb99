"""How alike two offers are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.geo import Point
from engagement.matching.scoring import FIELD, PEOPLE, PLACE, RHYTHM, Traits, similarity

numbers = st.frozensets(st.integers(1, 6), max_size=4)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
traits = st.builds(
    Traits,
    categories=numbers,
    target_groups=numbers,
    place=st.none() | points,
    remote=st.booleans(),
    dated=st.booleans(),
    slots=st.frozensets(st.sampled_from(["mon-morning", "sat-evening", "sun-morning"])),
)
HERE, NEAR, FAR = Point(49.0369, 8.7074), Point(49.0412, 8.6802), Point(52.52, 13.4)


def test_the_weights_add_up_to_one() -> None:
    assert abs(FIELD + PEOPLE + PLACE + RHYTHM - 1) < 1e-9


@given(traits, traits)
def test_symmetric_and_between_nothing_and_all(one: Traits, other: Traits) -> None:
    score = similarity(one, other)
    assert 0 <= score <= 1
    assert score == similarity(other, one)


@given(traits, traits)
def test_nothing_is_more_alike_than_the_thing_itself(one: Traits, other: Traits) -> None:
    assert similarity(one, one) >= similarity(one, other) - 1e-9 or one.place is None


def test_sharing_more_is_more_alike() -> None:
    mine = Traits(categories=frozenset({1, 2}), target_groups=frozenset({1}), place=HERE)
    same = Traits(categories=frozenset({1, 2}), target_groups=frozenset({1}), place=NEAR)
    half = Traits(categories=frozenset({1}), target_groups=frozenset({1}), place=NEAR)
    away = Traits(categories=frozenset({1}), target_groups=frozenset({1}), place=FAR)
    other = Traits(categories=frozenset({3}), place=FAR)
    scores = [similarity(mine, each) for each in (same, half, away, other)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


def test_the_field_weighs_more_than_the_place() -> None:
    mine = Traits(categories=frozenset({1}), place=HERE)
    assert similarity(mine, Traits(categories=frozenset({1}), place=FAR)) > similarity(mine, Traits(place=HERE))
