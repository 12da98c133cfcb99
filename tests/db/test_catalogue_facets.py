"""The counts beside the filters, against asking for each choice by itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engagement.catalogue.facets import AGES, RADII_KM
from engagement.catalogue.queries import Effort, SearchQuery, Wish, facets, search, understand, without_each
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.kernel.geo import Point
from tests.factories.catalogue import make_entry
from tests.factories.neighbours import at_work_in
from tests.support.statements import watched

ACCESS = ("step_free", "accessible_toilet", "hearing_support")
COMPANY = ("tandem", "group", "family")
SLOTS = ("mon-morning", "sat-morning", "sat-evening")
LANGUAGES = ("de", "tr", "uk")
SLUGS = ("natur", "musik", "sport")
CENTRE = Point(49.0, 8.7)
FILTERS = {
    "category_ids": ((1,), (2, 3)),
    "target_group_ids": ((2,), (1, 3)),
    "district_ids": ((1,), (1, 2)),
    "time_kinds": (("dated",), ("ongoing",)),
    "remote": (True,),
    "slots": (frozenset({"sat-morning"}), frozenset(SLOTS[1:])),
    "effort": tuple(Effort),
    "languages": (("tr",), ("de", "uk")),
    "age": (12, 13, 16, 40),
    "access": (("step_free",), ACCESS[:2]),
    "suited_for": (("group",), COMPANY[1:]),
    "taster": (True,),
    "text": ("kinder", "kinder vorlesen", "xylophon"),
}


def some(chance: random.Random, values: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    return tuple(chance.sample(values, chance.randint(0, most)))


def make_random_entries(session: Session, seed: int, count: int, first: int = 1) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up offers, no secret
    for number in range(first, first + count):
        fields = some(chance, (1, 2, 3), 2)
        groups = some(chance, (1, 2, 3), 2)
        dated = chance.random() < 0.3
        starts_at = now() + timedelta(days=chance.randint(1, 60)) if dated else None
        make_entry(
            session,
            opportunity_id=number,
            title=chance.choice(("Kinder betreuen", "Vorlesen", "Kindern vorlesen", "Orgel")),
            category_ids=fields,
            category_slugs=tuple(SLUGS[one - 1] for one in fields),
            target_group_ids=groups,
            target_group_slugs=tuple(SLUGS[one - 1] for one in groups),
            district_id=chance.choice((None, 1, 2)),
            place_kind=chance.choice(("address", "district", "remote")),
            latitude=chance.choice((None, 49.0 + chance.random() / 4)),
            longitude=8.7,
            time_kind="dated" if dated else "ongoing",
            starts_at=starts_at,
            slots=some(chance, SLOTS, 2),
            hours=chance.choice((None, 1, 2, 3, 5, 9, 20)),
            hours_per=chance.choice(("week", "month", "occasion")),
            languages=some(chance, LANGUAGES, 2),
            minimum_age=chance.choice((None, 10, 14, 16, 18, 21)),
            access=some(chance, ACCESS, 3),
            suited_for=some(chance, COMPANY, 2),
            taster=chance.random() < 0.3,
        )


def choices(query: SearchQuery) -> Iterator[tuple[Wish, object, SearchQuery]]:
    """Yield what can be chosen beside ``query``, and the query that choosing it makes."""
    yield from word_choices(query)
    yield Wish.REMOTE, 1, replace(query, remote=True)
    yield Wish.TASTER, 1, replace(query, taster=True)
    for wish, name, values in (
        (Wish.TIME_KIND, "time_kinds", ("dated", "ongoing")),
        (Wish.LANGUAGE, "languages", LANGUAGES),
        (Wish.COMPANY, "suited_for", COMPANY),
    ):
        yield from ((wish, value, replace(query, **{name: (value,)})) for value in values)
    yield from ((Wish.SLOT, slot, replace(query, slots=frozenset({slot}))) for slot in SLOTS)
    yield from ((Wish.EFFORT, effort, replace(query, effort=effort)) for effort in Effort)
    yield from ((Wish.AGE, age, replace(query, age=age)) for age in AGES)
    yield from ((Wish.ACCESS, need, replace(query, access=(*query.access, need))) for need in ACCESS)
    if query.centre and not query.remote:
        yield from ((Wish.PLACE, radius, replace(query, radius_km=float(radius))) for radius in RADII_KM)


def word_choices(query: SearchQuery) -> Iterator[tuple[Wish, object, SearchQuery]]:
    for number, slug in enumerate(SLUGS, start=1):
        if query.also_tenants:
            yield Wish.CATEGORY, slug, replace(query, category_slugs=(slug,))
            yield Wish.TARGET_GROUP, slug, replace(query, target_group_slugs=(slug,))
        else:
            yield Wish.CATEGORY, number, replace(query, category_ids=(number,))
            yield Wish.TARGET_GROUP, number, replace(query, target_group_ids=(number,))
        yield Wish.DISTRICT, number, replace(query, district_ids=(number,), also_tenants=())


def check(session: Session, query: SearchQuery) -> None:
    counted = facets(session, understand(session, query))
    for wish, choice, chosen in choices(query):
        assert counted.of(wish, choice) == search(session, chosen).total, (wish, choice, query)


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    asked = draw(st.sets(st.sampled_from(sorted(FILTERS)), max_size=4))
    values: dict[str, Any] = {name: draw(st.sampled_from(FILTERS[name])) for name in sorted(asked)}
    if draw(st.booleans()):
        values |= {"centre": CENTRE, "radius_km": draw(st.sampled_from((3.0, 10.0)))}
    return SearchQuery(**values)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries(), seed=st.integers(0, 5))
def test_each_choice_counts_what_choosing_it_finds(session: Session, query: SearchQuery, seed: int) -> None:
    make_random_entries(session, seed, 40)
    check(session, query)


def test_neighbours_count_too_but_a_part_of_town_is_ours(app: Flask, session: Session, ettlingen: int) -> None:
    with at_work_in(app, ettlingen) as theirs:
        make_random_entries(theirs, 7, 30, first=1000)
    make_random_entries(session, 8, 30)
    check(session, SearchQuery(also_tenants=(ettlingen,)))
    check(session, SearchQuery(also_tenants=(ettlingen,), category_slugs=("natur",), text="vorlesen"))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries(), seed=st.integers(0, 5))
def test_what_is_left_without_each_wish(session: Session, query: SearchQuery, seed: int) -> None:
    make_random_entries(session, seed, 40)
    looser = {
        frozenset({Wish.WORDS}): replace(query, text=""),
        frozenset({Wish.PLACE}): replace(query, centre=None, radius_km=None),
        frozenset({Wish.TIME_KIND, Wish.REMOTE}): replace(query, time_kinds=(), remote=False),
        frozenset({Wish.ACCESS}): replace(query, access=()),
        frozenset(Wish) - {Wish.WORDS}: SearchQuery(text=query.text),
    }
    counted = without_each(session, understand(session, query), looser)
    assert counted == [search(session, one).total for one in looser.values()]


@pytest.mark.parametrize("entries", [10, 400])
def test_all_facets_are_one_statement(session: Session, entries: int) -> None:
    make_random_entries(session, 1, entries)
    for query in (SearchQuery(), SearchQuery(category_ids=(1,), centre=CENTRE, radius_km=5.0, remote=True)):
        question = understand(session, query)
        with watched(db.engine) as seen:
            facets(session, question)
            without_each(session, question, [frozenset({wish}) for wish in Wish])
        assert len(seen) == 2


def test_nothing_is_asked_where_nothing_stands_for_the_words(session: Session) -> None:
    make_entry(session, title="Orgel")
    question = understand(session, SearchQuery(text="xylophon"))
    with watched(db.engine) as seen:
        assert facets(session, question).counts == {}
    assert len(seen) == 0
    assert without_each(session, question, [frozenset({Wish.WORDS}), frozenset()]) == [1, 0]
    assert without_each(session, question, []) == []
