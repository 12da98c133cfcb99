"""The settings: each section is shown, checked, saved, and holds at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from ipaddress import ip_network

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import AuditRecord
from engagement.kernel.permissions import Role
from engagement.mail.models import MailAccount
from engagement.mail.queries import own_server
from engagement.tenancy.models import Tenant
from engagement.tenancy.queries import own_tenant
from engagement.tenancy.settings import AnswerTimes, ModerationPolicy, Module, Retention
from engagement.tenancy.tiles import TileServer
from tests.factories.people import make_account, sign_in
from tests.support.mailserver import Mailbox, free_port, mail_server
from tests.support.pages import CheckedClient

SETTINGS = "/verwaltung/einstellungen"
ANSWERS = {"days_to_look": "1", "days_to_call": "5", "days_to_worry": "60"}
SERVER = f"{SETTINGS}/mailserver"
MAP = {
    "template": "https://tiles.bretten.example/{z}/{x}/{y}.png",
    "operator": "Stadt Bretten",
    "privacy_url": "https://www.bretten.example/datenschutz",
    "attribution": "© Stadt Bretten",
    "licence_url": "",
    "max_zoom": "18",
}


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    made = make_account(session, name="Martina Vogt", email="martina@example.org", staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)
    return made


@pytest.fixture
def loopback_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation lets towns name a mail server on this machine."""
    kit = app.extensions["engagement"]
    opened = kit.settings.model_copy(update={"private_mail_networks": (ip_network("127.0.0.0/8"),)})
    monkeypatch.setitem(app.extensions, "engagement", replace(kit, settings=opened))


def tenant(session: Session) -> Tenant:
    session.rollback()
    session.expire_all()
    found = session.get(Tenant, own_tenant(session).id)
    assert found is not None
    return found


def save(client: CheckedClient, section: str, data: dict[str, object]) -> int:
    return client.post(f"{SETTINGS}/{section}", data=data).status_code


