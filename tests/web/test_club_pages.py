"""Who may see a club's pages, what they show, and the steps of an offer."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import db
from engagement.opportunities import review, service
from engagement.opportunities.kinds import State
from engagement.opportunities.queries import find_opportunity
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from tests.factories.offers import dated, make_opportunity
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.offer_form import full_form, the_only
from tests.support.pages import CheckedClient


class TestWhoMay:
    PAGES = ("", "/angebote", "/angebote/neu", "/angebote/{id}", "/angebote/{id}/bearbeiten")

    def test_visitors_are_sent_to_sign_in(self, session: Session, client: CheckedClient, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        for page in self.PAGES:
            response = client.get(f"/verein/{club.id}{page.format(id=number)}")
            assert response.status_code == 302
            assert "/anmelden" in response.headers["Location"]

    def test_others_find_nothing(self, session: Session, client: CheckedClient, club: Organisation) -> None:
        number = make_opportunity(session, club.id)
        stranger = make_member(session, make_organisation(session))
        session.commit()
        sign_in(client, stranger)
        for page in self.PAGES:
            assert client.get(f"/verein/{club.id}{page.format(id=number)}").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/neu", data={"title": "x"}).status_code == 404

    def test_an_offer_is_found_under_its_own_organisation_only(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, make_organisation(session).id)
        session.commit()
        for page in ("", "/bearbeiten"):
            assert client.get(f"/verein/{club.id}/angebote/{number}{page}").status_code == 404
        assert client.post(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 404
        found = find_opportunity(session, number)
        assert found is not None
        assert found.state is State.PUBLISHED

    def test_the_workspace_is_private(self, client: CheckedClient, club: Organisation, member: Account) -> None:
        response = client.get(f"/verein/{club.id}")
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


class TestTheStart:
    def test_one_organisation_leads_straight_to_it(
        self, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        assert client.get("/verein/").headers["Location"] == f"/verein/{club.id}"

    def test_several_are_chosen_from(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        make_member(session, make_organisation(session, "Zweiter Verein"), member)
        session.commit()
        page = client.get("/verein/").get_data(as_text=True)
        assert "Zweiter Verein" in page
        assert "Lesebrücke" in page

    def test_without_one_it_says_how_to_register(self, session: Session, client: CheckedClient) -> None:
        account = make_account(session)
        session.commit()
        sign_in(client, account)
        assert "/registrieren/verein" in client.get("/verein/").get_data(as_text=True)

    def test_it_shows_what_waits(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        make_opportunity(session, club.id, title="Bald vorbei", **dated(days=5))
        draft = make_opportunity(session, club.id, title="Zu verbessern", state=State.DRAFT)
        service.submit_for_review(session, draft)
        review.send_back(session, draft, "Bitte kürzer")
        session.commit()
        page = client.get(f"/verein/{club.id}").get_data(as_text=True)
        assert page.count("Bald vorbei") == 2
        assert "Bitte kürzer" in page

    @pytest.mark.parametrize("verification", [Verification.PENDING, Verification.REJECTED])
    def test_who_is_not_verified_is_told(
        self,
        session: Session,
        client: CheckedClient,
        club: Organisation,
        member: Account,
        verification: Verification,
    ) -> None:
        club.verification, club.verification_note = verification, "Bitte Satzung schicken"
        session.commit()
        page = client.get(f"/verein/{club.id}").get_data(as_text=True)
        assert "kern-alert" in page
        assert ("Bitte Satzung schicken" in page) is (verification is Verification.REJECTED)

    @pytest.mark.parametrize("page", ["", "/angebote"])
    def test_long_lists_take_as_few_queries_as_short_ones(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account, page: str
    ) -> None:
        def count() -> int:
            statements: list[str] = []
            listener = lambda *args: statements.append(args[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listener)
            client.get(f"/verein/{club.id}{page}")
            event.remove(db.engine, "before_cursor_execute", listener)
            return len(statements)

        make_opportunity(session, club.id)
        session.commit()
        count()
        few = count()
        for _ in range(8):
            make_opportunity(session, club.id)
        session.commit()
        assert count() == few
        assert few <= 10


class TestSteps:
    def test_every_step_has_its_button_and_its_effect(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        steps = [
            ("bestaetigen", State.PUBLISHED),
            ("pausieren", State.PAUSED),
            ("fortsetzen", State.PUBLISHED),
            ("beenden", State.CLOSED),
            ("archivieren", State.ARCHIVED),
            ("zurueckholen", State.DRAFT),
            ("veroeffentlichen", State.PUBLISHED),
        ]
        for word, state in steps:
            page = client.get(f"/verein/{club.id}/angebote/{number}").get_data(as_text=True)
            assert f'action="/verein/{club.id}/angebote/{number}/{word}"' in page
            assert client.post(f"/verein/{club.id}/angebote/{number}/{word}").status_code == 303
            assert the_only(session, club).state is state

    def test_nothing_changes_by_looking(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        assert client.get(f"/verein/{club.id}/angebote/{number}/pausieren").status_code == 405
        assert client.post(f"/verein/{club.id}/angebote/{number}/loeschen").status_code == 404

    def test_a_step_that_is_not_possible_any_more_is_explained(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id)
        session.commit()
        response = client.post(f"/verein/{club.id}/angebote/{number}/archivieren", follow_redirects=True)
        assert response.status_code == 200
        assert "kern-alert--warning" in response.get_data(as_text=True)

    def test_publishing_an_incomplete_draft_leads_to_the_form_with_what_is_missing(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id, state=State.DRAFT, summary="")
        session.commit()
        response = client.post(f"/verein/{club.id}/angebote/{number}/veroeffentlichen", follow_redirects=True)
        assert 'id="summary-error"' in response.get_data(as_text=True)

    def test_a_new_organisation_hands_in_and_takes_back(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        club.verification = Verification.PENDING
        number = make_opportunity(session, club.id, state=State.DRAFT)
        session.commit()
        client.post(f"/verein/{club.id}/angebote/{number}/veroeffentlichen")
        assert the_only(session, club).state is State.IN_REVIEW
        client.post(f"/verein/{club.id}/angebote/{number}/zuruecknehmen")
        assert the_only(session, club).state is State.DRAFT

    def test_a_rejected_organisation_can_save_but_not_publish(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        club.verification = Verification.REJECTED
        session.commit()
        page = client.get(f"/verein/{club.id}/angebote/neu").get_data(as_text=True)
        assert 'value="publish"' not in page
        client.post(f"/verein/{club.id}/angebote/neu", data={**full_form(session), "do": "publish"})
        assert the_only(session, club).state is State.DRAFT

    def test_the_archive_cannot_be_edited(
        self, session: Session, client: CheckedClient, club: Organisation, member: Account
    ) -> None:
        number = make_opportunity(session, club.id, state=State.DRAFT)
        service.archive(session, number)
        session.commit()
        address = f"/verein/{club.id}/angebote/{number}"
        assert client.get(f"{address}/bearbeiten").headers["Location"] == address
