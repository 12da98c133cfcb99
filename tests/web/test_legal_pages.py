"""Legal pages in the browser of visitors, and in the municipality's workspace."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.legal import queries
from engagement.legal.facts import Facts
from engagement.legal.kinds import LegalPage
from engagement.legal.service import Place, save_text, set_facts
from tests.factories.people import make_account, sign_in
from tests.support.pages import CheckedClient

PAGES = [page.value for page in LegalPage if page is not LegalPage.RULES]
AT = "/verwaltung/texte/impressum/de"
IMPRINT = Place(LegalPage.IMPRINT, "de")
USUAL = {"conformance": "partial", "assessment": "self"}


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    made = make_account(session, name="Martina Vogt", staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)
    return made


def page(client: CheckedClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


class TestVisitors:
    @pytest.mark.parametrize("address", PAGES)
    @pytest.mark.parametrize("language", ["de", "en"])
    def test_a_town_that_has_said_nothing_shows_whole_pages(
        self, client: CheckedClient, address: str, language: str
    ) -> None:
        html = page(client, f"/{address}?lang={language}")
        main = html.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"\{\{|\}\}|Bitte ergänzen|Please add", main)
        assert len(re.sub(r"<[^>]+>", "", main)) > 400

    def test_facts_are_shown_and_cannot_break_the_page(self, client: CheckedClient, session: Session) -> None:
        set_facts(session, Facts(official_name="Stadt *Bretten* <b>", represented_by="Max Muster", vat_id="DE1"))
        session.commit()
        html = page(client, "/impressum")
        assert "Stadt *Bretten* &lt;b&gt;" in html
        assert "vertreten durch Max Muster" in html
        assert "DE1" in html

    def test_a_translation_says_that_the_german_text_counts(self, client: CheckedClient) -> None:
        assert "The German version counts." in page(client, "/datenschutz?lang=en")
        assert "Maßgeblich ist" not in page(client, "/datenschutz")

    def test_an_own_german_text_is_shown_and_named_as_german(self, client: CheckedClient, session: Session) -> None:
        save_text(session, IMPRINT, "Unser Text")
        session.commit()
        html = page(client, "/impressum?lang=en")
        assert "This page is only available in German." in html
        assert re.search(r'<article[^>]*lang="de"', html)

    def test_house_rules_are_a_page_only_if_the_town_wants_them(
        self, client: CheckedClient, admin: Account, app: Flask
    ) -> None:
        assert "/spielregeln" not in page(client, "/")
        page(client, "/spielregeln", 404)
        assert client.post("/verwaltung/texte/spielregeln/zeigen", data={"show": "1"}).status_code == 303
        assert 'href="/spielregeln"' in page(client, "/")
        assert "Spielregeln" in page(client, "/spielregeln")
        client.post("/verwaltung/texte/spielregeln/zeigen", data={"show": "0"})
        page(client, "/spielregeln", 404)

    def test_no_other_town_is_named(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            set_facts(other, Facts(official_name="Stadt Ettlingen"))
            save_text(other, IMPRINT, "Text aus Ettlingen")
            other.commit()
        assert [name for name in PAGES if "Ettlingen" in page(client, f"/{name}")] == []


class TestList:
    def test_it_names_what_is_missing(self, client: CheckedClient, session: Session, admin: Account) -> None:
        html = page(client, "/verwaltung/texte")
        for words in ("Impressum", "Datenschutzerklärung", "Wer die Server betreibt", "Vertreten durch", "Vorlage"):
            assert words in html
        set_facts(session, Facts(represented_by="Max Muster"))
        session.commit()
        assert "Vertreten durch" not in page(client, "/verwaltung/texte")

    def test_it_says_whose_words_a_page_speaks(self, client: CheckedClient, session: Session, admin: Account) -> None:
        client.post(f"{AT}/bearbeiten", data={"body": "Unser Text", "seen": "0"})
        html = page(client, "/verwaltung/texte")
        assert "eigener Text" in html
        assert "Fassung 1 vom" in html
        assert "von Martina Vogt" in html


class TestWriting:
    def test_one_begins_with_the_template(self, client: CheckedClient, admin: Account) -> None:
        html = page(client, f"{AT}/bearbeiten")
        assert "Digitale-Dienste-Gesetzes" in html
        assert "{{represented_by}}" in html
        assert "{{#if" not in html

    def test_a_preview_shows_the_page_and_saves_nothing(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        typed = {"body": "## Neu\r\n\r\nTelefon: {{phone}}", "note": "neu", "seen": "0"}
        response = client.post(f"{AT}/bearbeiten", data={**typed, "do": "preview"})
        html = response.get_data(as_text=True)
        assert response.status_code == 200
        assert "<h2>Neu</h2>" in html
        assert "<mark>[Bitte ergänzen: Telefon]</mark>" in html
        assert queries.versions_of(session, LegalPage.IMPRINT, "de") == []
        back = client.post(f"{AT}/bearbeiten", data={**typed, "do": "edit"}).get_data(as_text=True)
        assert "Telefon: {{phone}}" in back

    def test_saving_shows_it_to_everybody(self, client: CheckedClient, session: Session, admin: Account) -> None:
        response = client.post(
            f"{AT}/bearbeiten", data={"body": "## Neu\r\n\r\nUnser Text", "note": "neu", "seen": "0", "do": "save"}
        )
        assert (response.status_code, response.location) == (303, AT)
        assert "Der neue Text ist jetzt öffentlich." in page(client, AT)
        assert "Unser Text" in page(client, "/impressum")
        (version,) = queries.versions_of(session, LegalPage.IMPRINT, "de")
        assert (version.body, version.author) == ("## Neu\n\nUnser Text\n", "Martina Vogt")

    @pytest.mark.parametrize(
        ("body", "message"),
        [("", "Bitte füllen Sie dieses Feld aus."), ("{{falsch}} Wort", "{{falsch}}"), ("{{#if phone}}", "Bedingung")],
    )
    def test_what_is_wrong_is_said_and_kept(
        self, client: CheckedClient, admin: Account, body: str, message: str
    ) -> None:
        for do in ("save", "preview"):
            response = client.post(f"{AT}/bearbeiten", data={"body": body, "note": "kurz", "seen": "0", "do": do})
            html = response.get_data(as_text=True)
            assert response.status_code == 422
            assert message in html
            assert body in html
            assert 'value="kurz"' in html

    def test_nobody_overwrites_a_colleague_without_knowing(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        save_text(session, IMPRINT, "Von Kollegin")
        session.commit()
        response = client.post(f"{AT}/bearbeiten", data={"body": "Von mir", "seen": "0", "do": "save"})
        html = response.get_data(as_text=True)
        assert response.status_code == 409
        assert "Inzwischen hat jemand anderes" in html
        assert "Von mir" in html
        assert 'name="seen" type="hidden" value="1"' in html
        assert client.post(f"{AT}/bearbeiten", data={"body": "Von mir", "seen": "1", "do": "save"}).status_code == 303


class TestVersions:
    @pytest.fixture(autouse=True)
    def _two(self, session: Session, admin: Account) -> None:
        save_text(session, IMPRINT, "Bretten sucht Menschen, die helfen.", note="Anfang")
        save_text(session, IMPRINT, "Bretten sucht Leute, die helfen.")
        session.commit()

    def test_they_are_listed_and_shown_in_their_real_look(self, client: CheckedClient) -> None:
        html = page(client, AT)
        assert html.index("Fassung 2") < html.index("Fassung 1")
        assert "Anfang" in html
        shown = page(client, f"{AT}/fassungen/1")
        assert "Bretten sucht Menschen" in shown
        assert "Diese Fassung wieder zeigen" in shown
        assert "Diese Fassung wieder zeigen" not in page(client, f"{AT}/fassungen/2")
        assert "Digitale-Dienste-Gesetzes" in page(client, f"{AT}/fassungen/0")

    def test_one_is_restored(self, client: CheckedClient, session: Session) -> None:
        assert client.post(f"{AT}/fassungen/1/wiederherstellen").status_code == 303
        assert "Bretten sucht Menschen" in page(client, "/impressum")
        assert len(queries.versions_of(session, LegalPage.IMPRINT, "de")) == 3

    def test_differences_can_be_seen_without_colours(self, client: CheckedClient) -> None:
        html = page(client, f"{AT}/vergleich?von=1&mit=2")
        assert re.search(r"<del>.*nur in der älteren.*Menschen,.*</del>", html)
        assert re.search(r"<ins>.*nur in der neueren.*Leute,.*</ins>", html)
        assert "Beide sagen dasselbe." in page(client, f"{AT}/vergleich?von=1&mit=1")
        assert "Digitale-Dienste-Gesetzes" in page(client, f"{AT}/vergleich?von=2&mit=0")
        assert page(client, f"{AT}/vergleich?von=x&mit=")

    def test_the_template_comes_back_after_a_question(self, client: CheckedClient) -> None:
        assert "wieder die Vorlage nutzen?" in page(client, f"{AT}/vorlage")
        assert client.post(f"{AT}/vorlage").status_code == 303
        assert "Digitale-Dienste-Gesetzes" in page(client, "/impressum")

    @pytest.mark.parametrize(
        "address",
        ["/verwaltung/texte/nichts/de", "/verwaltung/texte/impressum/fr", f"{AT}/fassungen/9", f"{AT}/vergleich?von=9"],
    )
    def test_what_is_not_there_is_not_found(self, client: CheckedClient, address: str) -> None:
        page(client, address, 404)
        if "fassungen" in address:
            assert client.post(f"{address}/wiederherstellen").status_code == 404


class TestFacts:
    ADDRESS = "/verwaltung/texte/angaben"

    def test_they_are_saved_as_far_as_they_are_known(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        sent = {**USUAL, "official_name": "Stadt Bretten", "federal_state": "BW", "assessed_on": "2026-05-04",
                "known_barriers": "eins\r\nzwei", "sign_language_video": "video.bretten.example/dgs"}  # fmt: skip
        assert client.post(self.ADDRESS, data=sent).status_code == 303
        found = queries.load_facts(session)
        assert found.known_barriers == "eins\nzwei"
        assert found.sign_language_video == "https://video.bretten.example/dgs"
        html = page(client, "/barrierefreiheit")
        assert "4. Mai 2026" in html
        assert "Landeszentrum Barrierefreiheit" in html
        assert "<li>zwei</li>" in html
        assert 'value="Stadt Bretten"' in page(client, self.ADDRESS)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("postcode", "7501"), ("email", "keine"), ("phone", "ruf an"), ("federal_state", "XX"),
         ("assessed_on", "gestern"), ("conformance", "ganz"), ("enforcement_website", "kein netz"),
         ("known_barriers", "x" * 4001)],
    )  # fmt: skip
    def test_what_is_wrong_is_said_beside_its_field_and_kept(
        self, client: CheckedClient, session: Session, admin: Account, field: str, value: str
    ) -> None:
        response = client.post(self.ADDRESS, data={**USUAL, "official_name": "Stadt Bretten", field: value})
        html = response.get_data(as_text=True)
        assert response.status_code == 422
        assert f'id="{field}-error"' in html
        assert 'value="Stadt Bretten"' in html
        assert queries.load_facts(session) == Facts()


@pytest.mark.parametrize("address", ["/verwaltung/texte", AT, f"{AT}/bearbeiten", "/verwaltung/texte/angaben"])
def test_moderators_do_not_write_legal_texts(client: CheckedClient, session: Session, address: str) -> None:
    made = make_account(session, staff=Role.MODERATOR)
    session.commit()
    sign_in(client, made)
    page(client, address, 404)
