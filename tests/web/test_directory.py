"""The directory as visitors use it: search, filters, letters, what to do when nothing fits."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.tenancy.queries import load_vocabulary
from engagement.web.public.organisations import anchor
from tests.factories.catalogue import make_entry
from tests.factories.crowd import make_crowd
from tests.factories.neighbours import let_agree
from tests.factories.people import make_organisation
from tests.factories.profiles import give_profile
from tests.support.pages import CheckedClient
from tests.support.statements import watched

MOST_STATEMENTS = 6


def page(client: CheckedClient, address: str = "", **arguments: object) -> str:
    response = client.get(f"/organisationen{address}", **({"query_string": arguments} if arguments else {}))
    assert response.status_code == 200
    return response.get_data(as_text=True)


def found(html: str) -> list[str]:
    return re.findall(r'class="offer__title"><a [^>]*>([^<]*)<', html)


@pytest.fixture
def some(session: Session) -> None:
    words = load_vocabulary(session)
    kind, district, field = words.organisation_kinds[0], words.districts[1], words.categories[2]
    choir = make_organisation(session, "Chor der Müller", kind_id=kind.id, district_id=district.id)
    give_profile(session, choir, summary="Wir singen.", category_ids=(field.id,))
    make_entry(session, organisation_id=choir.id, taster=True)
    make_organisation(session, "Turnverein", description="Wir *turnen* & <b>springen</b>.")
    session.commit()


@pytest.mark.usefixtures("some")
class TestList:
    def test_a_card_says_who_what_where_and_how_many_offers(self, session: Session, client: CheckedClient) -> None:
        words, html = load_vocabulary(session), page(client)
        assert found(html) == ["Chor der Müller", "Turnverein"]
        for told in (
            "Wir singen.",
            words.organisation_kinds[0].name,
            words.districts[1].name,
            words.categories[2].name,
        ):
            assert told in html
        assert "1 Angebot</span>" in html
        assert "Wir turnen &amp; springen." in html or "Wir turnen &amp; &lt;b&gt;springen" in html

    def test_spelling_is_forgiven(self, client: CheckedClient) -> None:
        assert found(page(client, q="mueler")) == ["Chor der Müller"]
        assert found(page(client, q="TURNVEREIEN")) == ["Turnverein"]

    def test_every_filter_narrows_and_becomes_a_chip(self, session: Session, client: CheckedClient) -> None:
        words = load_vocabulary(session)
        asked = {
            "art": words.organisation_kinds[0].slug,
            "ortsteil": words.districts[1].slug,
            "kategorie": words.categories[2].slug,
            "angebote": "1",
            "schnuppern": "1",
        }
        for name, value in asked.items():
            html = page(client, **{name: value})
            assert found(html) == ["Chor der Müller"]
            assert f'name="{name}" value="{value}" checked' in html
            assert html.count('class="chip"') == 1
        everything = page(client, **asked, q="chor", sortierung="aktiv")
        assert everything.count('class="chip"') == 6
        assert 'href="/organisationen?' in everything

    def test_choices_say_how_many_organisations_they_leave(self, session: Session, client: CheckedClient) -> None:
        kind = load_vocabulary(session).organisation_kinds[0]
        html = page(client)
        label = html.split(f'for="art-{kind.slug}"')[1].split("</label>")[0]
        assert f'{kind.name}<span class="choice__count"><span class="hidden">, 1 Organisation</span>' in label

    def test_it_speaks_english(self, client: CheckedClient) -> None:
        html = page(client, q="e", lang="en")
        assert "Best match" in html
        assert "By name" in page(client, lang="en")
        assert "1 offer now" in html
        assert 'name="lang" value="en"' in html
        assert "No organisation fits" in page(client, q="gibtesnicht", lang="en")

    @pytest.mark.parametrize("broken", ["%00", "%FF%FE", "'%20OR%201=1--", "%25%25", "%5C", "a" * 3000, "e v"])
    def test_no_argument_breaks_the_page(self, client: CheckedClient, broken: str) -> None:
        for name in ("q", "art", "ortsteil", "kategorie", "angebote", "schnuppern", "sortierung", "seite"):
            assert client.get(f"/organisationen?{name}={broken}").status_code == 200

    def test_who_is_missing_is_shown_where_to_enter(self, client: CheckedClient) -> None:
        assert "/registrieren/verein" in page(client)


@pytest.mark.usefixtures("some")
class TestNothing:
    def test_it_says_what_to_leave_out(self, session: Session, client: CheckedClient) -> None:
        html = page(client, q="turnverein", angebote="1")
        assert found(html) == []
        hints = html.split('class="hints"')[1]
        assert 'href="/organisationen?angebote=1"' in hints
        assert 'href="/organisationen?q=turnverein"' in hints
        assert "/angebote?q=turnverein" in html

    def test_neighbouring_towns_have_directories_too(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int
    ) -> None:
        assert "ettlingen.localhost" not in page(client, q="gibtesnicht")
        let_agree(app, bretten, "ettlingen")
        let_agree(app, ettlingen, "bretten")
        assert "http://ettlingen.localhost:8000/organisationen" in page(client, q="gibtesnicht")

    def test_an_empty_town_invites(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        html = client.get("/organisationen", base_url="http://ettlingen.localhost").get_data(as_text=True)
        assert "/fuer-vereine" in html
        assert 'class="chip' not in html


class TestLong:
    @pytest.fixture(autouse=True)
    def many(self, session: Session) -> None:
        for name in [*(f"Anglerverein {number}" for number in range(30)), "Übungsraum", "Zupforchester", "4 Pfoten"]:
            make_organisation(session, name)
        session.commit()

    def test_letters_lead_to_their_page_and_place(self, client: CheckedClient) -> None:
        html = page(client)
        letters = dict(re.findall(r'<li><a href="(/organisationen[^"]*)">(.)</a></li>', html))
        assert letters == {
            "/organisationen#buchstabe-ziffer": "#",
            "/organisationen#buchstabe-a": "A",
            "/organisationen?seite=2#buchstabe-u": "U",
            "/organisationen?seite=2#buchstabe-z": "Z",
        }
        for address in letters:
            assert f'id="{address.partition("#")[2]}"' in page(client, address.removeprefix("/organisationen"))
        assert anchor("Ж") == "buchstabe-ж"

    def test_there_are_none_where_names_are_not_the_order(self, client: CheckedClient) -> None:
        assert "buchstabe" not in page(client, sortierung="aktiv")
        assert "buchstabe" not in page(client, q="verein")

    def test_pages_keep_what_is_asked_for(self, client: CheckedClient) -> None:
        html = page(client, q="angler", seite=2)
        assert len(found(html)) == 6
        assert 'href="/organisationen?seite=1&amp;q=angler"' in html
        assert len(found(page(client, q="angler", seite=99))) == 6


@pytest.mark.parametrize("address", ["", "?q=helfen", "?angebote=1&sortierung=aktiv"])
def test_a_thousand_organisations_ask_no_more_often(session: Session, client: CheckedClient, address: str) -> None:
    counts = []
    for number in (10, 990):
        make_crowd(session, number)
        session.commit()
        client.get("/robots.txt")
        with watched(db.engine) as seen:
            page(client, address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST_STATEMENTS


def test_another_towns_organisations_are_not_shown(app: Flask, client: CheckedClient, ettlingen: int) -> None:
    with app.app_context():
        open_for_tenant(current_session(), ettlingen)
        make_organisation(current_session(), "Fremder Verein")
        current_session().commit()
    assert "Fremder Verein" not in page(client)
