"""What is suggested while somebody types."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.catalogue.suggestions import suggest
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.tenancy.models import Category, District
from tests.factories.catalogue import make_entry
from tests.factories.neighbours import at_work_in
from tests.factories.synthetic import fill_catalogue
from tests.support.statements import watched


def names(session: Session, typed: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.name) for one in suggest(session, typed)]


@pytest.mark.parametrize(
    "typed", ["fahrr", "Fahrräd", "fahrrad", "FAHRRAEDER", "fahrradwerkstadt", "werkstatt", "fahrrad flick"]
)
def test_a_title_is_met_in_any_spelling(session: Session, typed: str) -> None:
    make_entry(session, title="Fahrradwerkstatt: flicken für alle")
    make_entry(session, title="Orgel spielen", search_body="Fahrrad Werkstatt flicken")
    assert names(session, typed) == [("offer", "Fahrradwerkstatt: flicken für alle")]


def test_organisations_fields_and_parts_of_town(session: Session) -> None:
    field = session.scalars(select(Category).order_by(Category.position)).first()
    district = session.scalars(select(District).order_by(District.position)).first()
    assert field is not None
    assert district is not None
    make_entry(
        session,
        title="Etwas",
        organisation_id=7,
        organisation_name="Kinderhaus Regenbogen",
        category_ids=(field.id,),
        district_id=district.id,
    )
    make_entry(session, title="Noch etwas", organisation_id=7, organisation_name="Kinderhaus Regenbogen")
    assert names(session, "kinder") == [("category", field.name), ("organisation", "Kinderhaus Regenbogen")]
    assert names(session, district.name[:5]) == [("district", district.name)]
    assert names(session, "Leben im Alter") == [], "a field without offers is no help"


def test_the_nearest_to_what_was_typed_comes_first_and_there_are_few(session: Session) -> None:
    for number in range(8):
        make_entry(session, title=f"Vorlesestunde {number} am Bach")
    make_entry(session, title="Vorlesen")
    found = names(session, "vorlesen")
    assert found[0] == ("offer", "Vorlesen")
    assert len(found) == 4


def test_what_is_over_closed_or_elsewhere_is_not_suggested(app: Flask, session: Session, ettlingen: int) -> None:
    make_entry(session, title="Orgelabend", expires_at=now())
    with at_work_in(app, ettlingen) as theirs:
        make_entry(theirs, title="Orgelabend in Ettlingen")
    assert suggest(session, "orgel") == []


@pytest.mark.parametrize("typed", ["", " ", "o", "?!", "\x00", "%", "__", "xylophon"])
def test_nothing_to_go_by(session: Session, typed: str) -> None:
    make_entry(session, title="Orgel")
    assert suggest(session, typed) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=120))
def test_whatever_is_typed_is_answered(session: Session, typed: str) -> None:
    make_entry(session, opportunity_id=1, title="Kinder & Garten")
    assert len(suggest(session, typed)) <= 1


def test_it_takes_few_statements_however_much_there_is(session: Session) -> None:
    fill_catalogue(session, 3000)
    suggest(session, "orgel")  # the words that ship with the product are stemmed once a process
    with watched(db.engine) as seen:
        assert suggest(session, "orgelfüh")
    assert len(seen) <= 5
