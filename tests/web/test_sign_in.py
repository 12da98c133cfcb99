"""Signing in by mailed link and by password, and signing out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.contextvars import get_contextvars

from engagement.accounts.models import Account, SignInLink
from engagement.accounts.service import set_password
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from tests.factories.people import PASSWORD, make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient

LINK = re.compile(r"http://[^/\s]+(/anmelden/link/\S+)")


def mails(session: Session) -> list[OutgoingMail]:
    session.rollback()
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link_of(mail: OutgoingMail) -> str:
    found = LINK.search(mail.text)
    assert found, mail.text
    return found.group(1)


def ask(client: CheckedClient, email: str, **more: str) -> None:
    response = client.post("/anmelden", data={"email": email, "way": "link", **more})
    assert (response.status_code, response.location) == (303, "/anmelden/link-verschickt")


def is_in(client: CheckedClient) -> bool:
    return client.get("/konto").status_code == 200


@pytest.fixture
def anna(session: Session) -> Account:
    made = make_account(session, email="anna@example.org", password=PASSWORD)
    session.commit()
    return made


class TestByLink:
    def test_the_link_signs_in_by_a_click_on_its_page(
        self, client: CheckedClient, session: Session, anna: Account
    ) -> None:
        ask(client, " ANNA@example.org ")
        link = link_of(mails(session)[0])
        assert client.get(link).status_code == 200
        assert not is_in(client), "opening the link must change nothing"
        assert client.head(link).status_code == 200
        assert not is_in(client), "nor must a mail scanner that only asks for the headers"
        response = client.post(link)
        assert (response.status_code, response.location) == (303, "/konto")
        assert is_in(client)

    def test_it_works_once(self, client: CheckedClient, session: Session, anna: Account, app: Flask) -> None:
        ask(client, anna.email)
        link = link_of(mails(session)[0])
        client.post(link)
        assert client.get(link).status_code == 410
        other = app.test_client()
        assert other.post(link, base_url="http://bretten.localhost").status_code == 410
        assert other.get("/konto", base_url="http://bretten.localhost").status_code == 302

    def test_it_works_for_half_an_hour(self, client: CheckedClient, session: Session, anna: Account) -> None:
        ask(client, anna.email)
        link = link_of(mails(session)[0])
        with stopped(now() + timedelta(minutes=29)):
            assert client.get(link).status_code == 200
        with stopped(now() + timedelta(minutes=31)):
            assert client.get(link).status_code == 410
            assert client.post(link).status_code == 410
        assert not is_in(client)

    @pytest.mark.parametrize("token", ["x", "WzEsIm4iXQ.aaaa.bbbb", "%20", "a" * 2000])
    def test_a_forged_one_is_unknown(self, client: CheckedClient, token: str) -> None:
        assert client.get(f"/anmelden/link/{token}").status_code == 404
        assert client.post(f"/anmelden/link/{token}").status_code == 404

    def test_only_a_digest_of_its_secret_is_kept(self, client: CheckedClient, session: Session, anna: Account) -> None:
        ask(client, anna.email)
        link = link_of(mails(session)[0])
        kept = session.scalars(select(SignInLink)).one()
        assert len(kept.nonce_digest) == 64
        assert kept.nonce_digest not in link

    def test_the_page_tells_its_address_to_nobody(self, client: CheckedClient, session: Session, anna: Account) -> None:
        ask(client, anna.email)
        headers = client.get(link_of(mails(session)[0])).headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "private, no-store"

    def test_the_logs_do_not_hold_it(self, client: CheckedClient) -> None:
        client.get("/anmelden/link/the-secret-token")
        assert get_contextvars()["path"] == "/anmelden/link/•••"

    def test_without_account_the_answer_is_the_same_and_the_mail_says_so(
        self, client: CheckedClient, session: Session, bretten: int
    ) -> None:
        ask(client, "nobody@example.org")
        mail = mails(session)[0]
        assert (mail.kind, mail.to_address) == ("no-account", "nobody@example.org")
        assert "/registrieren" in mail.text
        assert not LINK.search(mail.text)

    def test_the_link_leads_on(self, client: CheckedClient, session: Session, anna: Account) -> None:
        ask(client, anna.email, next="/konto/angaben")
        assert client.post(link_of(mails(session)[0])).location == "/konto/angaben"

    def test_a_mailbox_is_not_flooded(self, client: CheckedClient, session: Session, anna: Account) -> None:
        for _ in range(5):
            ask(client, anna.email)
        assert client.post("/anmelden", data={"email": anna.email, "way": "link"}).status_code == 429
        assert len(mails(session)) == 5


class TestByPassword:
    def enter(self, client: CheckedClient, email: str, password: str, **more: str) -> tuple[int, str]:
        response = client.post("/anmelden", data={"email": email, "password": password, **more})
        return response.status_code, response.location or ""

    def test_the_right_one_signs_in(self, client: CheckedClient, anna: Account) -> None:
        assert self.enter(client, "Anna@Example.org", PASSWORD) == (303, "/konto")
        assert is_in(client)

    def test_wrong_and_unknown_look_the_same(self, client: CheckedClient, anna: Account) -> None:
        answers = []
        for email in (anna.email, "nobody@example.org"):
            response = client.post("/anmelden", data={"email": email, "password": "falsch falsch", "way": "password"})
            assert response.status_code == 422
            assert "Set-Cookie" not in response.headers
            answers.append(response.get_data(as_text=True).replace(email, ""))
        assert answers[0] == answers[1]

    def test_an_account_without_password_has_none(self, client: CheckedClient, session: Session) -> None:
        bob = make_account(session)
        session.commit()
        assert self.enter(client, bob.email, "nobody has this one")[0] == 422
        assert self.enter(client, bob.email, "", way="password")[0] == 422

    def test_before_the_address_is_proven_a_new_link_is_mailed(self, client: CheckedClient, session: Session) -> None:
        bob = make_account(session, password=PASSWORD, proven=False)
        session.commit()
        assert self.enter(client, bob.email, PASSWORD) == (303, "/anmelden/noch-bestaetigen")
        assert not is_in(client)
        client.post(link_of(mails(session)[0]))
        assert is_in(client)
        client.post("/abmelden")
        assert self.enter(client, bob.email, PASSWORD) == (303, "/konto")

    def test_guessing_is_slowed_down_for_each_account(self, client: CheckedClient, anna: Account) -> None:
        for _ in range(10):
            assert self.enter(client, anna.email, "falsch falsch")[0] == 422
        assert self.enter(client, anna.email, PASSWORD)[0] == 429
        assert self.enter(client, "other@example.org", PASSWORD)[0] == 422

    def test_a_new_password_ends_other_sessions(self, client: CheckedClient, session: Session, anna: Account) -> None:
        sign_in(client, anna)
        assert is_in(client)
        set_password(session, anna.id, "ganz andere Worte")
        session.commit()
        assert not is_in(client)


@pytest.mark.parametrize(
    ("role", "member", "start"),
    [
        (None, False, "/konto"),
        (None, True, "/verein/"),
        (Role.MODERATOR, True, "/verwaltung/"),
        (Role.ADMIN, False, "/verwaltung/"),
    ],
)
def test_everybody_begins_where_their_work_is(
    client: CheckedClient, session: Session, role: Role | None, member: bool, start: str
) -> None:
    bob = make_account(session, password=PASSWORD, staff=role)
    if member:
        make_member(session, make_organisation(session), bob)
    session.commit()
    assert client.post("/anmelden", data={"email": bob.email, "password": PASSWORD}).location == start


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("/konto/passwort", "/konto/passwort"),
        ("//evil.example", "/konto"),
        ("\\\\evil.example", "/konto"),
        ("/\\evil.example", "/konto"),
        ("https://evil.example/konto", "/konto"),
        ("https:evil.example", "/konto"),
        ("/\t/evil.example", "/konto"),
        ("", "/konto"),
    ],
)
def test_signing_in_never_leads_elsewhere(client: CheckedClient, anna: Account, wanted: str, shown: str) -> None:
    data = {"email": anna.email, "password": PASSWORD, "next": wanted}
    assert client.post("/anmelden", data=data).location == shown
    assert client.get("/anmelden", query_string={"next": wanted}).location == shown


def test_a_visitor_is_sent_to_sign_in_and_back(client: CheckedClient, anna: Account) -> None:
    response = client.get("/konto/angaben?x=1")
    assert response.location == "/anmelden?next=/konto/angaben?x%3D1"
    page = client.get(response.location).get_data(as_text=True)
    assert 'value="/konto/angaben?x=1"' in page


def test_nothing_is_called_optional_where_one_of_two_ways_is_chosen(client: CheckedClient) -> None:
    assert "freiwillig" not in client.get("/anmelden").get_data(as_text=True)


def test_the_page_sets_no_cookie_and_can_be_cached(client: CheckedClient) -> None:
    response = client.get("/anmelden")
    assert "Set-Cookie" not in response.headers
    assert "public" in response.headers["Cache-Control"]


def test_signing_in_begins_a_fresh_session(client: CheckedClient, anna: Account) -> None:
    with client.session_transaction(base_url="http://bretten.localhost") as cookie:
        cookie["planted"] = "by somebody"
    client.post("/anmelden", data={"email": anna.email, "password": PASSWORD})
    with client.session_transaction(base_url="http://bretten.localhost") as cookie:
        assert "planted" not in cookie


def test_signing_out_leaves_nothing(client: CheckedClient, anna: Account) -> None:
    sign_in(client, anna)
    assert client.get("/abmelden").status_code == 405
    response = client.post("/abmelden")
    assert (response.status_code, response.location) == (303, "/")
    assert "engagement=;" in response.headers["Set-Cookie"]
    assert not is_in(client)


class TestBetweenCities:
    @pytest.fixture
    def elsewhere(self, app: Flask, ettlingen: int) -> Account:
        """An account of Ettlingen with the address of one in Bretten."""
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            made = make_account(other, email="anna@example.org", password="ein drittes Wort", staff=Role.ADMIN)
            other.commit()
            return made

    def test_an_account_counts_in_its_own_city_only(self, client: CheckedClient, elsewhere: Account) -> None:
        data = {"email": elsewhere.email, "password": "ein drittes Wort"}
        assert client.post("/anmelden", data=data).status_code == 422
        at_home = client.post("/anmelden", data=data, base_url="http://ettlingen.localhost")
        assert (at_home.status_code, at_home.location) == (303, "/verwaltung/")

    def test_a_cookie_of_one_city_is_nothing_in_another(
        self, app: Flask, client: CheckedClient, elsewhere: Account
    ) -> None:
        sign_in(client, elsewhere)  # put under Bretten's host, as somebody could who copies a cookie
        assert not is_in(client)
        assert client.get("/verwaltung/").status_code == 302

    def test_a_link_of_one_city_is_unknown_in_another(
        self, app: Flask, client: CheckedClient, ettlingen: int, elsewhere: Account
    ) -> None:
        client.post("/anmelden", data={"email": elsewhere.email}, base_url="http://ettlingen.localhost")
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            link = link_of(mails(other)[0])
        assert client.post(link).status_code == 404
        assert client.post(link, base_url="http://ettlingen.localhost").status_code == 303
