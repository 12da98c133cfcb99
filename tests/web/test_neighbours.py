"""Neighbouring towns: the pages of those who decide, and what visitors see of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import URL, select
from sqlalchemy.orm import Session

from engagement.kernel.db import db
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.organisations.service import reject_organisation
from tests.factories.catalogue import make_entry
from tests.factories.mails import make_postbox
from tests.factories.neighbours import at_work_in, let_agree, let_refuse, switch_off
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_organisation, sign_in
from tests.factories.tenants import make_tenant
from tests.support.jobs import work_off
from tests.support.pages import CheckedClient
from tests.support.statements import watched

PAGE = "/verwaltung/nachbarn"
NEARBY = "/angebote?nachbarn=1"


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> None:
    made = make_account(session, staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)


@pytest.fixture
def agreed(app: Flask, bretten: int, ettlingen: int) -> None:
    let_agree(app, bretten, "ettlingen")
    let_agree(app, ettlingen, "bretten")


@pytest.fixture
def foreign(app: Flask, ettlingen: int) -> int:
    """A published offer of Ettlingen."""
    with at_work_in(app, ettlingen) as session:
        club = make_organisation(session, "Albverein")
        return make_opportunity(session, club.id, title="Wege an der Alb pflegen")


def text_of(client: CheckedClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.get_data(as_text=True)


@pytest.mark.usefixtures("admin")
class TestPages:
    def test_a_town_is_found_and_asked(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        assert "Eine Kommune anfragen" in text_of(client, PAGE)
        found = text_of(client, f"{PAGE}?q=ettl")
        assert "ettlingen.localhost" in found
        assert "ehrenamt@ettlingen.example" not in found
        ask = f"{PAGE}/ettlingen/anfragen"
        assert ask in found
        assert "Was gezeigt wird und was nicht" in text_of(client, ask)
        response = client.post(ask, data={"note": "Wir würden uns freuen."})
        assert (response.status_code, response.location) == (303, PAGE)
        page = text_of(client, PAGE)
        assert "Ettlingen hat Ihre Anfrage" in page
        assert "wartet auf Antwort" in page
        assert client.get(ask).status_code == 303
        assert client.post(ask, data={}).status_code == 409

    def test_a_note_that_is_too_long_is_kept_and_explained(self, client: CheckedClient, ettlingen: int) -> None:
        response = client.post(f"{PAGE}/ettlingen/anfragen", data={"note": "x" * 1001})
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "1000 Zeichen" in page
        assert "x" * 1001 in page
        assert "wartet auf Antwort" not in text_of(client, PAGE)

    def test_a_request_is_answered_with_yes(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        let_agree(app, ettlingen, "bretten", "Guten Tag <b>aus</b> Ettlingen")
        page = text_of(client, PAGE)
        assert "Guten Tag &lt;b&gt;aus&lt;/b&gt; Ettlingen" in page
        assert client.post(f"{PAGE}/ettlingen/annehmen").status_code == 303
        assert "Sie zeigen Angebote gemeinsam" in text_of(client, PAGE)
        assert client.post(f"{PAGE}/ettlingen/annehmen").status_code == 409

    def test_a_request_is_declined_after_a_question(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        let_agree(app, ettlingen, "bretten")
        end = f"{PAGE}/ettlingen/beenden"
        assert "Die Anfrage von Ettlingen ablehnen?" in text_of(client, end)
        assert client.post(end).status_code == 303
        assert "Anfragen an Sie" not in text_of(client, PAGE)
        assert client.post(end).status_code == 409
        assert client.get(end).status_code == 303

    def test_ending_says_what_happens(self, client: CheckedClient, agreed: None) -> None:
        page = text_of(client, f"{PAGE}/ettlingen/beenden")
        assert "Mit Ettlingen beenden?" in page
        assert "sofort nicht mehr zu sehen" in page
        client.post(f"{PAGE}/ettlingen/beenden")
        assert "Sie zeigen Angebote gemeinsam" not in text_of(client, PAGE)

    @pytest.mark.parametrize("town", ["bretten", "nirgendwo", "ETTLINGEN", "1"])
    @pytest.mark.parametrize("deed", ["anfragen", "annehmen", "beenden"])
    def test_there_are_only_other_towns(self, client: CheckedClient, ettlingen: int, town: str, deed: str) -> None:
        assert client.post(f"{PAGE}/{town}/{deed}").status_code == 404

    def test_who_is_asked_already_answers_on_the_list(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int
    ) -> None:
        """There stands the message of the others; and the page that asks would say that they have to agree."""
        let_agree(app, ettlingen, "bretten", "Wollen wir?")
        answer = client.get(f"{PAGE}/ettlingen/anfragen")
        assert (answer.status_code, answer.location) == (303, PAGE)

    def test_where_it_is_switched_off_the_page_says_so(self, app: Flask, client: CheckedClient, bretten: int) -> None:
        switch_off(app, bretten)
        assert "Das gemeinsame Zeigen ist abgeschaltet" in text_of(client, PAGE)

    def test_a_day_has_an_end_of_requests(self, app: Flask, client: CheckedClient, ettlingen: int) -> None:
        for _ in range(20):
            assert client.post(f"{PAGE}/ettlingen/anfragen", data={}).status_code == 303
            client.post(f"{PAGE}/ettlingen/beenden")
        assert client.post(f"{PAGE}/ettlingen/anfragen", data={}).status_code == 429

    def test_in_english(self, client: CheckedClient, agreed: None) -> None:
        assert "You show offers together" in text_of(client, f"{PAGE}?lang=en")


def test_a_moderator_does_not_decide_it(session: Session, client: CheckedClient) -> None:
    made = make_account(session, staff=Role.MODERATOR)
    session.commit()
    sign_in(client, made)
    assert client.get(PAGE).status_code == 404


def test_the_worker_tells_the_other_town(app: Flask, database_url: URL, bretten: int, ettlingen: int) -> None:
    with at_work_in(app, ettlingen) as session:
        make_account(session, email="chefin@ettlingen.example", staff=Role.ADMIN)
    let_agree(app, bretten, "ettlingen", "Hallo")
    work_off(app, database_url, smtp_port=1)
    with at_work_in(app, ettlingen) as session:
        (mail,) = session.scalars(select(OutgoingMail)).all()
        assert (mail.kind, mail.to_address) == ("neighbour-asks", "chefin@ettlingen.example")
    with at_work_in(app, bretten) as session:
        assert session.scalars(select(OutgoingMail)).all() == []


class TestSearch:
    def test_before_both_agreed_there_is_nothing_to_tick_and_nothing_to_see(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int, foreign: int
    ) -> None:
        for town, other in ((None, ""), (bretten, "ettlingen"), (ettlingen, "bretten")):
            if town == ettlingen:
                let_refuse(app, bretten, "ettlingen")
            if town:
                let_agree(app, town, other)
            page = text_of(client, f"{NEARBY}&q=Alb")
            assert "Wege an der Alb" not in page
            assert "Auch Nachbarorte zeigen" not in page
            assert "Mit Nachbarorten" not in page

    def test_agreed_it_is_offered_and_each_card_says_where_it_comes_from(
        self, client: CheckedClient, agreed: None, foreign: int
    ) -> None:
        page = text_of(client, "/angebote")
        assert "Auch Nachbarorte zeigen" in page
        assert "Wege an der Alb" not in page
        page = text_of(client, NEARBY)
        assert f'href="http://ettlingen.localhost:8000/angebote/{foreign}-wege-an-der-alb-pflegen"' in page
        assert "auf der Seite von Ettlingen" in page
        assert 'name="nachbarn" value="1"' in page
        assert "1 Angebot" in page
        assert "noindex" in page

    def test_a_card_has_its_own_towns_words_and_no_picture_of_another_host(
        self, app: Flask, client: CheckedClient, agreed: None, ettlingen: int
    ) -> None:
        with at_work_in(app, ettlingen) as session:
            make_entry(
                session,
                title="Orgel spielen",
                category_ids=(1,),
                category_slugs=("musik",),
                category_names=("Musik an der Alb",),
                target_group_ids=(1,),
                target_group_names=("Alle, die zuhören",),
                picture_sha256="a" * 64,
            )
        page = text_of(client, NEARBY)
        assert "Musik an der Alb" in page
        assert "Alle, die zuhören" in page
        assert "art--musik" in page
        assert "a" * 64 not in page

    def test_the_language_is_carried_over(self, client: CheckedClient, agreed: None, foreign: int) -> None:
        page = text_of(client, f"{NEARBY}&lang=en")
        assert f"/angebote/{foreign}-wege-an-der-alb-pflegen?lang=en" in page
        assert "on the site of Ettlingen" in page

    def test_fields_are_matched_by_name_and_a_part_of_town_is_ours(
        self, client: CheckedClient, agreed: None, foreign: int
    ) -> None:
        assert "Wege an der Alb" in text_of(client, f"{NEARBY}&kategorie=kinder-und-jugend")
        assert "Wege an der Alb" not in text_of(client, f"{NEARBY}&kategorie=leben-im-alter")
        page = text_of(client, f"{NEARBY}&ortsteil=kernstadt")
        assert "Wege an der Alb" not in page
        assert "deshalb bleiben Nachbarorte außen vor" in page

    def test_an_empty_result_offers_it(self, client: CheckedClient, agreed: None, foreign: int) -> None:
        page = text_of(client, "/angebote?q=Alb")
        assert "In einem Nachbarort gibt es ein solches Angebot." in page
        assert "/angebote?q=Alb&amp;nachbarn=1" in page
        assert "In einem Nachbarort" not in text_of(client, "/angebote?q=xylophon")

    def test_taking_the_filter_away_leaves_the_others(self, client: CheckedClient, agreed: None, foreign: int) -> None:
        assert 'class="chip" href="/angebote?q=Alb"' in text_of(client, f"{NEARBY}&q=Alb")

    @pytest.mark.usefixtures("agreed", "foreign")
    @pytest.mark.parametrize("who", ["bretten", "ettlingen"])
    def test_whoever_ends_it_ends_it_at_once(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int, who: str
    ) -> None:
        assert "Wege an der Alb" in text_of(client, NEARBY)
        mine, other = (bretten, "ettlingen") if who == "bretten" else (ettlingen, "bretten")
        let_refuse(app, mine, other)
        page = text_of(client, NEARBY)
        assert "Wege an der Alb" not in page
        assert "Auch Nachbarorte zeigen" not in page

    @pytest.mark.usefixtures("agreed", "foreign")
    @pytest.mark.parametrize("who", ["bretten", "ettlingen"])
    def test_switched_off_on_either_side_it_is_gone(
        self, app: Flask, client: CheckedClient, bretten: int, ettlingen: int, who: str
    ) -> None:
        switch_off(app, {"bretten": bretten, "ettlingen": ettlingen}[who])
        page = text_of(client, NEARBY)
        assert "Wege an der Alb" not in page
        assert "Auch Nachbarorte zeigen" not in page

    def test_an_organisation_that_is_turned_down_is_gone_from_the_neighbours_too(
        self, app: Flask, client: CheckedClient, agreed: None, ettlingen: int
    ) -> None:
        with at_work_in(app, ettlingen) as session:
            club = make_organisation(session, "Albverein")
            make_opportunity(session, club.id, title="Wege an der Alb pflegen")
        assert "Wege an der Alb" in text_of(client, NEARBY)
        with at_work_in(app, ettlingen) as session:
            reject_organisation(session, make_postbox(session), club.id, "Adresse fehlt")
        assert "Wege an der Alb" not in text_of(client, NEARBY)

    def test_a_neighbours_offer_has_no_page_here(self, client: CheckedClient, agreed: None, foreign: int) -> None:
        address = f"/angebote/{foreign}-wege-an-der-alb-pflegen"
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/mitmachen").status_code == 404

    @pytest.mark.usefixtures("session", "agreed", "foreign")
    def test_five_neighbours_take_as_many_statements_as_one(
        self, app: Flask, client: CheckedClient, bretten: int
    ) -> None:
        client.get(f"{NEARBY}&q=Alb")  # what a process reads once has been read
        counts = []
        for more in (range(4), ()):
            with watched(db.engine) as seen:
                client.get(f"{NEARBY}&q=Alb")
            counts.append(len(seen))
            for number in more:
                with app.app_context():
                    town = make_tenant(f"ort-{number}", f"Ort {number}", commit=True)
                let_agree(app, bretten, f"ort-{number}")
                let_agree(app, town, "bretten")
                with at_work_in(app, town) as session:
                    make_entry(session, title="Alb")
        assert "5 Angebote" in text_of(client, f"{NEARBY}&q=Alb")
        assert counts[0] == counts[1] <= 10
