"""The pages of the team, and the one that an invitation leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.accounts.queries import invited_people, staff_role_of
from engagement.kernel.clock import now, stopped
from engagement.kernel.permissions import Role
from tests.factories.applications import mails
from tests.factories.people import PASSWORD, make_account, sign_in
from tests.support.pages import CheckedClient

TEAM = "/verwaltung/team"


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    made = make_account(session, name="Martina Vogt", staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)
    return made


def invited(client: CheckedClient, session: Session, email: str = "nora@example.org", role: str = "moderator") -> str:
    """Invite by the form; return the path in the mail."""
    response = client.post(f"{TEAM}/einladen", data={"email": email, "role": role})
    assert response.status_code == 303
    return path_in_mail(session)


def path_in_mail(session: Session) -> str:
    session.rollback()
    text = mails(session, "staff-invitation")[-1].text
    return "/einladung/" + text.split("/einladung/")[1].split()[0]


def other_person(client: CheckedClient) -> CheckedClient:
    made = client.application.test_client()
    assert isinstance(made, CheckedClient)
    return made


class TestInviting:
    def test_from_the_form_to_the_first_page(self, client: CheckedClient, session: Session, admin: Account) -> None:
        path = invited(client, session)
        page = client.get(TEAM).get_data(as_text=True)
        assert "nora@example.org" in page
        assert "gilt bis" in page
        nora = other_person(client)
        shown = nora.get(path)
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert "Martina Vogt lädt Sie in das Team ein" in shown.get_data(as_text=True)
        assert nora.post(path, data={"name": "", "password": ""}).status_code == 422
        short = nora.post(path, data={"name": "Nora Neu", "password": "kurz"})
        assert short.status_code == 422
        assert 'value="Nora Neu"' in short.get_data(as_text=True)
        joined = nora.post(path, data={"name": "Nora Neu", "password": ""})
        assert joined.headers["Location"] == "/verwaltung/"
        assert "Willkommen im Team!" in nora.get("/verwaltung/").get_data(as_text=True)
        assert nora.get(TEAM).status_code == 404
        again = other_person(client).get(path)
        assert (again.status_code, "gilt nicht mehr" in again.get_data(as_text=True)) == (410, True)

    def test_somebody_with_an_account_signs_in_first(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        known = make_account(session, email="nora@example.org", password=PASSWORD)
        stranger = make_account(session, email="fremd@example.org")
        session.commit()
        path = invited(client, session, role="admin")
        nora = other_person(client)
        page = nora.get(path).get_data(as_text=True)
        assert "melden Sie sich bitte zuerst damit an" in page
        assert nora.post(path, data={"name": "Nora"}).status_code == 422
        sign_in(nora, stranger)
        assert "fremd@example.org" in nora.get(path).get_data(as_text=True)
        assert nora.post(path).status_code == 422
        sign_in(nora, known)
        assert nora.post(path).headers["Location"] == "/verwaltung/"
        session.rollback()
        assert staff_role_of(session, known.id) is Role.ADMIN
        assert staff_role_of(session, stranger.id) is None

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"email": "keine", "role": "admin"}, "sieht nicht nach einer E-Mail-Adresse aus"),
            ({"email": "x@example.org", "role": "owner"}, "Rolle"),
            ({"email": "x@example.org", "role": ""}, "Rolle"),
            ({"email": "nora@example.org", "role": "admin"}, "schon eingeladen"),
        ],
    )
    def test_mistakes_are_pointed_out_and_everything_is_kept(
        self, client: CheckedClient, session: Session, admin: Account, data: dict[str, str], words: str
    ) -> None:
        invited(client, session)
        response = client.post(f"{TEAM}/einladen", data=data)
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert words in page
        assert f'value="{data["email"]}"' in page

    def test_again_and_withdrawn(self, client: CheckedClient, session: Session, admin: Account) -> None:
        first = invited(client, session)
        (row,) = invited_people(session)
        assert client.post(f"{TEAM}/einladungen/{row.id}/erneut").status_code == 303
        second = path_in_mail(session)
        visitor = other_person(client)
        assert [visitor.get(path).status_code for path in (first, second)] == [410, 200]
        assert client.post(f"{TEAM}/einladungen/{row.id}/zurueckziehen").status_code == 303
        assert visitor.get(second).status_code == 410
        client.get(TEAM)  # says what was done, once
        assert "nora@example.org" not in client.get(TEAM).get_data(as_text=True)

    def test_one_that_has_run_out_is_shown_as_such(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        with stopped(now() - timedelta(days=15)):
            invited(client, session)
        assert "die Frist ist abgelaufen" in client.get(TEAM).get_data(as_text=True)

    @pytest.mark.parametrize("path", ["/einladung/x", "/einladung/a.b.c"])
    def test_a_forged_link_is_not_found(self, client: CheckedClient, path: str) -> None:
        assert client.get(path).status_code == client.post(path).status_code == 404


class TestChanging:
    def test_the_list(self, client: CheckedClient, session: Session, admin: Account) -> None:
        make_account(session, name="Ohne Bestätigung", staff=Role.MODERATOR, proven=False)
        session.commit()
        page = client.get(TEAM).get_data(as_text=True)
        assert "hat die E-Mail-Adresse noch nicht bestätigt" in page
        assert page.index("Martina Vogt") < page.index("Ohne Bestätigung")
        assert "Sign in" not in client.get(f"{TEAM}?lang=en").get_data(as_text=True)

    def test_a_role(self, client: CheckedClient, session: Session, admin: Account) -> None:
        other = make_account(session, name="Jonas Keller", staff=Role.MODERATOR)
        session.commit()
        assert client.post(f"{TEAM}/{other.id}", data={"role": "owner"}).status_code == 422
        assert client.post(f"{TEAM}/{other.id}", data={"role": "admin"}).headers["Location"] == TEAM
        session.rollback()
        assert staff_role_of(session, other.id) is Role.ADMIN

    def test_one_who_gives_up_administration_lands_where_they_still_may_be(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        make_account(session, staff=Role.ADMIN)
        session.commit()
        assert "Das sind Sie" in client.get(f"{TEAM}/{admin.id}").get_data(as_text=True)
        response = client.post(f"{TEAM}/{admin.id}", data={"role": "moderator"})
        assert response.headers["Location"] == "/verwaltung/"
        assert client.get("/verwaltung/").status_code == 200

    def test_removing_is_asked_about_and_ends_the_sessions(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        other = make_account(session, name="Jonas Keller", staff=Role.MODERATOR)
        session.commit()
        his = other_person(client)
        sign_in(his, other)
        assert his.get("/verwaltung/").status_code == 200
        page = client.get(f"{TEAM}/{other.id}/entfernen").get_data(as_text=True)
        assert "Jonas Keller aus dem Team entfernen?" in page
        assert his.get("/verwaltung/").status_code == 200
        assert client.post(f"{TEAM}/{other.id}/entfernen").headers["Location"] == TEAM
        assert his.get("/verwaltung/").status_code == 302
        assert client.get(f"{TEAM}/{other.id}").status_code == 404

    def test_the_last_administrator_is_told_why_not(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        for response in (
            client.post(f"{TEAM}/{admin.id}/entfernen"),
            client.post(f"{TEAM}/{admin.id}", data={"role": "moderator"}),
        ):
            assert response.status_code == 422
            assert "die letzte Person" in response.get_data(as_text=True)

    def test_one_can_leave_oneself(self, client: CheckedClient, session: Session, admin: Account) -> None:
        make_account(session, staff=Role.ADMIN)
        session.commit()
        asked = client.get(f"{TEAM}/{admin.id}/entfernen").get_data(as_text=True)
        assert asked.count("Das Team verlassen?") == len(("title", "heading"))
        assert client.post(f"{TEAM}/{admin.id}/entfernen").headers["Location"] == "/"
        assert client.get(TEAM).status_code == 302
