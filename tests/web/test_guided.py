"""What suits me? Six questions, and what comes of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.tenancy.queries import load_vocabulary
from tests.factories.catalogue import make_entry
from tests.support.pages import CheckedClient
from tests.support.statements import watched

NAMES = ("kategorie", "zielgruppe", "tun", "zeit", "dauer", "plz", "mit", "zuhause", "zugang", "alter", "frage", "lang")


def page(client: CheckedClient, path: str = "/passt-zu-mir", status: int = 200, **arguments: object) -> str:
    response = client.get(path, query_string=arguments)
    assert response.status_code == status
    return response.get_data(as_text=True)


def suggestions(client: CheckedClient, **arguments: object) -> str:
    return page(client, "/passt-zu-mir/vorschlaege", **arguments)


def test_the_answers_travel_from_question_to_question(client: CheckedClient) -> None:
    first = page(client)
    assert "Frage 1 von 6" in first
    assert 'name="frage" value="2"' in first
    third = page(client, frage=3, kategorie="kinder-und-jugend", dauer="bis-2")
    assert "Frage 3 von 6" in third
    assert '<input type="hidden" name="kategorie" value="kinder-und-jugend">' in third
    assert '<input type="hidden" name="dauer" value="bis-2">' in third
    assert "frage=2&amp;kategorie=kinder-und-jugend" in third


def test_the_last_question_leads_to_the_suggestions(client: CheckedClient) -> None:
    last = page(client, frage=6, tun=["reden", "kochen"])
    assert 'action="/passt-zu-mir/vorschlaege"' in last
    assert last.count('name="tun"') == 2
    assert 'name="frage"' not in last


@pytest.mark.parametrize("number", ["0", "7", "x", "-1", "1e3", "٣"])
def test_an_odd_number_is_the_first_question(client: CheckedClient, number: str) -> None:
    assert "Frage 1 von 6" in page(client, frage=number)


def test_suggestions_come_with_reasons_and_doubts(session: Session, client: CheckedClient) -> None:
    field, other = load_vocabulary(session).categories[:2]
    make_entry(session, title="Vorlesen", category_ids=(field.id,), slots=("sat-morning",), taster=True)
    make_entry(session, title="Kassenprüfung", category_ids=(other.id,), slots=("mon-morning",), organisation_id=2)
    session.commit()
    html = suggestions(client, kategorie=field.slug, zeit="wochenende", dauer="schnuppern")
    assert "Vorlesen" in html
    assert "Kassenprüfung" not in html
    for reason in (field.name, "wenn Sie Zeit haben", "einmal hineinschnuppern"):
        assert reason in html
    assert "ändern" in html
    assert f"/angebote?kategorie={field.slug}" in html


def test_what_cannot_work_is_not_suggested(session: Session, client: CheckedClient) -> None:
    make_entry(session, title="Nur Treppen", facts={"step_free": False})
    make_entry(session, title="Unbekannt", organisation_id=2)
    make_entry(session, title="Erst ab 18", minimum_age=18, organisation_id=3)
    session.commit()
    html = suggestions(client, zugang="stufenlos", alter="15")
    assert "Unbekannt" in html
    assert "Bitte fragen Sie die Organisation" in html
    assert "Nur Treppen" not in html
    assert "Erst ab 18" not in html


def test_one_organisation_does_not_take_all_places(session: Session, client: CheckedClient) -> None:
    for number in range(5):
        make_entry(session, title=f"Angebot {number}", organisation_id=7)
    session.commit()
    assert suggestions(client).count("Angebot ") >= 2
    assert suggestions(client).count('class="suggestion"') == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alter": "alt"}, "als Zahl in Jahren"),
        ({"alter": "999"}, "als Zahl in Jahren"),
        ({"plz": "99999"}, "Diesen Ort kennen wir nicht"),
    ],
)
def test_an_odd_answer_is_asked_for_again_with_all_that_was_typed(
    client: CheckedClient, arguments: dict[str, str], message: str
) -> None:
    html = suggestions(client, tun="kochen", **arguments)
    assert message in html
    assert "Frage 6 von 6" in html
    assert f'value="{next(iter(arguments.values()))}"' in html
    assert 'name="tun" value="kochen"' in html


def test_nothing_found_says_what_to_do(client: CheckedClient) -> None:
    assert "Ändern Sie eine Antwort" in suggestions(client, tun="kochen")


def test_the_same_statements_with_10_and_200_offers(session: Session, client: CheckedClient) -> None:
    counted = []
    for size in (10, 200):
        for number in range(size):
            make_entry(session, title=f"Kochen {size} {number}", organisation_id=number)
        session.commit()
        suggestions(client, tun="kochen")
        with watched(db.engine) as seen:
            suggestions(client, tun="kochen", zugang="stufenlos", plz="75015")
        counted.append(len(seen.sent))
    assert counted[0] == counted[1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30) | st.lists(st.text(max_size=10), max_size=3)))
def test_whatever_is_asked_is_answered(client: CheckedClient, arguments: dict[str, str | list[str]]) -> None:
    for path in ("/passt-zu-mir", "/passt-zu-mir/vorschlaege"):
        assert client.get(path, query_string=arguments).status_code == 200
