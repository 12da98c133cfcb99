"""The search: what is found, in which order, and by which indexes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.catalogue.queries import SearchQuery, search
from engagement.catalogue.search import PER_PAGE
from engagement.kernel import migration
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.geo import Point
from tests.factories.catalogue import make_entry
from tests.factories.synthetic import fill_catalogue
from tests.support.statements import watched


def titles(session: Session, **query: object) -> list[str]:
    return [card.title for card in search(session, SearchQuery(**query)).cards]


def make_titles(session: Session, *names: str) -> None:
    for name in names:
        make_entry(session, title=name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Hilfe", "Flüchtlingshilfe"),
        ("kinder", "Mit einem Kind lernen"),
        ("FAHRRÄDER", "Fahrradwerkstatt"),
        ("Besuchsdinst", "Besuchsdienst"),
        ("Fluechtlinge", "Flüchtlingshilfe"),
        ("Strassenfest", "Straßenfest"),
        ("Straßenfest", "Strassenfest am Markt"),
        ("lesen", "Vorlesen am Nachmittag"),
        ("Fahrradreparatur", "Fahrrad flicken"),
        ("einmal", "Einmal anpacken"),
        ("Repair Cafe", "Repair-Café"),
        ("Öffentlichkeit", "ÖFFENTLICHKEITSARBEIT"),
        ("Helferinnen", "Helfer*innen gesucht"),
        ("hort", "Kita/Hort"),
    ],
)
def test_a_word_finds(session: Session, typed: str, found: str) -> None:
    make_titles(session, found, "Ganz was anderes")
    assert titles(session, text=typed) == [found]


def test_any_of_the_words_is_enough_and_more_are_better(session: Session) -> None:
    make_titles(session, "Kuchen backen", "Kuchen essen mit Kindern", "Tennis")
    assert titles(session, text="Kuchen für Kinder") == ["Kuchen essen mit Kindern", "Kuchen backen"]


def test_a_rare_word_weighs_more(session: Session) -> None:
    make_titles(session, *(f"Betreuung {letter}" for letter in "abcdef"), "Orgel")
    assert titles(session, text="Betreuung Orgel")[0] == "Orgel"


def test_the_title_outweighs_the_organisation_and_that_the_text(session: Session) -> None:
    make_entry(session, title="Im Text", search_body="Schach")
    make_entry(session, title="Im Namen", organisation_name="Schach 1921 e. V.")
    make_entry(session, title="Schach im Titel")
    assert titles(session, text="schach") == ["Schach im Titel", "Im Namen", "Im Text"]


def test_the_same_word_outweighs_a_compound_and_that_a_mere_ending(session: Session) -> None:
    make_titles(session, "Orientierung geben", "Tierheim", "Tiere")
    assert titles(session, text="Tier") == ["Tiere", "Tierheim", "Orientierung geben"]


def test_similar_words_are_tried_only_when_no_word_contains_it(session: Session) -> None:
    make_titles(session, "Gartenarbeit", "Gardenparty")
    assert titles(session, text="Garten") == ["Gartenarbeit"]


def test_signs_of_the_pattern_language_mean_themselves(session: Session) -> None:
    make_titles(session, "Alles")
    for typed in ("%%%", "___", "\\\\\\", "'a'b'", "a & !b | c:*", "<-> ((", "\x00", "a" * 5000):
        search(session, SearchQuery(text=typed))
    assert titles(session, text="%le%") == []


def test_nothing_but_stop_words_still_searches_and_nothing_but_signs_shows_all(session: Session) -> None:
    make_titles(session, "Was und wie", "Tennis")
    assert titles(session, text="und") == ["Was und wie"]
    assert len(titles(session, text="?!…")) == 2


def test_what_nothing_stands_for_finds_nothing(session: Session) -> None:
    make_titles(session, "Tennis")
    assert search(session, SearchQuery(text="xylophon")).total == 0


def test_filters_have_to_hold_all_their_values_are_alternatives(session: Session) -> None:
    make_entry(session, title="a", category_ids=(1,), target_group_ids=(7,), district_id=3)
    make_entry(session, title="b", category_ids=(2, 9), target_group_ids=(7,), district_id=4)
    make_entry(session, title="c", category_ids=(1,), target_group_ids=(8,), district_id=3)
    assert set(titles(session, category_ids=(1, 2))) == {"a", "b", "c"}
    assert set(titles(session, category_ids=(1, 2), target_group_ids=(7,))) == {"a", "b"}
    assert titles(session, category_ids=(1,), target_group_ids=(7,), district_ids=(3,)) == ["a"]
    assert titles(session, text="b", category_ids=(1,)) == []


def test_kinds_of_time_and_place(session: Session) -> None:
    soon = now() + timedelta(days=3)
    make_entry(session, title="once", time_kind="dated", starts_at=soon, ends_at=soon + timedelta(hours=2))
    make_entry(session, title="ongoing")
    make_entry(session, title="remote", place_kind="remote")
    assert titles(session, time_kinds=("dated",)) == ["once"]
    assert set(titles(session, time_kinds=("ongoing",))) == {"ongoing", "remote"}
    assert titles(session, time_kinds=("ongoing",), remote=True) == ["remote"]


def test_slots_of_the_week(session: Session) -> None:
    make_entry(session, title="sat", slots=("sat-morning", "mon-evening"))
    make_entry(session, title="sun", slots=("sun-morning",))
    assert titles(session, slots=frozenset({"sat-morning", "sat-evening"})) == ["sat"]


def test_a_circle_around_a_point(session: Session) -> None:
    centre = Point(49.0369, 8.7074)
    make_entry(session, title="here", latitude=49.0369, longitude=8.7074)
    make_entry(session, title="3.6 km south", latitude=49.005, longitude=8.705)
    make_entry(session, title="nowhere")
    make_entry(session, title="remote", place_kind="remote", latitude=49.0369, longitude=8.7074)
    assert titles(session, centre=centre, radius_km=3.0) == ["here"]
    assert set(titles(session, centre=centre, radius_km=4.0)) == {"here", "3.6 km south"}
    assert titles(session, centre=centre, radius_km=3.0, remote=True) == ["remote"]


def test_without_words_the_newest_and_the_next_to_begin_mix(session: Session) -> None:
    moment = now()
    for title, published, begins in (("10 days old", 10, None), ("begins in 5 days", 90, 5), ("yesterday", 1, None)):
        starts_at = moment + timedelta(days=begins) if begins else None
        make_entry(
            session,
            title=title,
            published_at=moment - timedelta(days=published),
            starts_at=starts_at,
            time_kind="dated" if begins else "ongoing",
        )
    assert titles(session) == ["yesterday", "begins in 5 days", "10 days old"]


def test_what_is_over_is_not_found(session: Session) -> None:
    make_entry(session, title="Tennis alt", expires_at=now() - timedelta(seconds=1))
    make_entry(session, title="Tennis neu", expires_at=now() + timedelta(days=1))
    assert titles(session) == titles(session, text="Tennis") == ["Tennis neu"]


def test_pages_hold_everything_once_and_one_too_far_shows_the_last(session: Session) -> None:
    for number in range(PER_PAGE * 2 + 3):
        make_entry(session, title=f"Tennis {number}")
    pages = [search(session, SearchQuery(text="tennis", page=page)) for page in (1, 2, 3)]
    assert [len(page.cards) for page in pages] == [PER_PAGE, PER_PAGE, 3]
    assert len({card.opportunity_id for page in pages for card in page.cards}) == PER_PAGE * 2 + 3
    assert {(page.total, page.pages) for page in pages} == {(PER_PAGE * 2 + 3, 3)}
    beyond = search(session, SearchQuery(text="tennis", page=10**9))
    assert (beyond.page, beyond.cards) == (3, pages[2].cards)


def test_no_search_shows_another_tenant(app: Flask, bretten: int, ettlingen: int) -> None:
    for tenant in (bretten, ettlingen):
        with app.app_context():
            open_for_tenant(current_session(), tenant)
            make_entry(current_session(), title=f"Tennis {tenant}", category_ids=(1,))
            current_session().commit()
    with app.app_context():
        open_for_tenant(current_session(), bretten)
        for query in (
            SearchQuery(),
            SearchQuery(text="Tennis"),
            SearchQuery(category_ids=(1,)),
            SearchQuery(text="tenis"),
        ):
            found = search(current_session(), query)
            assert [card.title for card in found.cards] == [f"Tennis {bretten}"]
            assert found.total == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60), page=st.integers(-5, 10**6))
def test_whatever_is_typed_is_answered(session: Session, typed: str, page: int) -> None:
    make_entry(session, opportunity_id=1, title="Kinder & Garten", summary="Alles")
    found = search(session, SearchQuery(text=typed, page=page))
    assert 0 <= found.total <= 1


def test_the_indexes_serve_the_web_role(session: Session, database_url: URL) -> None:
    """Row-level security on reading, or a parameter of the wrong type, would leave the indexes unused."""
    fill_catalogue(session, 5000)
    with migration.owner_connection(database_url) as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT")
        owner.execute(text("VACUUM ANALYZE catalogue_entry, catalogue_stem, catalogue_posting"))
    with watched(db.engine) as statements:
        assert search(session, SearchQuery(text="Orgelführung Nähtreff")).total
        search(session, SearchQuery(text="Orgelfürung"))
    assert session.scalar(text("SELECT current_user")) == "engagement_web"
    plans = statements.plans(session.connection())
    widenings = [plan for plan in plans if "ix_catalogue_stem_trigrams" in plan]
    assert len(widenings) == 2
    for widening in widenings:
        assert widening.count("ix_catalogue_stem_trigrams") == 2
        assert "ix_catalogue_stem_forwards" in widening
        assert "ix_catalogue_stem_backwards" in widening
    assert sum("pk_catalogue_posting" in plan for plan in plans) == 2