class TestSections:
    def test_the_overview_says_what_is_set(self, client: CheckedClient, admin: Account) -> None:
        page = client.get(SETTINGS).get_data(as_text=True)
        for words in ("Deutsch, Englisch", "engagement@bretten.example", "keiner; unser Mailserver", "24 Monate"):
            assert words in page
        assert "German, English" in client.get(f"{SETTINGS}?lang=en").get_data(as_text=True)

    @pytest.mark.parametrize(
        "section",
        ["sprachen", "kontakt", "e-mail", "freigabe", "antworten", "fristen", "bereiche", "karte", "mailserver"],
    )
    def test_each_shows_what_is_set_and_saves_it_unchanged(
        self, client: CheckedClient, session: Session, admin: Account, section: str
    ) -> None:
        response = client.get(f"{SETTINGS}/{section}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"

    def test_an_unknown_one_is_not_found(self, client: CheckedClient, admin: Account) -> None:
        assert client.get(f"{SETTINGS}/unsinn").status_code == 404

    def test_languages_hold_at_once_and_german_always(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        assert ">English<" in client.get("/").get_data(as_text=True)
        assert save(client, "sprachen", {}) == 303
        assert tenant(session).languages == ["de"]
        assert ">English<" not in client.get("/").get_data(as_text=True)
        assert save(client, "sprachen", {"languages": ["xx"]}) == 422
        assert save(client, "sprachen", {"languages": ["en"]}) == 303
        assert tenant(session).languages == ["de", "en"]

    def test_contact(self, client: CheckedClient, session: Session, admin: Account) -> None:
        data = {"contact_email": "ehrenamt@bretten.example", "postal_address": "Untere Kirchgasse 9\r\n75015 Bretten"}
        assert save(client, "kontakt", data) == 303
        assert tenant(session).postal_address == "Untere Kirchgasse 9, 75015 Bretten"
        assert save(client, "kontakt", {"contact_email": "keine"}) == 422

    def test_sender(self, client: CheckedClient, session: Session, admin: Account) -> None:
        data = {"sender_name": "Stadt Bretten", "mail_from": "", "reply_to": "ehrenamt@bretten.example"}
        assert save(client, "e-mail", data) == 303
        settings = own_tenant(session).settings if tenant(session) else None
        assert settings is not None
        assert (settings.sender_name, settings.reply_to) == ("Stadt Bretten", "ehrenamt@bretten.example")
        client.post("/anmelden", data={"email": "niemand@example.org", "way": "link"})
        from tests.factories.applications import mails  # noqa: PLC0415

        session.rollback()
        (mail,) = mails(session, "no-account")
        assert (mail.from_name, mail.from_address, mail.reply_to) == (
            "Stadt Bretten",
            "noreply@example.org",
            "ehrenamt@bretten.example",
        )

    def test_a_sender_of_a_domain_that_the_server_may_not_send_for(
        self, app: Flask, client: CheckedClient, session: Session, admin: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kit = app.extensions["engagement"]
        limited = kit.settings.model_copy(update={"sender_domains": ("bretten.example",)})
        monkeypatch.setitem(app.extensions, "engagement", replace(kit, settings=limited))
        response = client.post(f"{SETTINGS}/e-mail", data={"mail_from": "rathaus@ettlingen.example"})
        assert response.status_code == 422
        assert "nur für diese Domains senden: bretten.example" in response.get_data(as_text=True)
        assert 'value="rathaus@ettlingen.example"' in response.get_data(as_text=True)
        assert save(client, "e-mail", {"mail_from": "rathaus@Bretten.example"}) == 303

    def test_moderation(self, client: CheckedClient, session: Session, admin: Account) -> None:
        assert save(client, "freigabe", {"moderation": "review_all"}) == 303
        tenant(session)
        assert own_tenant(session).settings.moderation is ModerationPolicy.REVIEW_ALL
        assert save(client, "freigabe", {"moderation": "unsinn"}) == 422

    def test_periods(self, client: CheckedClient, session: Session, admin: Account) -> None:
        data = {"closed_application_months": "3", "mail_days": "14", "audit_months": "12"}
        assert save(client, "fristen", data) == 303
        tenant(session)
        expected = Retention(closed_application_months=3, mail_days=14, audit_months=12)
        assert own_tenant(session).settings.retention == expected

    @pytest.mark.parametrize("value", ["5", "121", "-6", "6,5", "sechs", "", "٦", "1" * 30])
    def test_a_period_out_of_bounds(self, client: CheckedClient, admin: Account, value: str) -> None:
        data = {"closed_application_months": "6", "mail_days": "30", "audit_months": value}
        response = client.post(f"{SETTINGS}/fristen", data=data)
        assert response.status_code == 422
        assert f'value="{value}"' in response.get_data(as_text=True)

    def test_days_until_an_answer_is_late(self, client: CheckedClient, session: Session, admin: Account) -> None:
        assert save(client, "antworten", ANSWERS) == 303
        tenant(session)
        assert own_tenant(session).settings.answers == AnswerTimes(days_to_look=1, days_to_call=5, days_to_worry=60)
        assert "nach 1, 5 und 60 Tagen" in client.get(SETTINGS).get_data(as_text=True)
        assert "Tage, bis eine fehlende Antwort dringend ist" in client.get("/verwaltung/protokoll").get_data(True)

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("days_to_look", "0", "ganze Zahl von 1 bis 58"),
            ("days_to_look", "drei", "ganze Zahl von 1 bis 58"),
            ("days_to_call", "1", "ganze Zahl von 2 bis 59"),
            ("days_to_call", "60", "ganze Zahl von 2 bis 59"),
            ("days_to_look", "5", "mehr Tage als im Feld davor"),
            ("days_to_worry", "5", "mehr Tage als im Feld davor"),
            ("days_to_worry", "61", "ganze Zahl von 3 bis 60"),
            ("days_to_worry", "", "Bitte füllen Sie dieses Feld aus."),
        ],
    )
    def test_days_that_cannot_be_right_are_kept_as_typed(
        self, client: CheckedClient, admin: Account, field: str, value: str, problem: str
    ) -> None:
        response = client.post(f"{SETTINGS}/antworten", data={**ANSWERS, field: value})
        assert response.status_code == 422
        page = response.get_data(as_text=True)
        assert problem in page
        assert f'value="{value}"' in page

    def test_modules(self, client: CheckedClient, session: Session, admin: Account) -> None:
        assert save(client, "bereiche", {"modules": ["accounts", "reports"]}) == 303
        tenant(session)
        assert own_tenant(session).settings.modules == {Module.ACCOUNTS, Module.REPORTS}
        assert client.get("/registrieren/verein").status_code == 404
        assert save(client, "bereiche", {}) == 303

    def test_the_map_has_another_server(self, client: CheckedClient, session: Session, admin: Account) -> None:
        assert "Bundesamt für Kartographie und Geodäsie · sgx.geodatenzentrum.de" in client.get(SETTINGS).get_data(True)
        assert save(client, "karte", MAP) == 303
        tenant(session)
        tiles = own_tenant(session).settings.tiles
        assert (tiles.host, tiles.operator, tiles.max_zoom) == ("tiles.bretten.example", "Stadt Bretten", 18)
        assert "Stadt Bretten · tiles.bretten.example" in client.get(SETTINGS).get_data(as_text=True)
        log = client.get("/verwaltung/protokoll").get_data(as_text=True)
        assert "Adresse der Kartenbilder" in log
        assert "tiles." not in re.sub(r"https://tiles\.", "", log), "no names of the code"

    def test_an_empty_form_of_the_map_means_the_usual_server(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        assert save(client, "karte", MAP) == 303
        assert save(client, "karte", dict.fromkeys(MAP, " ")) == 303
        tenant(session)
        assert own_tenant(session).settings.tiles == TileServer()

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("template", "http://tiles.bretten.example/{z}/{x}/{y}.png", "muss mit https:// beginnen"),
            ("template", "https://tiles.bretten.example/{z}/{x}.png", "braucht {z}, {x}, {y}"),
            ("template", "https://tiles.bretten.example; script-src */{z}/{x}/{y}", "kein Name eines Servers"),
            ("template", "https://a:b@tiles.bretten.example/{z}/{x}/{y}", "keinen Benutzernamen"),
            ("template", "", "Bitte füllen Sie dieses Feld aus."),
            ("operator", "", "Bitte füllen Sie dieses Feld aus."),
            ("operator", "x" * 201, "auf 200 Zeichen"),
            ("attribution", " ", "Bitte füllen Sie dieses Feld aus."),
            ("privacy_url", "javascript:alert(1)", "muss mit https:// beginnen"),
            ("licence_url", "https://ein server/", "kein Name eines Servers"),
            ("max_zoom", "23", "ganze Zahl von 10 bis 22"),
            ("max_zoom", "", "Bitte füllen Sie dieses Feld aus."),
        ],
    )
    def test_a_map_server_that_cannot_be_right_is_kept_as_typed(
        self, client: CheckedClient, session: Session, admin: Account, field: str, value: str, problem: str
    ) -> None:
        response = client.post(f"{SETTINGS}/karte", data={**MAP, field: value})
        assert response.status_code == 422
        page = unescape(response.get_data(as_text=True))
        assert problem in page
        assert f'name="{field}"' in page
        assert f'value="{value.strip() if field != "max_zoom" else value}"' in page
        tenant(session)
        assert own_tenant(session).settings.tiles == TileServer()

    def test_who_switched_the_map_off_is_told_where_it_is_switched_on(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        assert "Die Karte ist abgeschaltet" not in client.get(f"{SETTINGS}/karte").get_data(as_text=True)
        assert save(client, "bereiche", {"modules": ["accounts"]}) == 303
        page = client.get(f"{SETTINGS}/karte").get_data(as_text=True)
        assert "Die Karte ist abgeschaltet" in page
        assert "/verwaltung/einstellungen/bereiche" in page
        assert f"1 von {len(Module)} eingeschaltet" in client.get(SETTINGS).get_data(as_text=True)

    def test_what_somebody_else_saved_meanwhile_stays(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        """This process remembers a town for half a minute; another one has changed it since."""
        client.get("/")
        row = tenant(session)
        row.settings = {**row.settings, "reply_to": "neu@bretten.example"}
        session.commit()
        assert "neu@bretten.example" in client.get(f"{SETTINGS}/e-mail").get_data(as_text=True)
        assert save(client, "freigabe", {"moderation": "review_all"}) == 303
        tenant(session)
        settings = own_tenant(session).settings
        assert (settings.reply_to, settings.moderation) == ("neu@bretten.example", ModerationPolicy.REVIEW_ALL)


def typed(port: int, **values: str) -> dict[str, str]:
    return {"host": "127.0.0.1", "port": str(port), "security": "none", "login": "", "password": "", **values}


@pytest.mark.usefixtures("loopback_open")
class TestOwnServer:
    @pytest.fixture
    def running(self) -> Iterator[tuple[Mailbox, int]]:
        with mail_server() as started:
            yield started

    def test_saved_tried_out_and_removed(
        self, client: CheckedClient, session: Session, admin: Account, running: tuple[Mailbox, int]
    ) -> None:
        box, port = running
        assert client.post(SERVER, data=typed(port)).status_code == 303
        assert "noch keine E-Mail angenommen" in client.get(SERVER).get_data(as_text=True)
        assert client.post(f"{SERVER}/ausprobieren").status_code == 303
        assert [message["To"] for message in box.messages] == ["Martina Vogt <martina@example.org>"]
        page = client.get(SERVER).get_data(as_text=True)
        assert "Es funktioniert: Eine E-Mail an martina@example.org ist unterwegs." in page
        assert "hat er eine E-Mail angenommen" in page
        assert "auch das Passwort" in client.get(f"{SERVER}/entfernen").get_data(as_text=True)
        session.rollback()
        assert own_server(session)
        assert client.post(f"{SERVER}/entfernen").status_code == 303
        session.rollback()
        assert own_server(session) is None
        assert client.get(f"{SERVER}/entfernen").status_code == 303

    def test_the_servers_answer_is_told_in_plain_words_and_exactly(
        self, client: CheckedClient, session: Session, admin: Account, running: tuple[Mailbox, int]
    ) -> None:
        box, port = running
        box.answer_to_content = "554 5.7.1 looks like spam <to> me"
        client.post(SERVER, data=typed(port))
        client.post(f"{SERVER}/ausprobieren")
        page = client.get(SERVER).get_data(as_text=True)
        assert "Der Server hat die E-Mail nicht angenommen. Die genaue Antwort: 554 5.7.1 looks like spam" in page
        assert "nimmt unsere E-Mails nicht an, seit" in page
        assert "Ihr Mailserver nimmt unsere E-Mails nicht an" in client.get(SETTINGS).get_data(as_text=True)

    def test_a_server_that_is_not_there(self, client: CheckedClient, admin: Account) -> None:
        client.post(SERVER, data=typed(free_port()))
        client.post(f"{SERVER}/ausprobieren")
        assert "ist kein Server zu erreichen" in client.get(SERVER).get_data(as_text=True)

    def test_the_password_is_in_no_page_and_no_record(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        secret = "streng-geheim-42"
        refused = client.post(SERVER, data=typed(0, login="bretten", password=secret, host="kein host"))
        assert refused.status_code == 422
        assert secret not in refused.get_data(as_text=True)
        assert client.post(SERVER, data=typed(2525, login="bretten", password=secret)).status_code == 303
        for path in (SERVER, SETTINGS, "/verwaltung/protokoll", "/verwaltung/protokoll/export?format=csv"):
            assert secret not in client.get(path).get_data(as_text=True)
        session.rollback()
        rows = session.scalars(select(AuditRecord)).all()
        assert secret not in "".join(f"{row.before}{row.after}" for row in rows)
        assert secret.encode() not in (session.scalar(select(MailAccount.sealed_password)) or b"")
        assert client.post(SERVER, data=typed(2525, login="bretten")).status_code == 303
        other = client.post(SERVER, data=typed(2525, login="bretten", host="127.0.0.2"))
        assert other.status_code == 422
        assert "Bitte geben Sie das Passwort ein" in other.get_data(as_text=True)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"host": ""}, "Bitte füllen Sie dieses Feld aus"),
            ({"host": "a b"}, "sieht nicht nach dem Namen eines Servers aus"),
            ({"host": "mail.example.org"}, "muss verschlüsselt sein"),
            ({"security": ""}, "Bitte wählen Sie etwas aus"),
            ({"login": "bretten"}, "Bitte geben Sie das Passwort ein"),
        ],
    )
    def test_mistakes_are_pointed_out(
        self, client: CheckedClient, admin: Account, values: dict[str, str], words: str
    ) -> None:
        response = client.post(SERVER, data=typed(587, **values))
        assert (response.status_code, words in response.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize("port", ["22", "70000", "x", "-1", "٥٨٧"])
def test_a_port_where_no_mail_server_listens(client: CheckedClient, admin: Account, port: str) -> None:
    data = {**typed(0, host="mail.example.org", security="starttls"), "port": port}
    response = client.post(SERVER, data=data)
    assert response.status_code == 422
    assert "25, 465, 587, 2525" in response.get_data(as_text=True)


def test_a_private_target_is_refused_when_it_is_tried(client: CheckedClient, session: Session, admin: Account) -> None:
    with mail_server() as (box, _):
        client.post(SERVER, data=typed(587, security="starttls"))
        client.post(f"{SERVER}/ausprobieren")
        page = client.get(SERVER).get_data(as_text=True)
    assert "Mit diesem Server dürfen wir uns nicht verbinden." in page
    assert box.messages == []


class TestMistakes:
    def test_what_is_missing_is_listed_with_the_way_to_mend_it(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        row = tenant(session)
        row.contact_email, row.postal_address = "", ""
        session.commit()
        page = client.get(SETTINGS).get_data(as_text=True)
        assert "Es gibt keine Kontaktadresse." in page
        assert "Nur eine Person kann diese Seite verwalten." in page
        assert f'href="{SETTINGS}/kontakt"' in page
        assert 'href="/verwaltung/team"' in page

    def test_nothing_is_said_when_nothing_is_missing(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        make_account(session, staff=Role.ADMIN)
        session.commit()
        assert "Es fehlt noch etwas" not in client.get(SETTINGS).get_data(as_text=True)
