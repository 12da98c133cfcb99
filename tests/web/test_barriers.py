"""Reporting a barrier and answering it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import db
from engagement.legal import queries
from engagement.legal.barriers import Barrier, report_barrier
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.support.pages import CheckedClient
from tests.support.statements import watched

FORM = "/barrierefreiheit/feedback"


def report(session: Session, message: str = "Zu klein", email: str = "") -> int:
    report_id = report_barrier(session, make_postbox(session), Barrier(message, "/angebote", email))
    session.commit()
    return report_id


class TestReporting:
    def test_every_page_leads_to_the_form_and_names_itself(self, client: CheckedClient) -> None:
        assert 'href="/barrierefreiheit/feedback?seite=/angebote"' in client.get("/angebote").get_data(as_text=True)
        assert 'value="/angebote"' in client.get(f"{FORM}?seite=/angebote").get_data(as_text=True)

    def test_a_private_page_does_not_give_its_token_away(self, client: CheckedClient) -> None:
        html = client.get("/mitmachen/anfrage/geheim").get_data(as_text=True)
        assert "geheim" not in html.partition("site-footer")[2]

    def test_it_needs_no_account_no_name_and_no_address(self, client: CheckedClient, session: Session) -> None:
        response = client.post(FORM, data={"message": "Der Knopf fehlt.\r\nÜberall.", "place": "/angebote"})
        assert (response.status_code, response.location) == (303, f"{FORM}/danke")
        assert "Set-Cookie" not in response.headers
        assert client.get(response.location).status_code == 200
        (found,) = queries.barrier_reports(session)
        assert (found.message, found.place, found.email) == ("Der Knopf fehlt.\nÜberall.", "/angebote", "")
        assert [mail.kind for mail in mails(session)] == ["barrier-reported"]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [("http://bretten.localhost/angebote?q=x", "/angebote"), ("die Startseite", "die Startseite"), ("//[", "//[")],
    )
    def test_the_place_may_be_typed(self, client: CheckedClient, session: Session, typed: str, kept: str) -> None:
        client.post(FORM, data={"message": "x", "place": typed})
        assert [found.place for found in queries.barrier_reports(session)] == [kept]

    @pytest.mark.parametrize(
        ("sent", "message"),
        [({"message": " "}, "Bitte schreiben Sie, was Ihnen im Weg ist."),
         ({"message": "Knopf", "email": "keine"}, "E-Mail-Adresse"), ({"message": "x" * 5001}, "5000")],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_kept(
        self, client: CheckedClient, session: Session, sent: dict[str, str], message: str
    ) -> None:
        response = client.post(FORM, data={"place": "/hier", **sent})
        html = response.get_data(as_text=True)
        assert response.status_code == 422
        assert message in html
        assert 'value="/hier"' in html
        assert queries.barrier_reports(session) == []

    def test_robots_are_thanked_and_forgotten(self, client: CheckedClient, session: Session) -> None:
        assert client.post(FORM, data={"message": "x", "website_url": "spam"}).status_code == 303
        assert queries.barrier_reports(session) == []

    def test_too_many_are_refused(self, client: CheckedClient) -> None:
        statuses = [client.post(FORM, data={"message": "x"}).status_code for _ in range(11)]
        assert statuses == [303] * 10 + [429]


class TestAnswering:
    def test_it_is_listed_shown_and_answered(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        report_id = report(session, "Der Knopf fehlt", "gisela@example.org")
        assert "Der Knopf fehlt" in client.get("/verwaltung/barrieren").get_data(as_text=True)
        address = f"/verwaltung/barrieren/{report_id}"
        html = client.get(address).get_data(as_text=True)
        assert "gisela@example.org" in html
        assert 'href="/angebote"' in html
        refused = client.post(address, data={"answer": " "})
        assert refused.status_code == 422
        assert "Die Person wartet darauf" in refused.get_data(as_text=True)
        assert client.post(address, data={"answer": "Ist behoben."}).status_code == 303
        (mail,) = mails(session, "barrier-answered")
        assert "Ist behoben." in mail.text
        assert "Ist behoben." in client.get(address).get_data(as_text=True)
        assert client.post(address, data={"answer": "Nochmal"}).status_code == 409

    def test_a_place_of_elsewhere_is_no_link(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        barrier = Barrier("x", "//evil.example/x")
        report_id = report_barrier(session, make_postbox(session), barrier)
        session.commit()
        assert 'href="//evil' not in client.get(f"/verwaltung/barrieren/{report_id}").get_data(as_text=True)

    @pytest.mark.parametrize("query", ["", "?zustand=new", "?zustand=closed", "?zustand=x&seite=99", "?seite=x"])
    def test_the_list_can_be_filtered(
        self, client: CheckedClient, session: Session, moderator: Account, query: str
    ) -> None:
        report(session)
        html = client.get(f"/verwaltung/barrieren{query}").get_data(as_text=True)
        assert ("Zu klein" in html) is (query != "?zustand=closed")

    def test_a_long_list_takes_no_more_questions(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        counts = []
        client.get("/verwaltung/barrieren")
        for number in (1, 40):
            for _ in range(number):
                report(session)
            with watched(db.engine) as seen:
                client.get("/verwaltung/barrieren")
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 6
