"""Of which offers people are told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.alerts.models import SavedSearch
from engagement.alerts.noticing import notice
from engagement.catalogue.queries import Effort, Order, SearchQuery, search
from engagement.catalogue.service import remove_entries, set_places_taken
from engagement.jobs.runtime import Runtime
from engagement.kernel.clock import stopped
from engagement.opportunities.publication import rebuild, refresh_organisation
from engagement.opportunities.vocabulary import merge_words
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.models import Category
from engagement.tenancy.words import WordKind
from tests.factories.catalogue import make_entry
from tests.factories.neighbours import at_work_in, let_agree, let_refuse
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.factories.searches import make_search
from tests.support.alerts import A_DAY, TUESDAY, look_at, offer_at


def verify(session: Session, organisation_id: int, verification: Verification) -> None:
    session.execute(update(Organisation).values(verification=verification))
    session.expire_all()
    refresh_organisation(session, organisation_id)


def test_published_anew_is_new_and_changed_is_not(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session)
    number = offer_at(session, TUESDAY + timedelta(hours=1), title="Alt")
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 1
    first = TUESDAY + timedelta(hours=1)
    offer_at(session, TUESDAY + A_DAY, opportunity_id=number, title="Umbenannt")
    session.rollback()
    with stopped(TUESDAY + A_DAY):
        make_entry(session, opportunity_id=number, title="Umbenannt", published_at=first)
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1
    offer_at(session, TUESDAY + 2 * A_DAY, opportunity_id=number, title="Neu aufgelegt")
    found = look_at(worker, session, TUESDAY + 3 * A_DAY)
    assert len(found) == 2
    assert "Neu aufgelegt" in found[-1].text


def test_one_that_was_away_for_a_while_is_not_new(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session)
    first = TUESDAY + timedelta(hours=1)
    number = offer_at(session, first)
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == 1
    remove_entries(session, [number])
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1
    make_entry(session, opportunity_id=number, published_at=first)
    assert len(look_at(worker, session, TUESDAY + 3 * A_DAY)) == 1


def test_an_offer_that_waited_for_its_organisation_is_told_when_it_can_be_seen(
    worker: Runtime, session: Session
) -> None:
    with stopped(TUESDAY):
        organisation = make_organisation(session)
        make_opportunity(session, organisation.id, title="Gut Ding will Weile")
        verify(session, organisation.id, Verification.PENDING)
        make_search(session)
    assert look_at(worker, session, TUESDAY + A_DAY) == []
    with stopped(TUESDAY + A_DAY):
        verify(session, organisation.id, Verification.VERIFIED)
    (mail,) = look_at(worker, session, TUESDAY + 2 * A_DAY)
    assert "Gut Ding will Weile" in mail.text


def test_a_catalogue_made_anew_is_no_news(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_opportunity(session, make_organisation(session).id)
        make_search(session)
        rebuild(session)
    assert look_at(worker, session, TUESDAY + A_DAY) == []


def test_a_merged_word_goes_on(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        organisation = make_organisation(session)
        old, new = session.scalars(select(Category.id).order_by(Category.position).limit(2)).all()
        make_search(session, query=SearchQuery(category_ids=(old,)))
        merge_words(session, WordKind.CATEGORY, old, new)
    with stopped(TUESDAY + timedelta(hours=1)):
        make_opportunity(session, organisation.id, title="Unter neuem Namen", category_ids=(new,))
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert "Unter neuem Namen" in mail.text


def test_neighbours_as_long_as_both_agree(
    worker: Runtime, app: Flask, session: Session, bretten: int, ettlingen: int
) -> None:
    session.commit()
    let_agree(app, bretten, "ettlingen")
    let_agree(app, ettlingen, "bretten")
    with stopped(TUESDAY):
        make_search(session, neighbours=True)
        make_search(session, "nur-hier@example.org")
        session.commit()
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + timedelta(hours=1), title="Von nebenan")
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert mail.to_address == "gisela@example.org"
    assert "http://ettlingen.localhost:8000/angebote/" in mail.text
    assert "Ettlingen" in mail.text
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + A_DAY + timedelta(hours=1), title="Nicht mehr")
    let_refuse(app, ettlingen, "bretten")
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == 1


def test_another_town_is_another_world(worker: Runtime, app: Flask, session: Session, ettlingen: int) -> None:
    with stopped(TUESDAY):
        make_search(session)
    session.commit()
    with at_work_in(app, ettlingen) as theirs:
        offer_at(theirs, TUESDAY + timedelta(hours=1))
        assert theirs.scalars(select(SavedSearch)).all() == []
    assert look_at(worker, session, TUESDAY + A_DAY) == []


@pytest.mark.parametrize(
    ("values", "taken", "told"),
    [
        ({"places": 2}, 1, 1),
        ({"places": 2}, 2, 0),
        ({}, 7, 1),
        ({"closed_at": TUESDAY + timedelta(hours=3)}, 0, 0),
        ({"expires_at": TUESDAY + timedelta(hours=3)}, 0, 0),
    ],
    ids=["a place is left", "only the waiting list is", "places are not counted", "closed", "over"],
)
def test_only_what_can_be_joined_is_told(
    worker: Runtime, session: Session, values: dict[str, Any], taken: int, told: int
) -> None:
    with stopped(TUESDAY):
        make_search(session)
    number = offer_at(session, TUESDAY + timedelta(hours=1))
    with stopped(TUESDAY + timedelta(hours=2)):
        notice(session)
    moment = TUESDAY + timedelta(hours=1)
    with stopped(TUESDAY + timedelta(hours=3)):
        make_entry(session, opportunity_id=number, published_at=moment, **values)
        set_places_taken(session, {number: taken})
    assert len(look_at(worker, session, TUESDAY + A_DAY)) == told
    with stopped(TUESDAY + A_DAY):
        make_entry(session, opportunity_id=number, published_at=moment)
    assert len(look_at(worker, session, TUESDAY + 2 * A_DAY)) == told  # what was missed is no news afterwards


WISHES: dict[str, tuple[SearchQuery, dict[str, Any], dict[str, Any]]] = {
    "words, by way of others": (SearchQuery(text="Senioren"), {"title": "Besuche im Pflegeheim"}, {"title": "Zäune"}),
    "words, mistyped": (SearchQuery(text="Vorlsen"), {"title": "Vorlesen für Kinder"}, {"title": "Zäune streichen"}),
    "effort": (SearchQuery(effort=Effort.FEW), {"hours": Decimal(2), "hours_per": "week"}, {}),
    "languages": (SearchQuery(languages=("tr",)), {"languages": ("tr",)}, {"languages": ("de",)}),
    "age": (SearchQuery(age=15), {"minimum_age": 14}, {"minimum_age": 16}),
    "access": (SearchQuery(access=("step_free",)), {"access": ("step_free",)}, {}),
    "company": (SearchQuery(suited_for=("family",)), {"suited_for": ("family",)}, {"suited_for": ("group",)}),
    "taster": (SearchQuery(taster=True), {"taster": True}, {}),
    "times": (SearchQuery(slots=frozenset({"sat-morning"})), {"slots": ("sat-morning",)}, {"slots": ("sun-evening",)}),
    "kind": (SearchQuery(remote=True), {"place_kind": "remote"}, {"place_kind": "district"}),
}


@pytest.mark.parametrize("wish", WISHES)
def test_what_is_told_is_what_the_page_shows(worker: Runtime, session: Session, wish: str) -> None:
    query, fits, misses = WISHES[wish]
    with stopped(TUESDAY):
        make_search(session, query=query)
    fitting = offer_at(session, TUESDAY + timedelta(hours=1), **({"title": "Blumen gießen"} | fits))
    other = offer_at(session, TUESDAY + timedelta(hours=1), **({"title": "Suppe kochen"} | misses))
    with stopped(TUESDAY + A_DAY):
        assert [card.opportunity_id for card in search(session, query).cards] == [fitting]
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert f"/angebote/{fitting}-" in mail.text
    assert f"/angebote/{other}-" not in mail.text


def test_what_comes_first_on_the_page_comes_first_in_the_mail(worker: Runtime, session: Session) -> None:
    with stopped(TUESDAY):
        make_search(session, query=SearchQuery(order=Order.SOONEST))
    later, sooner = (
        offer_at(session, TUESDAY + timedelta(hours=hour), starts_at=TUESDAY + days * A_DAY, time_kind="dated")
        for hour, days in ((2, 9), (1, 5))
    )
    (mail,) = look_at(worker, session, TUESDAY + A_DAY)
    assert mail.text.index(f"/angebote/{sooner}-") < mail.text.index(f"/angebote/{later}-")
