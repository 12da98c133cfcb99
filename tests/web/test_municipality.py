"""The municipality's pages: who gets in, what waits, what is decided."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.mail.models import MailState, OutgoingMail
from engagement.organisations.kinds import Verification
from tests.factories.mails import make_mail
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

PAGES = (
    "/verwaltung/",
    "/verwaltung/organisationen",
    "/verwaltung/mails",
    "/verwaltung/angebote",
    "/verwaltung/unbeantwortet",
    "/verwaltung/auslaufend",
    "/verwaltung/meldungen",
    "/verwaltung/textbausteine",
)
ACTIONS = (
    "/verwaltung/organisationen/1/bestaetigen",
    "/verwaltung/organisationen/1/ablehnen",
    "/verwaltung/mails/1/erneut",
    "/verwaltung/mails/1/erledigt",
    "/verwaltung/angebote/1/veroeffentlichen",
    "/verwaltung/angebote/1/gesehen",
    "/verwaltung/angebote/freigeben",
    "/verwaltung/angebote/gesehen",
    "/verwaltung/meldungen/1/uebernehmen",
    "/verwaltung/meldungen/1/abschliessen",
    "/verwaltung/meldungen/1/wieder-oeffnen",
    "/verwaltung/textbausteine/anfang",
)


def make_failed_mail(session: Session) -> OutgoingMail:
    mail = make_mail(session)
    mail.state, mail.failed_at, mail.last_error = MailState.FAILED, now(), "550 no such user"
    session.commit()
    return mail


class TestWhoGetsIn:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize(
        ("who", "status"),
        [("visitor", 302), ("citizen", 404), ("owner", 404), ("moderator", 200), ("admin", 200)],
    )
    def test_pages(self, client: CheckedClient, session: Session, path: str, who: str, status: int) -> None:
        roles = {"moderator": Role.MODERATOR, "admin": Role.ADMIN}
        if who != "visitor":
            person = make_account(session, staff=roles.get(who))
            if who == "owner":
                make_member(session, make_organisation(session), person)
            session.commit()
            sign_in(client, person)
        response = client.get(path)
        assert response.status_code == status
        if status == 200:
            assert response.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("path", ACTIONS)
    @pytest.mark.parametrize(("signed_in", "status"), [(False, 302), (True, 404)])
    def test_actions(self, client: CheckedClient, session: Session, path: str, signed_in: bool, status: int) -> None:
        if signed_in:
            person = make_account(session)
            make_member(session, make_organisation(session), person)
            session.commit()
            sign_in(client, person)
        assert client.post(path, data={"reason": "x"}).status_code == status

    @pytest.mark.parametrize("path", ACTIONS)
    def test_nothing_changes_by_opening_an_address(self, client: CheckedClient, moderator: Account, path: str) -> None:
        assert client.get(path).status_code == 405


@pytest.mark.parametrize(("path", "most"), [("/verwaltung/", 4), ("/verwaltung/organisationen", 6)])
def test_long_lists_take_no_more_questions(
    client: CheckedClient, session: Session, moderator: Account, path: str, most: int
) -> None:
    client.get(path)  # the tenant of a host is read from memory from now on
    counts = []
    for _ in range(2):
        with watched(db.engine) as seen:
            client.get(path)
        counts.append(len(seen))
        for _ in range(4):
            make_member(session, make_organisation(session, verification=Verification.PENDING))
        session.commit()
    assert counts[0] == counts[1] <= most


class TestToday:
    def test_nothing_waits(self, client: CheckedClient, moderator: Account) -> None:
        assert "Nichts." in client.get("/verwaltung/").get_data(as_text=True)

    def test_it_counts(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        for _ in range(3):
            make_organisation(session, verification=Verification.PENDING)
        make_organisation(session)
        make_failed_mail(session)
        page = client.get("/verwaltung/").get_data(as_text=True)
        assert "4 Dinge warten" in page
        assert ">3</span> Organisationen zu prüfen" in page
        assert ">1</span> E-Mail ist nicht angekommen" in page


class TestOrganisations:
    def test_waiting_ones_come_first(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        make_organisation(session, "Alpha")
        make_organisation(session, "Zeta", verification=Verification.PENDING)
        session.commit()
        page = client.get("/verwaltung/organisationen").get_data(as_text=True)
        assert page.index("Zeta") < page.index("Alpha")

    @pytest.mark.parametrize(
        ("query", "shown", "hidden"),
        [
            ("zustand=pending", ["Zeta"], ["Alpha"]),
            ("zustand=verified", ["Alpha"], ["Zeta"]),
            ("zustand=unsinn&seite=99", ["Alpha", "Zeta"], []),
            ("q=alph&seite=x", ["Alpha"], ["Zeta"]),
            ("q=%25", ["Kein passender Verein gefunden"], ["Alpha", "Zeta"]),
            ("zustand=rejected", ["keine in diesem Zustand"], ["Alpha", "Zeta"]),
        ],
    )
    def test_they_are_filtered(
        self,
        client: CheckedClient,
        session: Session,
        moderator: Account,
        query: str,
        shown: list[str],
        hidden: list[str],
    ) -> None:
        make_organisation(session, "Alpha")
        make_organisation(session, "Zeta", verification=Verification.PENDING)
        session.commit()
        page = client.get(f"/verwaltung/organisationen?{query}").get_data(as_text=True)
        assert [name for name in shown if name not in page] == []
        assert [name for name in hidden if name in page] == []

    def test_one_shows_all_facts(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        made = make_organisation(
            session,
            "Lesebrücke",
            verification=Verification.PENDING,
            description="Wir *lesen* vor. <script>alert(1)</script>",
            website="https://lesebruecke.example",
            phone="069 90009-114",
        )
        make_member(session, made, make_account(session, name="Margit Sommerfeld"))
        session.commit()
        page = client.get(f"/verwaltung/organisationen/{made.id}").get_data(as_text=True)
        for fact in ("<em>lesen</em>", "https://lesebruecke.example", "069 90009-114", "Margit Sommerfeld"):
            assert fact in page
        assert "<script>" not in page

    def test_verifying(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        make_member(session, made)
        session.commit()
        response = client.post(f"/verwaltung/organisationen/{made.id}/bestaetigen")
        assert (response.status_code, response.location) == (303, f"/verwaltung/organisationen/{made.id}")
        assert "bestätigt" in client.get(response.location).get_data(as_text=True)
        session.refresh(made)
        assert made.verification is Verification.VERIFIED
        assert session.scalars(select(OutgoingMail.kind)).all() == ["organisation-verified"]
        assert client.post(f"/verwaltung/organisationen/{made.id}/bestaetigen").status_code == 409

    def test_turning_down_wants_a_reason(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        make_member(session, made)
        session.commit()
        address = f"/verwaltung/organisationen/{made.id}/ablehnen"
        assert client.post(address, data={"reason": "  "}).status_code == 422
        assert client.post(address, data={"reason": "Adresse fehlt"}).status_code == 303
        session.refresh(made)
        assert (made.verification, made.verification_note) == (Verification.REJECTED, "Adresse fehlt")
        assert "Adresse fehlt" in session.scalars(select(OutgoingMail.text)).one()

    def test_another_citys_is_not_there(
        self, app: Flask, client: CheckedClient, moderator: Account, ettlingen: int
    ) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = make_organisation(other, "Fremdverein", verification=Verification.PENDING)
            other.commit()
        address = f"/verwaltung/organisationen/{foreign.id}"
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/bestaetigen").status_code == 404
        assert client.post(f"{address}/ablehnen", data={"reason": "x"}).status_code == 404
        assert "Fremdverein" not in client.get("/verwaltung/organisationen").get_data(as_text=True)


class TestMails:
    def test_a_failed_one_is_sent_again(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        mail = make_failed_mail(session)
        assert "550 no such user" in client.get("/verwaltung/mails").get_data(as_text=True)
        assert client.post(f"/verwaltung/mails/{mail.id}/erneut").status_code == 303
        session.refresh(mail)
        assert mail.state is MailState.QUEUED

    def test_a_failed_one_is_taken_off(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        mail = make_failed_mail(session)
        assert client.post(f"/verwaltung/mails/{mail.id}/erledigt").status_code == 303
        assert "Alle E-Mails sind angekommen" in client.get("/verwaltung/mails").get_data(as_text=True)
