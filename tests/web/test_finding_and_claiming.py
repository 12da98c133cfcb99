"""Registering begins with looking; what is here already is claimed, not registered twice."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.permissions import Role
from engagement.organisations import confirmation
from engagement.organisations.claims import open_claims
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation
from engagement.tenancy.models import OrganisationKind
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import Module, TenantSettings
from engagement.web.shared.forms import HONEYPOT
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.register import make_old_organisation
from tests.support.pages import CheckedClient

LINK = re.compile(r"http://[^/\s]+(/\S+)")
PERSON = {"name": "Helga Brandt", "email": "helga@example.org", "phone": "", "note": "Ich führe die Kasse."}


@pytest.fixture
def typed(session: Session) -> dict[str, str]:
    """What a visitor fills in."""
    return {
        "name": "Lesebrücke Bretten",
        "kind_id": str(session.scalars(select(OrganisationKind.id).limit(1)).one()),
        "street": "Gartenweg 12",
        "postcode": "75015",
        "city": "Bretten",
        "district_id": "",
        "contact_name": "Helga Brandt",
        "email": "helga@example.org",
    }


class TestLooking:
    def test_the_first_page_asks_for_the_name_only(self, client: CheckedClient) -> None:
        page = client.get("/registrieren/verein").get_data(as_text=True)
        assert 'name="suche"' in page
        assert 'name="kind_id"' not in page

    def test_what_is_public_is_found_and_leads_to_the_request(self, client: CheckedClient, session: Session) -> None:
        made = make_organisation(session, "Lesebrücke Bretten e. V.", contact_name="Margit S.", phone="07252 99")
        make_organisation(session, "Lesebrücke Geheim", verification=Verification.PENDING)
        session.commit()
        page = client.get("/registrieren/verein?suche=lesebrucke").get_data(as_text=True)
        assert f'href="/registrieren/verein/{made.id}"' in page
        assert "Geheim" not in page

    def test_what_is_not_found_leads_to_the_form_with_the_name(self, client: CheckedClient) -> None:
        page = client.get("/registrieren/verein?suche=Turnverein+%3Cb%3E").get_data(as_text=True)
        assert "Turnverein &lt;b&gt;" in page
        form = client.get("/registrieren/verein?name=Turnverein").get_data(as_text=True)
        assert 'value="Turnverein"' in form
        assert 'name="kind_id"' in form

    def test_nobody_looks_through_the_register_by_machine(self, client: CheckedClient) -> None:
        answers = [client.get("/registrieren/verein?suche=a").status_code for _ in range(122)]
        assert 429 in answers


class TestDoubles:
    def test_one_of_these_is_asked_for_with_what_was_typed(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        known = make_organisation(session, "Lesebrücke Bretten e. V.")
        session.commit()
        page = client.post("/registrieren/verein", data=typed).get_data(as_text=True)
        assert f'name="ours" value="{known.id}"' in page
        assert 'value="Gartenweg 12"' in page
        response = client.post("/registrieren/verein", data={**typed, "ours": str(known.id)})
        assert (response.status_code, response.location) == (303, "/registrieren/verein/angefragt")
        session.rollback()
        (claim,) = open_claims(session)
        assert (claim.name, claim.email, claim.organisation_id) == ("Helga Brandt", "helga@example.org", known.id)
        assert session.query(Organisation).count() == 1

    def test_only_what_is_offered_can_be_chosen(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        make_organisation(session, "Lesebrücke Bretten e. V.")
        other = make_organisation(session, "Ganz anderes", verification=Verification.PENDING)
        session.commit()
        assert client.post("/registrieren/verein", data={**typed, "ours": str(other.id)}).status_code == 422

    def test_the_same_address_is_asked_about_too(
        self, client: CheckedClient, session: Session, typed: dict[str, str]
    ) -> None:
        make_organisation(session, "Musikverein", street="Gartenweg 12", postcode="75015")
        session.commit()
        response = client.post("/registrieren/verein", data=typed)
        assert response.status_code == 422
        assert "Musikverein" in response.get_data(as_text=True)


class TestClaiming:
    def test_from_the_request_to_the_workspace(self, client: CheckedClient, session: Session) -> None:
        known = make_organisation(session, "Lesebrücke")
        staff = make_account(session, staff=Role.MODERATOR)
        session.commit()
        address = f"/registrieren/verein/{known.id}"
        assert client.get(address).status_code == 200
        response = client.post(address, data=PERSON)
        assert (response.status_code, response.location) == (303, "/registrieren/verein/angefragt")
        assert "Set-Cookie" not in response.headers
        assert client.get(response.location).status_code == 200
        session.rollback()
        (claim,) = open_claims(session)
        sign_in(client, staff)
        for page in ("/verwaltung/organisationen", "/verwaltung/organisationen/anfragen"):
            assert client.get(page).status_code == 200
        assert "Helga Brandt" in client.get(f"/verwaltung/organisationen/{known.id}").get_data(as_text=True)
        accepted = client.post(f"/verwaltung/organisationen/{known.id}/anfragen/{claim.id}/annehmen")
        assert accepted.status_code == 303
        client.post("/abmelden")
        session.rollback()
        found = LINK.search(mails(session, "claim-accepted")[0].text)
        assert found
        assert client.post(found.group(1)).location == f"/verein/{known.id}"
        assert client.get(f"/verein/{known.id}/team").status_code == 200

    def test_staff_decline_with_a_reason(self, client: CheckedClient, session: Session) -> None:
        known = make_organisation(session)
        staff = make_account(session, staff=Role.MODERATOR)
        session.commit()
        client.post(f"/registrieren/verein/{known.id}", data=PERSON)
        session.rollback()
        (claim,) = open_claims(session)
        sign_in(client, staff)
        address = f"/verwaltung/organisationen/{known.id}/anfragen/{claim.id}/ablehnen"
        assert client.post(address, data={"reason": ""}).status_code == 422
        assert client.post(address, data={"reason": "Bitte rufen Sie uns an."}).status_code == 303
        session.rollback()
        assert "Bitte rufen Sie uns an." in mails(session, "claim-declined")[0].text

    def test_who_is_signed_in_says_only_what_they_do(self, client: CheckedClient, session: Session) -> None:
        known, anna = make_organisation(session), make_account(session)
        session.commit()
        sign_in(client, anna)
        address = f"/registrieren/verein/{known.id}"
        assert 'name="email"' not in client.get(address).get_data(as_text=True)
        assert client.post(address, data={"note": "Vorsitz"}).status_code == 303
        session.rollback()
        assert [one.email for one in open_claims(session)] == [anna.email]

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"name": "www.evil.example"}, {"email": "x"}, {"note": " "}, {"note": "x" * 1001}]
    )
    def test_mistakes_keep_what_was_typed(self, client: CheckedClient, session: Session, wrong: dict[str, str]) -> None:
        known = make_organisation(session)
        session.commit()
        response = client.post(f"/registrieren/verein/{known.id}", data={**PERSON, **wrong})
        assert response.status_code == 422
        assert f'id="{next(iter(wrong))}-error"' in response.get_data(as_text=True)
        session.rollback()
        assert open_claims(session) == []

    def test_robots_and_hidden_entries(self, client: CheckedClient, session: Session) -> None:
        known = make_organisation(session)
        hidden = make_organisation(session, verification=Verification.PENDING)
        session.commit()
        answer = client.post(f"/registrieren/verein/{known.id}", data={**PERSON, HONEYPOT: "x"})
        assert answer.status_code == 303
        assert open_claims(session) == []
        assert client.get(f"/registrieren/verein/{hidden.id}").status_code == 404


def test_where_registration_is_off_nothing_of_it_is_there(client: CheckedClient, session: Session) -> None:
    known, anna = make_organisation(session), make_account(session)
    change_settings(session, TenantSettings(modules=frozenset(Module) - {Module.ORGANISATION_REGISTRATION}))
    session.commit()
    client.application.extensions["engagement"].tenants.forget()
    for path in ("", "?name=x", f"/{known.id}", "/danke", "/angefragt"):
        assert client.get(f"/registrieren/verein{path}").status_code == 404
    assert client.post("/registrieren/verein", data={}).status_code == 404
    for page in ("/fuer-vereine", "/registrieren"):
        assert "/registrieren/verein" not in client.get(page).get_data(as_text=True)
    sign_in(client, anna)
    for page in ("/konto", "/verein/"):
        assert "/registrieren/verein" not in client.get(page).get_data(as_text=True)


class TestTheYearlyQuestion:
    def ask(self, session: Session, *, with_owner: bool) -> tuple[Organisation, str]:
        made = make_old_organisation(session, "Lesebrücke", email="info@lese.example", street="Gartenweg 12")
        if with_owner:
            make_member(session, made)
        confirmation.ask_due(session, make_postbox(session))
        session.commit()
        found = LINK.search(mails(session, "organisation-still-right")[0].text)
        assert found
        return made, found.group(1)

    @pytest.fixture(autouse=True)
    def _same_secret(self, client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sign the links of the test's postbox with the application's own key."""
        signer = client.application.extensions["engagement"].signer
        monkeypatch.setattr("tests.factories.mails.Signer", lambda _key: signer)

    def test_opening_changes_nothing_and_one_click_confirms(self, client: CheckedClient, session: Session) -> None:
        made, link = self.ask(session, with_owner=False)
        page = client.get(link).get_data(as_text=True)
        assert "Gartenweg 12" in page
        assert f"/registrieren/verein/{made.id}" in page
        session.refresh(made)
        assert made.confirmed_at is None
        assert client.post(link).location == link
        session.refresh(made)
        assert made.confirmed_at
        thanks = client.get(link).get_data(as_text=True)
        assert "Vielen Dank" in thanks
        assert '<form method="post" action="/angaben' not in thanks

    def test_members_are_led_to_their_own_page(self, client: CheckedClient, session: Session) -> None:
        made, link = self.ask(session, with_owner=True)
        assert f"/verein/{made.id}/profil" in client.get(link).get_data(as_text=True)

    def test_saving_the_details_stands_by_them(self, client: CheckedClient, session: Session) -> None:
        made, _link = self.ask(session, with_owner=True)
        member = make_member(session, made)
        session.commit()
        sign_in(client, member)
        kind = str(session.scalars(select(OrganisationKind.id).limit(1)).one())
        data = {"name": "Lesebrücke", "kind_id": kind, "district_id": ""}
        assert client.post(f"/verein/{made.id}/profil", data=data).status_code == 303
        session.refresh(made)
        assert made.confirmed_at
        assert made.confirmed_at <= now()

    def test_a_forged_link_is_not_found(self, client: CheckedClient) -> None:
        assert client.get("/angaben-bestaetigen/x").status_code == 404
        assert client.post("/angaben-bestaetigen/x").status_code == 404
