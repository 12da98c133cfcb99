"""The page of figures and its files."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.catalogue.models import CatalogueEntry
from engagement.figures.periods import shifted
from engagement.kernel.clock import now
from engagement.kernel.db import db
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation
from engagement.tenancy.queries import load_vocabulary
from engagement.web.municipality.figure_sheets import SHEETS
from tests.factories.applications import make_application, make_offer
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched

pytestmark = pytest.mark.usefixtures("moderator")

PAGE = "/verwaltung/auswertung"
PRESENT = now().date().replace(day=1)


def fill(session: Session, title: str = "Vorlesen in der Kita", people: int = 8, places: int = 10) -> Opportunity:
    """An offer of last month with accepted and declined people who got their answer after three hours."""
    offer = make_offer(session, make_organisation(session, "Lesebrücke"), title=title, places=places)
    offer.published_at = now() - timedelta(days=35)
    offer.places_taken = people - 2
    for number in range(people):
        state = ApplicationState.ACCEPTED if number >= 2 else ApplicationState.DECLINED
        came = now() - timedelta(days=33)
        make_application(session, offer, state=state, created_at=came, first_answered_at=came + timedelta(hours=3))
    session.commit()
    return offer


def table(client: CheckedClient, name: str, **arguments: str) -> list[list[str]]:
    response = client.get(f"{PAGE}/{name}.csv", query_string=arguments)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"))


def month(value: date) -> str:
    return f"{value:%Y-%m}"


def test_an_empty_town_is_told_what_will_be_here(client: CheckedClient) -> None:
    page = client.get(PAGE).get_data(as_text=True)
    assert "Es gibt noch nichts zu zählen" in page
    assert 'class="chart' not in page
    assert "nan" not in page.lower().replace("finanz", "")


def test_every_figure_has_definition_chart_table_and_file(client: CheckedClient, session: Session) -> None:
    fill(session)
    response = client.get(PAGE)
    page = response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "private, no-store"
    for key in SHEETS:
        assert f'id="{key}"' in page
        assert f"{PAGE}/{key}.csv" in page or key == "ohne-anfragen"
    assert page.count('role="img"') == len(SHEETS) - 1
    assert page.count('<details class="figure__table">') == len(SHEETS) - 1
    assert "3 Stunden" in page
    assert "75 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "style=" not in page


def test_it_speaks_english_too(client: CheckedClient, session: Session) -> None:
    fill(session)
    page = client.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert "Response time" in page
    assert "half of the requests; nine of ten: 3 hours" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"von": "2026-13"}, "Monat aus der Liste"),
        ({"bis": "gestern"}, "Monat aus der Liste"),
        ({"von": month(shifted(PRESENT, -1)), "bis": month(shifted(PRESENT, -2))}, "nicht vor dem ersten"),
        ({"von": month(shifted(PRESENT, -30))}, "höchstens 24 Monate"),
        ({"von": month(shifted(PRESENT, 1))}, "Monat aus der Liste"),
    ],
)
def test_a_period_that_is_none_is_explained_beside_its_field(
    client: CheckedClient, arguments: dict[str, str], said: str
) -> None:
    response = client.get(PAGE, query_string=arguments)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert said in page
    wrong = "bis" if "bis" in arguments else "von"
    assert f'aria-describedby="{wrong}-error"' in page
    sent_back = client.get(f"{PAGE}/anfragen.csv", query_string=arguments)
    assert sent_back.status_code == 303
    assert sent_back.location.startswith(f"{PAGE}?")


def test_what_was_chosen_stays_chosen_and_goes_into_the_files(client: CheckedClient, session: Session) -> None:
    fill(session)
    category, first = load_vocabulary(session).categories[1], month(shifted(PRESENT, -3))
    page = client.get(PAGE, query_string={"von": first, "kategorie": category.slug}).get_data(as_text=True)
    assert f'<option value="{first}" selected>' in page
    assert f'<option value="{category.slug}" selected>' in page
    assert f"anfragen.csv?von={first}&amp;bis={month(PRESENT)}&amp;kategorie={category.slug}" in page


class TestFiles:
    def test_the_table_of_a_period(self, client: CheckedClient, session: Session) -> None:
        fill(session)
        came = (now() - timedelta(days=33)).date().replace(day=1)
        rows = table(client, "anfragen", von=month(shifted(came, -1)), bis=month(came))
        assert rows == [
            ["Monat", "Anfragen", "Zugesagt", "Abgesagt", "Noch offen", "Zurückgezogen"],
            [month(shifted(came, -1)), "0", "0", "0", "0", "0"],
            [month(came), "8", "6", "2", "0", "0"],
        ]

    def test_numbers_are_numbers(self, client: CheckedClient, session: Session) -> None:
        fill(session)
        came = month((now() - timedelta(days=33)).date().replace(day=1))
        row = table(client, "zusagen", von=came, bis=came)[1]
        assert row == [came, "75,0", "6", "2"]
        assert table(client, "antwortzeit", von=came, bis=came)[1] == [came, "3", "3", "0"]

    def test_no_cell_starts_a_formula(self, client: CheckedClient, session: Session) -> None:
        offer = fill(session, title="=cmd|'/c calc'!A1", people=3)
        waiting = make_offer(session, make_organisation(session, "@Verein"), title="=1+1")
        late = (now() - timedelta(days=20)).replace(hour=23, minute=30)
        session.execute(update(CatalogueEntry).values(published_at=late))
        session.commit()
        assert offer.id != waiting.id
        (row,) = table(client, "ohne-anfragen")[1:]
        assert row == ["'=1+1", "'@Verein", (late + timedelta(days=1)).date().isoformat()], "the day is the town's"

    @pytest.mark.parametrize("name", SHEETS)
    def test_each_is_there_for_an_empty_town(self, client: CheckedClient, name: str) -> None:
        head, *rows = table(client, name)
        assert all(len(row) == len(head) for row in rows)

    def test_there_is_no_other(self, client: CheckedClient) -> None:
        assert client.get(f"{PAGE}/geheim.csv").status_code == 404


class TestSmallNumbers:
    def test_page_and_file_hide_the_same(self, client: CheckedClient, session: Session) -> None:
        offer = fill(session, people=3)
        here = load_vocabulary(session).districts[0]
        offer.district_id = here.id
        session.commit()
        rows = table(client, "ortsteile")
        assert [row[3] for row in rows[1:]] == ["k. A.", "0", "0", "0"]
        assert 'id="anfragen-says"' not in client.get(f"{PAGE}?ortsteil={here.slug}").get_data(as_text=True)
        filtered = table(client, "anfragen", ortsteil=here.slug)
        assert {row[1] for row in filtered[1:]} == {"k. A.", "0"}
        page = client.get(PAGE, query_string={"ortsteil": here.slug}).get_data(as_text=True)
        assert '<td class="number">3</td>' not in page


def test_offers_without_requests_are_a_list_to_work_on(client: CheckedClient, session: Session) -> None:
    club = make_organisation(session, "Lesebrücke")
    offers = [make_offer(session, club, title=f"Angebot {number}") for number in range(22)]
    session.execute(update(CatalogueEntry).values(published_at=now() - timedelta(days=20)))
    session.commit()
    page = client.get(PAGE).get_data(as_text=True)
    assert f"/angebote/{offers[0].id}-angebot-0" in page
    assert f"/verwaltung/organisationen/{club.id}" in page
    assert "2 weitere stehen in der Datei" in page


def test_it_takes_as_many_statements_for_a_thousand_offers(client: CheckedClient, session: Session) -> None:
    fill(session)
    counts = []
    for _ in range(2):
        client.get(PAGE)
        with watched(db.engine) as seen:
            client.get(PAGE)
        counts.append(len(seen))
        session.add_all(Organisation(name=f"Verein {number}", slug="verein") for number in range(1000))
        club = make_organisation(session)
        session.add_all(
            Opportunity(organisation_id=club.id, title="Helfen", slug="helfen", published_at=now(), places=1)
            for _ in range(1000)
        )
        session.commit()
    assert counts[0] == counts[1] <= 25
