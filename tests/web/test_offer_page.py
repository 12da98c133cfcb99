"""The page of one offer: what is known and what is not, the organisation, insurance, sharing, few questions asked."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.legal.authorities import FederalState
from engagement.legal.insurance import insuring_state
from engagement.opportunities.kinds import PlaceKind
from engagement.organisations.models import Organisation
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched


@pytest.fixture
def organisation(session: Session) -> Organisation:
    made = make_organisation(session, "Lesebrücke e. V.")
    made.description = "Wir bringen **Bücher** zu den Menschen."
    return made


def show(client: CheckedClient, session: Session, organisation: Organisation, **values: object) -> str:
    number = make_opportunity(session, organisation.id, title="Vorlesen", **values)
    session.commit()
    page = client.get(f"/angebote/{number}-vorlesen")
    assert page.status_code == 200
    return page.text


def test_what_is_not_known_of_the_access_is_said(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    text = show(client, session, organisation, step_free=True, accessible_toilet=False)
    assert "Stufenlos zugänglich" in text
    assert text.count("nicht bekannt – bitte nachfragen") == 2


def test_from_home_nobody_needs_a_ramp(client: CheckedClient, session: Session, organisation: Organisation) -> None:
    assert "nicht bekannt" not in show(client, session, organisation, place_kind=PlaceKind.REMOTE, district_id=None)


def test_the_way_there_is_a_link_and_nothing_is_asked_of_another_host(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    text = show(
        client, session, organisation,
        place_kind=PlaceKind.ADDRESS, street="Melanchthonstraße 3", postcode="75015", city="Bretten",
    )  # fmt: skip
    assert 'href="https://www.openstreetmap.org/search?query=Melanchthonstra%C3%9Fe%203%2075015%20Bretten"' in text
    assert 'src="http' not in text


def test_the_organisation_is_introduced(client: CheckedClient, session: Session, organisation: Organisation) -> None:
    make_opportunity(session, organisation.id)
    organisation.answers_within_hours = 30
    text = show(client, session, organisation)
    assert "Wir bringen Bücher zu den Menschen." in text
    assert "ihre 2 Angebote" in text
    assert "Eine Antwort kommt meist innerhalb von 2 Tagen." in text


def test_without_figures_nothing_is_said_of_the_answer(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    assert "Eine Antwort kommt meist" not in show(client, session, organisation)


def test_it_can_be_passed_on_by_plain_links(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    text = show(client, session, organisation)
    assert 'href="mailto:?subject=Vorlesen&amp;body=http%3A//bretten.localhost%3A8000/angebote/' in text
    assert 'href="https://wa.me/?text=' in text
    assert 'aria-current="page"' in text


@pytest.mark.parametrize("state", list(FederalState))
def test_only_states_that_were_looked_up_are_said_to_insure(state: FederalState) -> None:
    assert bool(insuring_state(state)) == (state.value in {"BW", "BB", "SL"})


def test_no_state_is_guessed() -> None:
    assert insuring_state(None) == ""


def test_the_page_asks_equally_often_however_many_offers(
    client: CheckedClient, session: Session, organisation: Organisation
) -> None:
    number = make_opportunity(session, organisation.id, title="Vorlesen")
    make_opportunity(session, organisation.id)
    session.commit()
    counts = []
    for more in (0, 15):
        for _ in range(more):
            make_opportunity(session, make_organisation(session).id)
        session.commit()
        client.get(f"/angebote/{number}-vorlesen")
        with watched(db.engine) as seen:
            client.get(f"/angebote/{number}-vorlesen")
        counts.append(len(seen))
    assert counts[0] == counts[1]
