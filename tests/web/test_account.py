"""A person's own pages, and an organisation's details."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import db
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.models import OrganisationKind
from tests.factories.people import PASSWORD, make_account, make_member, make_organisation, sign_in
from tests.support.pages import CheckedClient
from tests.support.statements import watched

LINK = re.compile(r"http://[^/\s]+(/anmelden/link/\S+)")
OWN_PAGES = ("/konto", "/konto/angaben", "/konto/e-mail", "/konto/passwort")


@pytest.fixture
def anna(client: CheckedClient, session: Session) -> Account:
    """A citizen with a password, signed in."""
    made = make_account(session, email="anna@example.org", password=PASSWORD)
    session.commit()
    sign_in(client, made)
    return made


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_are_for_oneself(client: CheckedClient, anna: Account, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "private, no-store"
    client.post("/abmelden")
    assert client.get(path).location == f"/anmelden?next={path}"


def test_the_overview_takes_few_questions(client: CheckedClient, session: Session, anna: Account) -> None:
    client.get("/konto")  # the tenant of a host is read from memory from now on
    counts = []
    for _ in range(2):
        with watched(db.engine) as seen:
            page = client.get("/konto").get_data(as_text=True)
        counts.append(len(seen))
        for _ in range(3):
            make_member(session, make_organisation(session), anna)
        session.commit()
    assert "anna@example.org" in page
    assert counts == [3, 3]


def test_the_overview_leads_to_ones_organisations(client: CheckedClient, session: Session, anna: Account) -> None:
    made = make_organisation(session, "Lesebrücke", verification=Verification.PENDING, owner=anna)
    session.commit()
    page = client.get("/konto").get_data(as_text=True)
    assert f'href="/verein/{made.id}"' in page
    assert "Wartet auf die Prüfung" in page


def test_details_are_changed(client: CheckedClient, session: Session, anna: Account) -> None:
    data = {"name": "Anna B.", "phone": "07252 1234", "language": "en"}
    assert client.post("/konto/angaben", data=data).location == "/konto"
    session.refresh(anna)
    assert (anna.name, anna.phone, anna.language) == ("Anna B.", "07252 1234", "en")
    assert '<html lang="en" dir="ltr">' in client.get("/konto").get_data(as_text=True)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"phone": "ruf an!"}, {"language": "xx"}])
def test_mistakes_change_nothing(client: CheckedClient, session: Session, anna: Account, wrong: dict[str, str]) -> None:
    data = {"name": "Anna B.", "phone": "", "language": "de", **wrong}
    assert client.post("/konto/angaben", data=data).status_code == 422
    session.refresh(anna)
    assert anna.name == "Anna Becker"


def test_a_new_address_counts_once_it_is_proven(client: CheckedClient, session: Session, anna: Account) -> None:
    assert client.post("/konto/e-mail", data={"email": "neu@example.org"}).status_code == 303
    session.refresh(anna)
    assert anna.email == "anna@example.org"
    found = LINK.search(session.scalars(select(OutgoingMail.text)).one())
    assert found
    assert client.post(found.group(1)).location == "/konto"
    assert "neu@example.org" in client.get("/konto").get_data(as_text=True)


class TestPassword:
    new = "ganz andere Worte"

    def test_the_present_one_is_asked_for(self, client: CheckedClient, session: Session, anna: Account) -> None:
        for present, status in (("", 422), ("falsch falsch", 422), (PASSWORD, 303)):
            data = {"present": present, "password": self.new}
            assert client.post("/konto/passwort", data=data).status_code == status
        assert session.scalars(select(OutgoingMail.kind)).all() == ["password-changed"]

    def test_this_session_goes_on_and_others_end(self, client: CheckedClient, session: Session, anna: Account) -> None:
        elsewhere = client.application.test_client()
        assert isinstance(elsewhere, CheckedClient)
        sign_in(elsewhere, anna)
        assert elsewhere.get("/konto").status_code == 200
        client.post("/konto/passwort", data={"present": PASSWORD, "password": self.new})
        assert client.get("/konto").status_code == 200
        assert elsewhere.get("/konto").status_code == 302

    def test_after_a_mailed_link_the_present_one_is_not_needed(
        self, client: CheckedClient, session: Session, anna: Account
    ) -> None:
        client.post("/abmelden")
        client.post("/anmelden", data={"email": anna.email, "way": "link"})
        found = LINK.search(session.scalars(select(OutgoingMail.text)).one())
        assert found
        client.post(found.group(1))
        assert 'name="present"' not in client.get("/konto/passwort").get_data(as_text=True)
        assert client.post("/konto/passwort", data={"password": self.new}).status_code == 303

    @pytest.mark.parametrize("password", ["", "kurz", "passwort1234"])
    def test_weak_ones_are_refused(self, client: CheckedClient, anna: Account, password: str) -> None:
        response = client.post("/konto/passwort", data={"present": PASSWORD, "password": password})
        assert response.status_code == 422
        assert 'id="password-error"' in response.get_data(as_text=True)

    def test_guessing_the_present_one_is_slowed_down(self, client: CheckedClient, anna: Account) -> None:
        data = {"present": "falsch falsch", "password": self.new}
        answers = [client.post("/konto/passwort", data=data).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]


class TestProfileOfAnOrganisation:
    @pytest.fixture
    def club(self, session: Session, anna: Account) -> Organisation:
        """An organisation that Anna acts for."""
        made = make_organisation(session, "Lesebrücke", city="Bretten", owner=anna)
        session.commit()
        return made

    @pytest.fixture
    def typed(self, session: Session) -> dict[str, str]:
        kind = session.scalars(select(OrganisationKind.id).limit(1)).one()
        return {"name": "Lesebrücke", "kind_id": str(kind), "city": "Bretten", "description": "Wir *lesen* vor."}

    def picture(self) -> tuple[io.BytesIO, str]:
        file = io.BytesIO()
        Image.new("RGB", (900, 300), "teal").save(file, "PNG")
        file.seek(0)
        return file, "logo.png"

    @pytest.mark.parametrize(
        ("role", "status"), [(None, 404), (Role.EDITOR, 200), (Role.OWNER, 200), (Role.ADMIN, 404)]
    )
    def test_members_only(self, client: CheckedClient, session: Session, role: Role | None, status: int) -> None:
        made = make_organisation(session)
        person = make_account(session, staff=role if role is Role.ADMIN else None)
        if role in {Role.EDITOR, Role.OWNER}:
            make_member(session, made, person, role=role or Role.EDITOR)
        else:
            make_member(session, make_organisation(session), person)
        session.commit()
        sign_in(client, person)
        assert client.get(f"/verein/{made.id}/profil").status_code == status
        assert client.post(f"/verein/{made.id}/profil", data={}).status_code == (422 if status == 200 else 404)

    def test_it_is_changed(
        self, client: CheckedClient, session: Session, club: Organisation, typed: dict[str, str]
    ) -> None:
        address = f"/verein/{club.id}/profil"
        response = client.post(address, data={**typed, "contact_name": "Margit", "logo": self.picture()})
        assert (response.status_code, response.location) == (303, address)
        session.refresh(club)
        assert (club.description, club.contact_name) == ("Wir *lesen* vor.", "Margit")
        assert club.logo
        assert (club.logo.media_type, club.logo.width, club.logo.height) == ("image/webp", 480, 160)
        assert f"/bilder/{club.logo.sha256}.webp" in client.get(address).get_data(as_text=True)
        client.post(address, data={**typed, "remove_logo": "y"})
        session.refresh(club)
        assert club.logo_file_id is None

    def test_a_file_that_is_no_picture_changes_nothing(
        self, client: CheckedClient, session: Session, club: Organisation, typed: dict[str, str]
    ) -> None:
        data = {**typed, "name": "Anders", "logo": (io.BytesIO(b"GIF? no"), "logo.gif")}
        response = client.post(f"/verein/{club.id}/profil", data=data)
        assert response.status_code == 422
        assert 'id="logo-error"' in response.get_data(as_text=True)
        session.refresh(club)
        assert club.name == "Lesebrücke"

    def test_the_place_on_the_map_stays_as_long_as_the_address(
        self, client: CheckedClient, session: Session, club: Organisation, typed: dict[str, str]
    ) -> None:
        club.latitude, club.longitude = 49.03, 8.7
        session.commit()
        address = f"/verein/{club.id}/profil"
        client.post(address, data=typed)
        session.refresh(club)
        assert club.latitude == 49.03
        client.post(address, data={**typed, "street": "Neuer Weg 1"})
        session.refresh(club)
        assert club.latitude is None
