"""A kept search means the same when it is put together again, also after its words have changed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.alerts.wanted import LEFT_OUT, WORDS, keep, key_of, restore
from engagement.catalogue.queries import Effort, Order, SearchQuery
from engagement.catalogue.slots import DAYS, PARTS
from engagement.kernel.geo import Point
from engagement.tenancy.queries import DistrictTerm, Term, Vocabulary

TERMS = tuple(Term(number, f"wort-{number}", f"Wort {number}") for number in range(1, 5))
DISTRICTS = tuple(DistrictTerm(id=number, slug=f"ort-{number}", name=f"Ort {number}") for number in range(1, 5))
VOCABULARY = Vocabulary(TERMS, TERMS, (), DISTRICTS)
IDS = st.lists(st.integers(1, 4), unique=True).map(lambda ids: tuple(sorted(ids)))
SLOTS = st.frozensets(st.sampled_from([f"{day}-{part}" for day in DAYS for part in PARTS]))
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
QUERIES = st.builds(
    SearchQuery,
    text=st.text(max_size=30),
    category_ids=IDS,
    target_group_ids=IDS,
    district_ids=IDS,
    centre=st.none() | POINTS,
    radius_km=st.none() | st.floats(1, 500),
    time_kinds=st.lists(st.sampled_from(["ongoing", "dated"]), unique=True).map(tuple),
    remote=st.booleans(),
    slots=SLOTS,
    effort=st.none() | st.sampled_from(Effort),
    languages=st.lists(st.sampled_from(["ar", "de", "tr", "uk"]), unique=True).map(tuple),
    age=st.none() | st.integers(1, 120),
    access=st.lists(st.sampled_from(["step_free", "public_transport"]), unique=True).map(tuple),
    suited_for=st.lists(st.sampled_from(["tandem", "group", "family"]), unique=True).map(tuple),
    taster=st.booleans(),
    order=st.sampled_from(Order),
)
SAMPLES: dict[str, Any] = {
    "str": "nah",
    "tuple[str, ...]": ("a", "b"),
    "tuple[int, ...]": (1, 2),
    "frozenset[str]": frozenset({"a"}),
    "Point | None": Point(49.0, 8.7),
    "float | None": 5.0,
    "int | None": 16,
    "bool": True,
    "Effort | None": Effort.SOME,
    "Order": Order.SOONEST,
}


@given(QUERIES, st.booleans())
def test_what_is_kept_comes_back(query: SearchQuery, neighbours: bool) -> None:
    kept = keep(query, VOCABULARY, neighbours=neighbours)
    through_the_database = json.loads(json.dumps(kept))
    assert restore(through_the_database, VOCABULARY) == query
    assert key_of(through_the_database) == key_of(kept)


@pytest.mark.parametrize("part", [part for part in fields(SearchQuery) if part.name not in LEFT_OUT | WORDS.keys()])
def test_every_wish_can_be_kept(part: Any) -> None:  # noqa: ANN401 - a field of any type
    value = SAMPLES[str(part.type)] if part.default is not True else False
    query = replace(SearchQuery(), **{part.name: value})
    kept = json.loads(json.dumps(keep(query, VOCABULARY, neighbours=False)))
    assert part.name in kept
    assert restore(kept, VOCABULARY) == query


def test_other_wishes_have_another_key() -> None:
    keys = {
        key_of(keep(query, VOCABULARY, neighbours=neighbours))
        for query, neighbours in (
            (SearchQuery(), False),
            (SearchQuery(), True),
            (SearchQuery(text="lesen"), False),
            (SearchQuery(category_ids=(1,)), False),
            (SearchQuery(target_group_ids=(1,)), False),
        )
    }
    assert len(keys) == 5


def test_a_word_that_took_another_over_is_found_by_both_names() -> None:
    kept = keep(SearchQuery(category_ids=(1, 2)), VOCABULARY, neighbours=False)
    merged = replace(VOCABULARY, categories=(Term(7, "neu", "Neu", former_slugs=("wort-1", "wort-2")),))
    assert restore(kept, merged) == SearchQuery(category_ids=(7,))


def test_a_word_that_is_gone_does_not_let_the_search_find_everything() -> None:
    kept = keep(SearchQuery(category_ids=(1,), text="lesen"), VOCABULARY, neighbours=False)
    assert restore(kept, replace(VOCABULARY, categories=TERMS[1:])) is None
    two = keep(SearchQuery(category_ids=(1, 2)), VOCABULARY, neighbours=False)
    assert restore(two, replace(VOCABULARY, categories=TERMS[1:])) == SearchQuery(category_ids=(2,))


@pytest.mark.parametrize("other", [{"smell": "roses"}, {"effort": "none"}, {"order": "loudest"}])
def test_a_wish_of_another_version_rests(other: dict[str, str]) -> None:
    assert restore({"text": "lesen", **other}, VOCABULARY) is None


def test_one_of_a_few_comes_back_as_what_it_was() -> None:
    kept = json.loads(
        json.dumps(keep(SearchQuery(effort=Effort.FEW, order=Order.NEWEST), VOCABULARY, neighbours=False))
    )
    again = restore(kept, VOCABULARY)
    assert again
    assert (type(again.effort), type(again.order)) == (Effort, Order)


def test_neighbours_are_asked_by_short_names_as_long_as_they_agree() -> None:
    kept = keep(SearchQuery(category_ids=(1,)), VOCABULARY, neighbours=True)
    assert restore(kept, VOCABULARY, [5]) == SearchQuery(category_slugs=("wort-1",), also_tenants=(5,))
    assert restore(kept, VOCABULARY, []) == SearchQuery(category_ids=(1,))
    at_home = keep(SearchQuery(district_ids=(1,)), VOCABULARY, neighbours=True)
    assert restore(at_home, VOCABULARY, [5]) == SearchQuery(district_ids=(1,))


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        keep(replace(SearchQuery(), text=object()), VOCABULARY, neighbours=False)
