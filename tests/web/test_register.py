"""Getting an account, and registering an organisation."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Membership, Organisation
from engagement.tenancy.models import District, OrganisationKind
from engagement.web.shared.forms import HONEYPOT
from tests.factories.people import PASSWORD, make_account, make_organisation, sign_in
from tests.support.pages import CheckedClient

LINK = re.compile(r"http://[^/\s]+(/anmelden\S+)")
PERSON = {"name": "Anna Becker", "email": "anna@example.org", "language": "de"}


def mails(session: Session) -> list[OutgoingMail]:
    session.rollback()
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link_of(mail: OutgoingMail) -> str:
    found = LINK.search(mail.text)
    assert found, mail.text
    return found.group(1)


class TestAccount:
    def test_from_the_form_to_the_account(self, client: CheckedClient, session: Session) -> None:
        response = client.post("/registrieren", data={**PERSON, "password": PASSWORD})
        assert (response.status_code, response.location) == (303, "/registrieren/fast-fertig")
        assert "Set-Cookie" not in response.headers
        assert client.get(response.location).status_code == 200
        link = link_of(mails(session)[0])
        assert client.post(link).location == "/konto"
        assert "Anna Becker" in client.get("/konto").get_data(as_text=True)

    def test_a_known_address_gets_the_same_answer(self, client: CheckedClient, session: Session) -> None:
        make_account(session, email="anna@example.org")
        session.commit()
        response = client.post("/registrieren", data=PERSON)
        assert (response.status_code, response.location) == (303, "/registrieren/fast-fertig")
        assert [mail.kind for mail in mails(session)] == ["already-registered"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": " "},
            {"name": "Gewinnen Sie auf www.evil.example"},
            {"email": "anna"},
            {"email": ""},
            {"password": "kurz"},
            {"password": "passwort1234"},
            {"language": "xx"},
        ],
    )
    def test_mistakes_keep_what_was_typed(self, client: CheckedClient, session: Session, wrong: dict[str, str]) -> None:
        response = client.post("/registrieren", data={**PERSON, **wrong})
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert f'id="{next(iter(wrong))}-error"' in page
        if "name" not in wrong:
            assert 'value="Anna Becker"' in page
        assert mails(session) == []
        assert session.query(Account).count() == 0

    def test_robots_get_a_friendly_nothing(self, client: CheckedClient, session: Session) -> None:
        assert client.post("/registrieren", data={**PERSON, HONEYPOT: "http://spam"}).status_code == 303
        assert session.query(Account).count() == 0

    def test_the_page_leads_to_the_other_way(self, client: CheckedClient) -> None:
        response = client.get("/registrieren")
        assert 'href="/registrieren/verein"' in response.get_data(as_text=True)
        assert "Set-Cookie" not in response.headers

    def test_who_is_signed_in_has_an_account(self, client: CheckedClient, session: Session) -> None:
        anna = make_account(session)
        session.commit()
        sign_in(client, anna)
        assert client.get("/registrieren").location == "/konto"

    def test_one_place_does_not_register_for_ever(self, client: CheckedClient) -> None:
        answers = [client.post("/registrieren", data={**PERSON, "email": f"p{n}@x.example"}) for n in range(21)]
        assert [answer.status_code for answer in answers].count(429) == 1


class TestOrganisation:
    @pytest.fixture
    def typed(self, session: Session) -> dict[str, str]:
        """What a visitor fills in."""
        return {
            "name": "Lesebrücke Bretten e. V.",
            "kind_id": str(session.scalars(select(OrganisationKind.id).limit(1)).one()),
            "district_id": str(session.scalars(select(District.id).limit(1)).one()),
            "street": "Gartenweg 12",
            "postcode": "75015",
            "city": "Bretten",
            "description": "Wir lesen vor.",
            "website": "www.lesebruecke.example",
            "contact_name": "Margit Sommerfeld",
            "email": "margit@lesebruecke.example",
            "phone": "069 90009-114",
        }

    def test_from_the_form_to_the_workspace(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        moderator = make_account(session, staff=Role.MODERATOR)
        session.commit()
        response = client.post("/registrieren/verein", data=typed)
        assert (response.status_code, response.location) == (303, "/registrieren/verein/danke")
        assert "Set-Cookie" not in response.headers
        assert client.get(response.location).status_code == 200
        made = session.scalars(select(Organisation)).one()
        assert (made.verification, made.website) == (Verification.PENDING, "https://www.lesebruecke.example")
        assert (made.contact_name, made.email) == ("Margit Sommerfeld", "margit@lesebruecke.example")
        to_person, to_staff = mails(session)
        assert (to_person.kind, to_person.to_address) == ("organisation-registered", "margit@lesebruecke.example")
        assert (to_staff.kind, to_staff.to_address) == ("organisation-waiting", moderator.email)
        assert f"/verwaltung/organisationen/{made.id}" in to_staff.text
        assert client.post(link_of(to_person)).location == f"/verein/{made.id}"
        assert client.get(f"/verein/{made.id}/profil").status_code == 200

    def test_without_staff_the_town_hall_is_told(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        client.post("/registrieren/verein", data=typed)
        assert mails(session)[1].to_address == "ehrenamt@bretten.example"

    def test_an_existing_account_is_not_signed_in_by_the_mail(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        margit = make_account(session, email=typed["email"], name="Margit S.")
        session.commit()
        client.post("/registrieren/verein", data={**typed, "contact_name": "Mallory"})
        session.refresh(margit)
        assert margit.name == "Margit S."
        assert link_of(mails(session)[0]).startswith("/anmelden?next=")
        assert session.scalars(select(Membership.account_id)).all() == [margit.id]

    def test_who_is_signed_in_gives_no_details_of_themselves(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        anna = make_account(session)
        session.commit()
        sign_in(client, anna)
        page = client.get("/registrieren/verein?name=").get_data(as_text=True)
        assert 'name="contact_name"' not in page
        for shown in ("öffentlich bei Ihrem Verein", f"<dd>{anna.name}</dd>", f"<dd>{anna.email}</dd>"):
            assert shown in page, "who registers must know what of theirs becomes public"
        response = client.post("/registrieren/verein", data=typed)
        made = session.scalars(select(Organisation)).one()
        assert (response.status_code, response.location) == (303, f"/verein/{made.id}")
        assert (made.contact_name, made.email) == (anna.name, anna.email)

    def test_a_likely_double_is_asked_about_once(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        make_organisation(session, "Lesebrücke Bretten")
        session.commit()
        response = client.post("/registrieren/verein", data=typed)
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert ">Lesebrücke Bretten</strong>" in page
        assert 'value="Gartenweg 12"' in page
        assert session.query(Organisation).count() == 1
        assert client.post("/registrieren/verein", data={**typed, "different": "y"}).status_code == 303
        assert session.query(Organisation).count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"kind_id": ""},
            {"kind_id": "999999"},
            {"kind_id": "unsinn"},
            {"district_id": "999999"},
            {"postcode": "7501"},
            {"website": "javascript:alert(1)"},
            {"contact_name": ""},
            {"email": "margit"},
            {"phone": "ruf an!"},
            {"description": "x" * 3001},
        ],
    )
    def test_mistakes_make_nothing(
        self, client: CheckedClient, session: Session, typed: dict[str, str], wrong: dict[str, str]
    ) -> None:
        response = client.post("/registrieren/verein", data={**typed, **wrong})
        assert response.status_code == 422
        assert f'id="{next(iter(wrong))}-error"' in response.get_data(as_text=True)
        assert session.query(Organisation).count() == 0

    def test_a_kind_of_another_city_is_none(
        self, client: CheckedClient, session: Session, typed: dict[str, str], ettlingen: int
    ) -> None:
        own = set(session.scalars(select(OrganisationKind.id)))
        foreign = max(own) + 1
        assert client.post("/registrieren/verein", data={**typed, "kind_id": str(foreign)}).status_code == 422

    def test_robots_get_a_friendly_nothing(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        assert client.post("/registrieren/verein", data={**typed, HONEYPOT: "x"}).status_code == 303
        assert session.query(Organisation).count() == 0
