"""Saving a search: with and without an account, from the form to the last mail, and what nobody may learn or do."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.alerts import links, service
from engagement.alerts.models import SavedSearch
from engagement.alerts.rhythm import Rhythm
from engagement.catalogue.queries import SearchQuery
from engagement.kernel.clock import now
from engagement.kernel.signing import Purpose
from engagement.tenancy.settings import Module
from tests.factories.applications import mails
from tests.factories.catalogue import make_entry
from tests.factories.people import make_account, sign_in
from tests.factories.searches import make_search
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient

FORM = {"email": "gisela@example.org", "rhythm": "weekly", "weekday": "1"}
SEARCH = "/suchen/merken?q=vorlesen&kategorie=kinder-und-jugend&plz=75015&umkreis=5&wann=sat"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link_in(text: str, beginning: str) -> str:
    found = re.search(rf"http://bretten\.localhost:8000({beginning}\S+)", text)
    assert found
    return found.group(1)


def rows(session: Session) -> list[SavedSearch]:
    session.expire_all()
    return list(session.scalars(select(SavedSearch).order_by(SavedSearch.id)))


def token_of(app: Flask, row: SavedSearch, purpose: Purpose = Purpose.MANAGE_SEARCH) -> str:
    return str(app.extensions["engagement"].signer.sign(purpose, row.tenant_id, row.id))


@pytest.fixture
def saved(session: Session) -> SavedSearch:
    row = make_search(session)
    session.commit()
    return row


def test_from_the_search_to_the_confirmed_mails_without_a_cookie(client: CheckedClient, session: Session) -> None:
    listed = client.get(SEARCH.replace("/suchen/merken", "/angebote")).get_data(as_text=True)
    assert "/suchen/merken?q=vorlesen" in listed
    page = client.get(SEARCH).get_data(as_text=True)
    for words in ("vorlesen", "Kinder und Jugend", "5 km um 75015", "Samstags"):
        assert words in page
    response = client.post(SEARCH, data=FORM)
    assert (response.status_code, response.location) == (303, "/suchen/gemerkt")
    assert "Set-Cookie" not in response.headers
    (mail,) = mails(session, "confirm-search")
    assert "vorlesen" not in mail.text  # nobody can send words of their own to a stranger
    session.rollback()
    path = link_in(mail.text, "/suchen/bestaetigen/")
    assert "vorlesen" in client.get(path).get_data(as_text=True)
    assert rows(session)[0].confirmed_at is None
    session.rollback()
    done = client.post(path)
    assert done.status_code == 303
    assert "Danke" in client.get(done.location).get_data(as_text=True)
    (row,) = rows(session)
    assert row.confirmed_at
    assert (row.email, row.rhythm, row.weekday, row.language) == ("gisela@example.org", Rhythm.WEEKLY, 1, "de")
    assert (row.consent_version, row.label) == (
        service.CONSENT,
        "„vorlesen“ · 5 km um 75015 · Kinder und Jugend · Samstags",
    )
    assert row.arguments == "q=vorlesen&kategorie=kinder-und-jugend&plz=75015&umkreis=5&wann=sat"
    session.rollback()
    assert client.get(path).status_code == 303
    assert client.post(path).status_code == 303
    assert len(rows(session)) == 1


def test_every_wish_of_the_address_is_kept_and_said(client: CheckedClient, session: Session) -> None:
    wishes = (
        "q=vorlesen&kategorie=kinder-und-jugend&zielgruppe=tiere&ort=49.035%2C8.705&umkreis=20&art=regelmaessig"
        "&wann=sat&dauer=bis-5&sprache=tr&alter=15&zugang=stufenlos&zugang=oepnv&mit=familie&schnuppern=1"
        "&sortierung=nah"
    )
    page = client.get(f"/suchen/merken?{wishes}").get_data(as_text=True)
    assert client.post(f"/suchen/merken?{wishes}", data=FORM).status_code == 303
    (row,) = rows(session)
    assert parse_qs(row.arguments) == parse_qs(wishes)
    assert set(row.wanted) == {
        "text", "category_ids", "target_group_ids", "centre", "radius_km", "time_kinds", "slots", "effort",
        "languages", "age", "access", "suited_for", "taster", "order",
    }  # fmt: skip
    assert row.label == (
        "„vorlesen“ · 20 km um Ihren Standort · Kinder und Jugend · Tiere · Regelmäßig · Samstags · "
        "Bis 5 Stunden pro Woche · Ich spreche Türkisch · Ich bin 15 Jahre alt · Stufenlos zugänglich · "
        "Gut mit Bus oder Bahn zu erreichen · Als Familie · Mit Schnuppertermin · zuerst: Was am nächsten liegt"
    )
    assert row.label in unescape(page)


def test_whoever_is_known_gets_the_same_answer(client: CheckedClient, session: Session, saved: SavedSearch) -> None:
    answers = []
    for email in ("gisela@example.org", "niemand@example.org", "GISELA@example.org"):
        response = client.post("/suchen/merken", data={**FORM, "email": email})
        answers.append((response.status_code, response.location, response.get_data()))
    assert len(set(answers)) == 1
    assert [mail.to_address for mail in mails(session, "search-already-saved")] == ["gisela@example.org"] * 2
    assert len(rows(session)) == 2


def test_asking_again_before_confirming_counts_as_the_last(client: CheckedClient, session: Session) -> None:
    for rhythm in ("weekly", "daily"):
        client.post("/suchen/merken", data={**FORM, "rhythm": rhythm})
    (row,) = rows(session)
    assert row.rhythm is Rhythm.DAILY
    assert len(mails(session, "confirm-search")) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "keine adresse"}, "email"),
        ({"email": ""}, "email"),
        ({"rhythm": "hourly"}, "rhythm"),
        ({"rhythm": ""}, "rhythm"),
        ({"weekday": "9"}, "weekday"),
        ({"weekday": "x"}, "weekday"),
        ({"email": "a\0b@example.org\r\nBcc: x@example.org"}, "email"),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_bad_input_is_told_beside_its_field(
    client: CheckedClient, session: Session, wrong: dict[str, str], field: str, language: str
) -> None:
    response = client.post(f"{SEARCH}&lang={language}", data={**FORM, **wrong})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert f'id="{field}-error"' in page
    assert "vorlesen" in page
    assert ('<html lang="en"' in page) is (language == "en")
    assert rows(session) == []


def test_a_search_that_nobody_understands_goes_back_to_its_page(client: CheckedClient) -> None:
    response = client.get("/suchen/merken?plz=99999&q=x")
    assert (response.status_code, urlsplit(response.location).path) == (303, "/angebote")


def test_robots_are_thanked_and_forgotten(client: CheckedClient, session: Session) -> None:
    response = client.post("/suchen/merken", data={**FORM, "website_url": "http://x.example"})
    assert response.status_code == 303
    assert rows(session) == []


def test_one_address_and_one_network_are_limited(client: CheckedClient, session: Session) -> None:
    codes = [client.post(f"/suchen/merken?q={number}", data=FORM).status_code for number in range(6)]
    assert codes == [303] * 5 + [429]
    codes = [
        client.post("/suchen/merken", data={**FORM, "email": f"a{number}@example.org"}).status_code
        for number in range(20)
    ]
    assert 429 in codes
    assert len(rows(session)) <= 20


def test_mail_scanners_change_nothing(client: CheckedClient, app: Flask, session: Session, saved: SavedSearch) -> None:
    waiting = make_search(session, "neu@example.org", confirmed=False)
    session.commit()
    token = token_of(app, saved)
    paths = [f"/suchen/bestaetigen/{token_of(app, waiting, Purpose.CONFIRM_SEARCH)}"]
    paths += [f"/suchen/{token}", f"/suchen/{token}/abbestellen", f"/suchen/{token}?tun=pausieren"]
    for path in paths:
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert [(row.confirmed_at is None, row.paused_at) for row in rows(session)] == [(False, None), (True, None)]


def test_one_click_of_a_mail_program(client: CheckedClient, app: Flask, session: Session, saved: SavedSearch) -> None:
    path = f"/suchen/{token_of(app, saved)}/abbestellen"
    foreign = {"Origin": "https://webmail.example", "Sec-Fetch-Site": "cross-site"}
    for _ in ("once", "and again"):
        response = client.post(path, data=ONE_CLICK, headers=foreign)
        assert (response.status_code, response.data) == (200, b"")
        assert "Set-Cookie" not in response.headers
    assert rows(session) == []
    assert client.get(path).status_code == 410


def test_a_multipart_form_is_taken_too(client: CheckedClient, app: Flask, session: Session, saved: SavedSearch) -> None:
    path = f"/suchen/{token_of(app, saved)}/abbestellen?lang=de"
    response = client.post(path, data=ONE_CLICK, content_type="multipart/form-data")
    assert response.status_code == 200
    assert rows(session) == []


def test_the_button_of_the_page_ends_it_too(
    client: CheckedClient, app: Flask, session: Session, saved: SavedSearch
) -> None:
    path = f"/suchen/{token_of(app, saved)}/abbestellen"
    assert client.get(path).get_data(as_text=True).count("<form") >= 1
    response = client.post(path)
    assert (response.status_code, response.location) == (303, "/suchen/beendet")
    assert client.get(response.location).status_code == 200
    assert rows(session) == []


def test_one_click_only_pauses_what_belongs_to_an_account(client: CheckedClient, app: Flask, session: Session) -> None:
    row = make_search(session, account_id=make_account(session).id)
    session.commit()
    assert client.post(f"/suchen/{token_of(app, row)}/abbestellen", data=ONE_CLICK).status_code == 200
    (kept,) = rows(session)
    assert kept.paused_at


def test_forged_old_and_foreign_links(client: CheckedClient, app: Flask, session: Session, saved: SavedSearch) -> None:
    signer = app.extensions["engagement"].signer
    session.rollback()
    wrong = [
        "irgendwas",
        token_of(app, saved)[:-1],
        token_of(app, saved, Purpose.CONFIRM_SEARCH),
        signer.sign(Purpose.MANAGE_SEARCH, saved.tenant_id + 1, saved.id),
        signer.sign(Purpose.FOLLOW_APPLICATION, saved.tenant_id, saved.id),
    ]
    for token in wrong:
        for path in (f"/suchen/{token}", f"/suchen/{token}/abbestellen"):
            assert client.get(path).status_code == 404
            assert client.post(path, data=ONE_CLICK).status_code == 404
    assert client.get(f"/suchen/bestaetigen/{token_of(app, saved)}").status_code == 404
    assert len(rows(session)) == 1


def test_links_have_an_end(
    client: CheckedClient, app: Flask, session: Session, saved: SavedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = make_search(session, "neu@example.org", confirmed=False)
    session.commit()
    paths = [
        f"/suchen/bestaetigen/{token_of(app, waiting, Purpose.CONFIRM_SEARCH)}",
        f"/suchen/{token_of(app, saved)}",
        f"/suchen/{token_of(app, saved)}/abbestellen",
    ]
    monkeypatch.setattr(links, "CONFIRM_WITHIN", timedelta(seconds=-1))
    monkeypatch.setattr(links, "MANAGE_WITHIN", timedelta(seconds=-1))
    assert [client.get(path).status_code for path in paths] == [410, 410, 410]
    assert client.post(paths[0]).status_code == 410
    assert client.post(paths[1], data={"tun": "pausieren"}).status_code == 410
    assert [(row.confirmed_at is None, row.paused_at) for row in rows(session)] == [(False, None), (True, None)]


def test_changing_pausing_going_on(client: CheckedClient, app: Flask, session: Session, saved: SavedSearch) -> None:
    path = f"/suchen/{token_of(app, saved)}"
    for form, expected in (
        ({"tun": "speichern", "rhythm": "weekly", "weekday": "0"}, (Rhythm.WEEKLY, 0, False)),
        ({"tun": "pausieren"}, (Rhythm.WEEKLY, 0, True)),
        ({"tun": "weiter"}, (Rhythm.WEEKLY, 0, False)),
        ({"tun": "behalten"}, (Rhythm.WEEKLY, 0, False)),
        ({"rhythm": "daily", "weekday": "6"}, (Rhythm.DAILY, 6, False)),
    ):
        response = client.post(path, data=form)
        assert response.status_code == 303
        assert 'role="status"' in client.get(response.location).get_data(as_text=True)
        (row,) = rows(session)
        assert (row.rhythm, row.weekday, row.paused_at is not None) == expected
        session.rollback()
    assert client.post(path, data={"rhythm": "x"}).status_code == 422
    assert client.post(path, data={"tun": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_after_a_year_one_click_keeps_it(
    client: CheckedClient, app: Flask, session: Session, saved: SavedSearch
) -> None:
    saved.asked_at = now()
    session.commit()
    path = f"/suchen/{token_of(app, saved)}"
    assert 'value="behalten"' in client.get(path).get_data(as_text=True)
    client.post(path, data={"tun": "behalten"})
    assert 'value="behalten"' not in client.get(path).get_data(as_text=True)


def test_the_page_shows_what_the_same_address_has_besides(
    client: CheckedClient, app: Flask, session: Session, saved: SavedSearch
) -> None:
    make_search(session, query=SearchQuery(text="a"), label="Die andere")
    make_search(session, "fremd@example.org", label="Eine fremde")
    session.commit()
    page = client.get(f"/suchen/{token_of(app, saved)}").get_data(as_text=True)
    assert "Die andere" in page
    assert "Eine fremde" not in page


class TestWithAnAccount:
    def test_saving_listing_and_deleting(self, client: CheckedClient, session: Session) -> None:
        account = make_account(session)
        session.commit()
        sign_in(client, account)
        assert "noch keine Suche" in client.get("/konto/suchen").get_data(as_text=True)
        page = client.get(SEARCH).get_data(as_text=True)
        assert 'name="email"' not in page[page.index("<main") :]
        response = client.post(SEARCH, data={"rhythm": "daily", "weekday": "0"})
        assert (response.status_code, response.location) == (303, "/konto/suchen")
        assert "5 km um 75015" in client.get("/konto/suchen").get_data(as_text=True)
        (row,) = rows(session)
        assert (row.account_id, row.email) == (account.id, "")
        assert row.confirmed_at
        assert mails(session) == []
        session.rollback()
        path = f"/konto/suchen/{row.id}"
        assert client.get(path).status_code == 200
        assert client.post(path, data={"tun": "pausieren"}).status_code == 303
        assert client.get(f"{path}/loeschen").status_code == 200
        assert client.post(f"{path}/loeschen").status_code == 303
        assert rows(session) == []

    def test_somebody_elses_is_not_there(self, client: CheckedClient, session: Session) -> None:
        theirs = make_search(session, account_id=make_account(session).id)
        by_address = make_search(session)
        somebody = make_account(session)
        session.commit()
        sign_in(client, somebody)
        for row in (theirs, by_address):
            for path in (f"/konto/suchen/{row.id}", f"/konto/suchen/{row.id}/loeschen"):
                assert client.get(path).status_code == 404
                assert client.post(path, data={"tun": "pausieren"}).status_code == 404

    def test_too_many_are_refused_with_a_reason(self, client: CheckedClient, session: Session) -> None:
        account = make_account(session)
        session.commit()
        sign_in(client, account)
        codes = [
            client.post(f"/suchen/merken?q=wunsch{number}", data={"rhythm": "daily", "weekday": "0"}).status_code
            for number in range(service.MOST_SEARCHES + 1)
        ]
        assert codes == [303] * service.MOST_SEARCHES + [409]


def test_switched_off_nobody_can_save_but_everybody_can_end(
    client: CheckedClient, app: Flask, session: Session, saved: SavedSearch
) -> None:
    decide(session, modules=frozenset(Module) - {Module.ALERTS})
    assert client.get("/suchen/merken").status_code == 404
    assert client.post("/suchen/merken", data=FORM).status_code == 404
    assert "/suchen/merken" not in client.get("/angebote?q=nichts").get_data(as_text=True)
    path = f"/suchen/{token_of(app, saved)}"
    assert "abgeschaltet" in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/abbestellen", data=ONE_CLICK).status_code == 200
    assert rows(session) == []


def test_the_privacy_policy_speaks_of_it_where_it_is_switched_on(client: CheckedClient, session: Session) -> None:
    assert "Wenn Sie sich eine Suche merken lassen" in client.get("/datenschutz").get_data(as_text=True)
    assert "Saved search" in client.get("/datenschutz?lang=en").get_data(as_text=True)
    decide(session, modules=frozenset(Module) - {Module.ALERTS})
    assert "Suche merken" not in client.get("/datenschutz").get_data(as_text=True)
    assert "Saved search" not in client.get("/datenschutz?lang=en").get_data(as_text=True)


def test_lists_offer_it_once_and_the_home_page_does_not(client: CheckedClient, session: Session) -> None:
    make_entry(session, title="Vorlesen", taster=True)
    session.commit()
    assert "/suchen/merken" not in client.get("/").get_data(as_text=True)
    for query in ("q=xyzzy", "q=vorlesen&amp;schnuppern=1"):
        page = client.get(f"/angebote?{unescape(query)}").get_data(as_text=True)
        assert page.count("/suchen/merken") == page.count(f"/suchen/merken?{query}") == 1
        assert ('class="empty"' in page) is (query == "q=xyzzy")
