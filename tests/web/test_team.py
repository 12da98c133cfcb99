"""The team of an organisation, invitations with and without an account, requests, and handing over, as pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import AuditRecord
from engagement.kernel.permissions import Role
from engagement.organisations.merging import absorb
from engagement.organisations.models import Invitation, Organisation
from engagement.organisations.queries import members_of
from tests.factories.applications import mails
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.register import HELGA, make_claim, make_invitation
from tests.support.pages import CheckedClient

LINK = re.compile(r"http://[^/\s]+(/\S+)")


@pytest.fixture
def owner(session: Session) -> Account:
    """Who is responsible for the club."""
    return make_account(session, name="Olga Owner")


@pytest.fixture
def club(session: Session, client: CheckedClient, owner: Account) -> Organisation:
    """An organisation whose owner is signed in."""
    made = make_organisation(session, "Lesebrücke Bretten e. V.", owner=owner)
    session.commit()
    sign_in(client, owner)
    return made


def roles(session: Session, club: Organisation) -> dict[str, Role]:
    session.rollback()
    return {member.email: member.role for member in members_of(session, club.id)}


def link_of(session: Session, kind: str) -> str:
    session.rollback()
    found = LINK.search(mails(session, kind)[-1].text)
    assert found
    return found.group(1)


class TestTeamPage:
    def test_it_shows_who_acts_who_is_invited_and_who_asks(
        self, client: CheckedClient, session: Session, club: Organisation, owner: Account
    ) -> None:
        make_member(session, club, make_account(session, name="Edda Editor"), role=Role.EDITOR)
        make_invitation(session, club, owner, email="neu@example.org")
        make_claim(session, club, note="Ich führe die Kasse.")
        session.commit()
        page = client.get(f"/verein/{club.id}/team").get_data(as_text=True)
        for shown in ("Olga Owner", "Edda Editor", "neu@example.org", "Helga Brandt", "Ich führe die Kasse."):
            assert shown in page
        assert "1 Person sagt" in client.get(f"/verein/{club.id}").get_data(as_text=True)
        english = client.get(f"/verein/{club.id}/team?lang=en").get_data(as_text=True)
        assert "They say that they belong to you" in english

    def test_editors_do_not_get_in_but_may_leave(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        editor = make_member(session, club, role=Role.EDITOR)
        session.commit()
        sign_in(client, editor)
        assert client.get(f"/verein/{club.id}/team").status_code == 404
        assert client.post(f"/verein/{club.id}/verlassen").status_code == 422
        assert client.post(f"/verein/{club.id}/verlassen", data={"sure": "1"}).location == "/konto"
        assert editor.email not in roles(session, club)

    @pytest.mark.parametrize("email", ["", "keine Adresse", "olga"])
    def test_a_bad_address_is_said_beside_its_field(
        self, client: CheckedClient, club: Organisation, email: str
    ) -> None:
        response = client.post(f"/verein/{club.id}/team/einladen", data={"email": email, "role": "editor"})
        assert response.status_code == 422
        assert 'id="email-error"' in response.get_data(as_text=True)

    def test_who_is_in_the_team_is_not_invited(self, client: CheckedClient, club: Organisation, owner: Account) -> None:
        response = client.post(f"/verein/{club.id}/team/einladen", data={"email": owner.email, "role": "owner"})
        assert response.status_code == 422
        assert 'id="email-error"' in response.get_data(as_text=True)

    def test_the_last_owner_stays(
        self, client: CheckedClient, session: Session, club: Organisation, owner: Account
    ) -> None:
        response = client.post(f"/verein/{club.id}/team/{owner.id}", data={"role": "editor"})
        assert response.status_code == 422
        response = client.post(f"/verein/{club.id}/verlassen", data={"sure": "1"})
        assert response.status_code == 422
        assert "übergeben" in response.get_data(as_text=True)
        assert roles(session, club) == {owner.email: Role.OWNER}

    def test_roles_change_and_people_go(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        editor = make_member(session, club, role=Role.EDITOR)
        session.commit()
        address = f"/verein/{club.id}/team/{editor.id}"
        assert client.get(address).status_code == 200
        assert client.post(address, data={"role": "owner"}).location == f"/verein/{club.id}/team"
        assert roles(session, club)[editor.email] is Role.OWNER
        assert client.post(address, data={"role": "admin"}).status_code == 422
        assert client.post(f"{address}/entfernen").status_code == 303
        assert editor.email not in roles(session, club)
        assert client.get(address).status_code == 404

    def test_requests_are_answered(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        row = make_claim(session, club)
        session.commit()
        address = f"/verein/{club.id}/team/anfragen/{row.id}"
        response = client.post(f"{address}/ablehnen", data={"reason": " "})
        assert response.status_code == 422
        assert f'id="reason-{row.id}-error"' in response.get_data(as_text=True)
        for unclear in ({}, {"role": "admin"}):
            response = client.post(f"{address}/annehmen", data=unclear)
            assert response.status_code == 422
            assert f'id="role-{row.id}-error"' in response.get_data(as_text=True)
        assert client.post(f"{address}/annehmen", data={"role": "editor"}).status_code == 303
        assert roles(session, club)[HELGA.email] is Role.EDITOR
        assert client.post(f"{address}/ablehnen", data={"reason": "zu spät"}).status_code == 409

    def test_who_asked_can_become_responsible_and_the_log_says_so(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        row = make_claim(session, club)
        session.commit()
        page = client.get(f"/verein/{club.id}/team").get_data(as_text=True)
        assert re.search(rf'id="role-{row.id}-editor"[^>]* checked', page), "helping is what is offered first"
        client.post(f"/verein/{club.id}/team/anfragen/{row.id}/annehmen", data={"role": "owner"})
        assert roles(session, club)[HELGA.email] is Role.OWNER
        noted = session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.accept_claim")).one()
        assert noted.after["role"] == "owner"
        sign_in(client, make_account(session, staff=Role.ADMIN))
        session.commit()
        shown = client.get(f"/verwaltung/organisationen/{club.id}").get_data(as_text=True)
        assert "Die Anfrage, den Eintrag zu betreuen, wurde angenommen (verantwortlich)" in shown
        log = client.get("/verwaltung/protokoll?was=organisation.accept_claim").get_data(as_text=True)
        assert re.search(r"Rolle.{0,200}verantwortlich", log, re.DOTALL)
        assert "Claim id" not in log


class TestMergedEntry:
    def test_its_pages_lead_those_who_belong_there_to_the_survivor(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        other = make_organisation(session, "Lesebrücke")
        absorb(session, other.id, club.id, ())
        session.commit()
        for path in ("", "/team", "/anfragen?seite=2"):
            response = client.get(f"/verein/{club.id}{path}")
            assert (response.status_code, response.location) == (303, f"/verein/{other.id}{path}")
        assert client.post(f"/verein/{club.id}/verlassen").status_code == 404

    def test_others_learn_nothing_of_it(self, client: CheckedClient, session: Session, club: Organisation) -> None:
        other, stranger = make_organisation(session, "Lesebrücke"), make_account(session)
        absorb(session, other.id, club.id, ())
        session.commit()
        sign_in(client, stranger)
        assert client.get(f"/verein/{club.id}/team").status_code == 404

    def test_who_may_do_less_in_the_survivor_is_led_only_so_far(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        editor = make_member(session, club, role=Role.EDITOR)
        other = make_organisation(session, "Lesebrücke")
        absorb(session, other.id, club.id, ())
        session.commit()
        sign_in(client, editor)
        assert client.get(f"/verein/{club.id}").location == f"/verein/{other.id}"
        assert client.get(f"/verein/{club.id}/team").status_code == 404


class TestInvitation:
    def invite(self, client: CheckedClient, club: Organisation, role: str = "editor") -> None:
        data = {"email": "neu@example.org", "role": role}
        assert client.post(f"/verein/{club.id}/team/einladen", data=data).status_code == 303

    def test_without_an_account(self, app: object, client: CheckedClient, session: Session, club: Organisation) -> None:
        self.invite(client, club)
        link = link_of(session, "organisation-invitation")
        client.post("/abmelden")
        page = client.get(link)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "private, no-store"
        assert "Lesebrücke" in page.get_data(as_text=True)
        assert session.scalars(select(Invitation.accepted_at)).all() == [None], "opening the link changes nothing"
        assert client.post(link, data={"name": "www.evil.example"}).status_code == 422
        response = client.post(link, data={"name": "Nele Neu"})
        assert (response.status_code, response.location) == (303, f"/verein/{club.id}")
        assert client.get(response.location).status_code == 200
        assert client.get(f"/verein/{club.id}/team").status_code == 404
        assert roles(session, club)["neu@example.org"] is Role.EDITOR
        assert client.get(link).status_code == 410

    def test_with_an_account_one_signs_in_first(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        known = make_account(session, email="neu@example.org", password="vier warme Worte")
        session.commit()
        self.invite(client, club, "owner")
        link = link_of(session, "organisation-invitation")
        response = client.post(link)
        assert response.location.startswith("/anmelden?next=/einladung/verein/")
        sign_in(client, known)
        assert client.post(link).location == f"/verein/{club.id}"
        assert roles(session, club)["neu@example.org"] is Role.OWNER

    def test_withdrawn_and_unknown_links_say_so(
        self, client: CheckedClient, session: Session, club: Organisation
    ) -> None:
        self.invite(client, club)
        link = link_of(session, "organisation-invitation")
        row = session.scalars(select(Invitation)).one()
        assert client.post(f"/verein/{club.id}/team/einladungen/{row.id}/erneut").status_code == 303
        assert client.get(link).status_code == 404
        link = link_of(session, "organisation-invitation")
        assert client.post(f"/verein/{club.id}/team/einladungen/{row.id}/zurueckziehen").status_code == 303
        response = client.get(link)
        assert response.status_code == 410
        assert "zurückgezogen" in response.get_data(as_text=True)
        assert client.get("/einladung/verein/x").status_code == 404

    def test_the_chair_changes(
        self, client: CheckedClient, session: Session, club: Organisation, owner: Account
    ) -> None:
        heir = make_member(session, club, role=Role.EDITOR)
        session.commit()
        address = f"/verein/{club.id}/team/uebergeben"
        assert heir.email in client.get(address).get_data(as_text=True)
        assert client.post(address, data={"email": "x", "former": "leaves"}).status_code == 422
        assert client.post(address, data={"email": heir.email, "former": "leaves"}).status_code == 303
        assert roles(session, club) == {owner.email: Role.OWNER, heir.email: Role.EDITOR}
        sign_in(client, heir)
        link = link_of(session, "organisation-invitation")
        assert "verantwortlich" in client.get(link).get_data(as_text=True)
        assert client.post(link).status_code == 303
        assert roles(session, club) == {heir.email: Role.OWNER}
