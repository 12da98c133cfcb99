"""The municipality's vocabulary: its pages, and what visitors and organisations see of a change."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.tenancy import words
from engagement.tenancy.queries import load_vocabulary
from engagement.tenancy.words import WordKind, WordValues
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

LIST = "/verwaltung/begriffe"


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    made = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)
    return made


def page(client: CheckedClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def ids(session: Session) -> list[int]:
    return [word.id for word in words.words_of(session, WordKind.CATEGORY)]


def offer(session: Session, *category_ids: int, **values: object) -> int:
    made = make_opportunity(session, make_organisation(session).id, category_ids=category_ids, **values)
    session.commit()
    return made


class TestLists:
    @pytest.mark.parametrize("kind", WordKind)
    def test_each_shows_its_words(
        self, client: CheckedClient, session: Session, admin: Account, kind: WordKind
    ) -> None:
        html = page(client, f"{LIST}/{kind.value}")
        assert [word.name for word in words.words_of(session, kind) if word.name not in html] == []

    def test_uses_stand_beside_each_word(self, client: CheckedClient, session: Session, admin: Account) -> None:
        offer(session, ids(session)[0])
        html = page(client, LIST)
        assert "1 Angebot" in html
        assert "nicht genutzt" in html

    def test_it_takes_the_same_questions_however_many_words_and_uses(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        page(client, LIST)
        counts = []
        for number in (1, 30):
            for place in range(number):
                word_id = words.add_word(session, WordKind.CATEGORY, WordValues(f"Wort {number} {place}"))
                offer(session, word_id)
            with watched(db.engine) as seen:
                page(client, LIST)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 10

    @pytest.mark.parametrize(
        "address", [f"{LIST}/nichts", f"{LIST}/kategorien/999999", f"{LIST}/kategorien/999999/zusammenlegen"]
    )
    def test_what_is_not_there(self, client: CheckedClient, admin: Account, address: str) -> None:
        page(client, address, 404)

    def test_another_towns_word_is_not_there(
        self, app: Flask, client: CheckedClient, admin: Account, ettlingen: int
    ) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = ids(other)[0]
        page(client, f"{LIST}/kategorien/{foreign}", 404)
        assert client.post(f"{LIST}/kategorien/{foreign}/zurueckziehen").status_code == 404


class TestChanging:
    def test_adding(self, client: CheckedClient, session: Session, admin: Account) -> None:
        sent = {"name": "Sport im Park", "name_en": "Sports in the park", "icon": "freizeit-und-sport"}
        response = client.post(f"{LIST}/kategorien/neu", data=sent)
        assert (response.status_code, response.location) == (303, LIST)
        assert "„Sport im Park“ steht jetzt in der Liste." in page(client, LIST)
        offer(session, ids(session)[-1])
        assert "Sports in the park" in page(client, "/?lang=en")
        assert "art--freizeit-und-sport" in page(client, "/")

    def test_renaming_keeps_links_and_the_drawing(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        first = ids(session)[0]
        offer(session, first, title="Vorlesen im Park")
        address = f"{LIST}/kategorien/{first}"
        assert 'value="Kinder und Jugend"' in page(client, address)
        response = client.post(address, data={"name": "Junge Leute", "icon": "kinder-und-jugend"})
        assert response.status_code == 303
        home = page(client, "/")
        assert "Junge Leute" in home
        assert "art--kinder-und-jugend" in home
        found = page(client, "/angebote?kategorie=kinder-und-jugend")
        assert "Vorlesen im Park" in found
        assert 'value="junge-leute" checked' in found

    @pytest.mark.parametrize(
        ("sent", "message"),
        [({"name": " "}, "Bitte füllen Sie dieses Feld aus."), ({"name": "bildung und lernen"}, "schon einen Begriff"),
         ({"name": "x" * 121}, "120"), ({"name": "Neu", "icon": "falsch"}, "icon-error")],
    )  # fmt: skip
    def test_what_is_wrong_is_said(
        self, client: CheckedClient, session: Session, admin: Account, sent: dict[str, str], message: str
    ) -> None:
        for address in (f"{LIST}/kategorien/neu", f"{LIST}/kategorien/{ids(session)[0]}"):
            response = client.post(address, data={"name_en": "Typed", **sent})
            assert response.status_code == 422
            html = response.get_data(as_text=True)
            assert message in html
            assert 'value="Typed"' in html

    @pytest.mark.parametrize(
        ("sent", "message"),
        [({"postcodes": "75015, 7501"}, "Eine Postleitzahl hat fünf Ziffern: 7501"),
         ({"point": "hier"}, "49,0369 8,7074"), ({"point": "8,7074 49,0369"}, "vertauscht"),
         ({"point": "52,5 13,4"}, "km von Ihrer Kommune entfernt")],
    )  # fmt: skip
    def test_a_districts_place_is_checked(
        self, client: CheckedClient, admin: Account, sent: dict[str, str], message: str
    ) -> None:
        response = client.post(f"{LIST}/ortsteile/neu", data={"name": "Weiler", **sent})
        assert response.status_code == 422
        assert message in response.get_data(as_text=True)

    def test_a_far_point_can_be_confirmed(self, client: CheckedClient, session: Session, admin: Account) -> None:
        sent = {"name": "Weiler", "postcodes": "75015 76646", "point": "52,5 13,4"}
        assert 'name="far"' in client.post(f"{LIST}/ortsteile/neu", data=sent).get_data(as_text=True)
        assert client.post(f"{LIST}/ortsteile/neu", data={**sent, "far": "y"}).status_code == 303
        term = load_vocabulary(session).districts[-1]
        assert (term.postcodes, term.point and term.point.latitude) == (("75015", "76646"), 52.5)
        assert 'value="52,50000 13,40000"' in page(client, f"{LIST}/ortsteile/{term.id}")


class TestMerging:
    def test_it_shows_what_happens_before_it_does(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        first, second, *_ = ids(session)
        offer(session, first)
        address = f"{LIST}/kategorien/{first}/zusammenlegen"
        assert "Das geschieht" not in page(client, address)
        html = page(client, f"{address}?mit={second}")
        assert "Ein Angebot mit „Kinder und Jugend“ hat dann „Bildung und Lernen“." in html
        preview = html.partition("So sieht es danach öffentlich aus")[2]
        assert "Bildung und Lernen" in preview
        assert "Kinder und Jugend" not in preview
        assert ids(session) == [first, second, *ids(session)[2:]]

    def test_it_is_done_by_a_click(self, client: CheckedClient, session: Session, admin: Account) -> None:
        first, second, *_ = ids(session)
        offer(session, first, title="Vorlesen im Park")
        response = client.post(f"{LIST}/kategorien/{first}/zusammenlegen", data={"mit": str(second)})
        assert response.status_code == 303
        assert "zusammengelegt. Nichts ging verloren." in page(client, LIST)
        assert "Vorlesen im Park" in page(client, "/angebote?kategorie=kinder-und-jugend")
        assert "Vorlesen im Park" in page(client, "/angebote?kategorie=bildung-und-lernen")

    @pytest.mark.parametrize("target", ["", "999999", "x", "self"])
    def test_a_target_is_needed(self, client: CheckedClient, session: Session, admin: Account, target: str) -> None:
        first = ids(session)[0]
        sent = {"mit": str(first) if target == "self" else target}
        response = client.post(f"{LIST}/kategorien/{first}/zusammenlegen", data=sent)
        assert response.status_code == 422
        assert "womit er zusammengelegt wird" in response.get_data(as_text=True)


class TestRetiring:
    def test_it_is_not_offered_but_stays_where_it_is(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        first, second, *_ = ids(session)
        organisation = make_organisation(session)
        offer_id = make_opportunity(session, organisation.id, category_ids=(first,), title="Vorlesen im Park")
        make_member(session, organisation, admin)
        session.commit()
        for word_id in (first, second):
            assert client.post(f"{LIST}/kategorien/{word_id}/zurueckziehen").status_code == 303
        page(client, LIST)  # takes the messages, which name the words
        new = page(client, f"/verein/{organisation.id}/angebote/neu")
        assert "Kinder und Jugend" not in new
        kept = page(client, f"/verein/{organisation.id}/angebote/{offer_id}/bearbeiten")
        assert "Kinder und Jugend" in kept
        assert "Bildung und Lernen" not in kept
        filters = page(client, "/angebote")
        assert 'value="kinder-und-jugend"' in filters
        assert 'value="bildung-und-lernen"' not in filters
        assert client.post(f"{LIST}/kategorien/{second}/wieder-anbieten").status_code == 303
        assert "Bildung und Lernen" in page(client, f"/verein/{organisation.id}/angebote/neu")

    def test_organisations_keep_a_retired_kind(self, client: CheckedClient, session: Session, admin: Account) -> None:
        kind, other, _ = (term.id for term in load_vocabulary(session).organisation_kinds)
        organisation = make_organisation(session, kind_id=kind)
        make_member(session, organisation, admin)
        session.commit()
        for word_id in (kind, other):
            client.post(f"{LIST}/organisationsarten/{word_id}/zurueckziehen")
        page(client, LIST)  # takes the messages, which name the words
        profile = page(client, f"/verein/{organisation.id}/profil")
        assert "Eingetragener Verein" in profile
        assert "Initiative ohne Rechtsform" not in profile
        directory = page(client, "/organisationen")
        assert 'value="eingetragener-verein"' in directory
        assert 'value="initiative-ohne-rechtsform"' not in directory


class TestDeleting:
    def test_only_what_is_not_used(self, client: CheckedClient, session: Session, admin: Account) -> None:
        first, second, *_ = ids(session)
        offer(session, first)
        assert "wird noch genutzt" in page(client, f"{LIST}/kategorien/{first}/loeschen")
        assert client.post(f"{LIST}/kategorien/{first}/loeschen").status_code == 409
        assert "geht nichts verloren" in page(client, f"{LIST}/kategorien/{second}/loeschen")
        assert client.post(f"{LIST}/kategorien/{second}/loeschen").status_code == 303
        page(client, f"{LIST}/kategorien/{second}", 404)


class TestOrder:
    ADDRESS = f"{LIST}/kategorien/reihenfolge"

    def test_a_draft_is_shown_and_not_saved(self, client: CheckedClient, session: Session, admin: Account) -> None:
        before = ids(session)
        html = page(client, f"{self.ADDRESS}?hoch={before[1]}")
        assert f'value="{before[1]}-{before[0]}-' in html
        assert "noch nicht gespeichert" in html
        preview = html.partition("So sieht es danach öffentlich aus")[2]
        assert preview.index("Bildung und Lernen") < preview.index("Kinder und Jugend")
        assert ids(session) == before

    def test_it_is_saved(self, client: CheckedClient, session: Session, admin: Account) -> None:
        turned = ids(session)[::-1]
        response = client.post(self.ADDRESS, data={"folge": "-".join(map(str, turned))})
        assert response.status_code == 303
        session.expire_all()
        assert ids(session) == turned

    def test_alphabetically(self, client: CheckedClient, session: Session, admin: Account) -> None:
        preview = page(client, f"{self.ADDRESS}?abc=1").partition("So sieht es danach öffentlich aus")[2]
        assert preview.index("Bildung") < preview.index("Kinder") < preview.index("Leben") < preview.index("Natur")

    def test_a_list_that_has_changed_is_put_in_order_again(self, client: CheckedClient, admin: Account) -> None:
        assert client.post(self.ADDRESS, data={"folge": "1-2"}).status_code == 409
