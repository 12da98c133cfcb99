"""The municipality's register as pages: list, export, check, suspension, sleep, merging, a new person."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, db, open_for_tenant, tenant_of
from engagement.kernel.permissions import Role
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.kinds import Check, Verification
from engagement.organisations.models import Membership, Organisation, OrganisationCheck
from tests.factories.applications import mails
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.register import days_ago, make_old_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched

LIST = "/verwaltung/organisationen"
SLEEPING = f"{LIST}/karteileichen"


def many(session: Session, number: int) -> None:
    """Make ``number`` old organisations with a member and an offer each, in three statements."""
    tenant_id, old = tenant_of(session), days_ago(500)
    account = make_account(session)
    common = {"tenant_id": tenant_id, "verification": Verification.VERIFIED, "verified_at": old, "created_at": old}
    rows = [{**common, "name": f"Verein {n} am Bach", "slug": f"verein-{n}", "updated_at": old} for n in range(number)]
    ids = session.scalars(insert(Organisation).returning(Organisation.id), rows).all()
    owned = {"tenant_id": tenant_id, "account_id": account.id, "role": Role.OWNER, "created_at": old}
    session.execute(insert(Membership), [{**owned, "organisation_id": one} for one in ids])
    offer = {"tenant_id": tenant_id, "title": "Helfen", "slug": "helfen", "state": State.CLOSED, "updated_at": old}
    session.execute(insert(Opportunity), [{**offer, "organisation_id": one, "created_at": old} for one in ids])
    session.commit()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (LIST, 8),
        (f"{LIST}?q=verain&zustand=sleeping&sortiert=confirmed", 8),
        (SLEEPING, 6),
        (f"{LIST}/register.csv", 6),
        ("organisation", 15),
    ],
)
def test_a_thousand_take_as_few_questions_as_ten(
    client: CheckedClient, session: Session, moderator: Account, path: str, most: int
) -> None:
    many(session, 10)
    one = session.scalars(select(Organisation.id).limit(1)).one()
    address = f"{LIST}/{one}" if path == "organisation" else path
    client.get(address)
    counts = []
    for more in (0, 990):
        many(session, more) if more else None
        with watched(db.engine) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= most


class TestExport:
    def read(self, content: bytes, kind: str) -> list[list[Any]]:
        if kind == "csv":
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
        return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_file_holds_what_the_list_shows(
        self, client: CheckedClient, session: Session, moderator: Account, kind: str
    ) -> None:
        made = make_organisation(
            session, "=HYPERLINK(1)", verification=Verification.PENDING, phone="+49 7252 1", contact_name='Ä; "B"'
        )
        make_member(session, made, make_account(session, name="Olga", email="olga@example.org"))
        make_organisation(session, "Lesebrücke")
        session.commit()
        response = client.get(f"{LIST}/register.{kind}?zustand=pending")
        assert response.headers["Content-Disposition"].endswith(f".{kind}")
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Content-Length"] == str(len(response.data))
        heading, row = self.read(response.data, kind)
        found = dict(zip(heading, row, strict=True))
        mark = "'" if kind == "csv" else ""
        assert found["Name"] == f"{mark}=HYPERLINK(1)"
        assert found["Telefon"] == f"{mark}+49 7252 1"
        assert found["Ansprechperson"] == 'Ä; "B"'
        assert found["Verantwortliche"] == "Olga <olga@example.org>"
        assert str(found["Registriert am"]) == now().date().isoformat()
        (trail,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation.export")).all()
        assert trail.after == {"format": kind, "part": "pending", "text": "", "entries": 1}
        assert trail.actor_account_id == moderator.id

    def test_the_note_for_colleagues_stays_inside(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        make_organisation(session, "Lesebrücke").internal_note = "Streit im Vorstand"
        session.commit()
        assert "Streit" not in client.get(f"{LIST}/register.csv").get_data(as_text=True)


class TestTheCheck:
    def test_ticks_and_note_are_kept_with_who_and_when(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        owner = make_member(session, made)
        session.commit()
        address = f"{LIST}/{made.id}"
        data = {"checks": ["address", "purpose"], "note": "Ruft morgen zurück"}
        assert client.post(f"{address}/pruefung", data=data).status_code == 303
        page = client.get(address).get_data(as_text=True)
        assert "Martina Vogt" in page
        assert "Ruft morgen zurück" in page
        assert client.post(f"{address}/bestaetigen", data={**data, "checks": ["contact"]}).status_code == 303
        session.rollback()
        assert session.scalars(select(OrganisationCheck.item)).all() == [Check.CONTACT]
        session.refresh(made)
        assert made.verification is Verification.VERIFIED
        sign_in(client, owner)
        for path in (f"/verein/{made.id}", f"/verein/{made.id}/profil", f"/organisationen/{made.id}-{made.slug}"):
            assert "Ruft morgen" not in client.get(path).get_data(as_text=True)

    @pytest.mark.parametrize("wrong", [{"checks": ["unsinn"]}, {"note": "x" * 4001}])
    def test_nonsense_is_refused(
        self, client: CheckedClient, session: Session, moderator: Account, wrong: dict[str, Any]
    ) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        session.commit()
        for word in ("pruefung", "bestaetigen"):
            assert client.post(f"{LIST}/{made.id}/{word}", data=wrong).status_code == 422

    def test_a_prepared_reason_can_be_changed(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        made = make_organisation(session, verification=Verification.PENDING)
        session.commit()
        assert "nicht finden" in client.get(f"{LIST}/{made.id}?grund=adresse").get_data(as_text=True)
        assert client.get(f"{LIST}/{made.id}?grund=unsinn").status_code == 200

    def test_doubles_stand_beside_the_decision(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        other = make_organisation(session, "Lesebrücke Bretten e. V.")
        made = make_organisation(session, "Lesebrücke Bretten", verification=Verification.PENDING)
        session.commit()
        page = client.get(f"{LIST}/{made.id}").get_data(as_text=True)
        assert f"/zusammenfuehren?mit={other.id}" in page
        assert "ähnlicher Name" in page


class TestSuspending:
    def test_the_page_says_what_happens_and_wants_a_reason(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        made = make_organisation(session, "Lesebrücke")
        owner = make_member(session, made)
        make_opportunity(session, made.id)
        session.commit()
        address, public = f"{LIST}/{made.id}", f"/organisationen/{made.id}-{made.slug}"
        assert "1 öffentliches Angebot" in client.get(f"{address}/sperren").get_data(as_text=True)
        assert client.post(f"{address}/sperren", data={"reason": " "}).status_code == 422
        assert client.post(f"{address}/sperren", data={"reason": "Beschwerden"}).status_code == 303
        assert client.get(public).status_code == 404
        assert "Lesebrücke" not in client.get("/organisationen").get_data(as_text=True)
        assert "Beschwerden" in client.get(address).get_data(as_text=True)
        assert client.post(f"{address}/sperren", data={"reason": "x"}).status_code == 409
        sign_in(client, owner)
        assert "Beschwerden" in client.get(f"/verein/{made.id}").get_data(as_text=True)
        sign_in(client, moderator)
        assert client.post(f"{address}/freigeben").status_code == 303
        assert client.get(public).status_code == 200


class TestSleeping:
    def test_reasons_and_several_at_once(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        sleepers = [make_old_organisation(session, f"Alt {n}", email=f"alt{n}@example.org") for n in range(3)]
        nameless = make_old_organisation(session, "Ohne Adresse")
        make_organisation(session, "Lebendig")
        session.commit()
        page = client.get(SLEEPING).get_data(as_text=True)
        assert "Alt 2" in page
        assert "Lebendig" not in page
        assert "seit 14 Monaten nicht bestätigt" in page
        assert client.post(SLEEPING, data={}).status_code == 422
        assert client.post(SLEEPING, data={"ids": [sleepers[0].id], "doing": "x"}).status_code == 422
        ids = [sleepers[0].id, sleepers[1].id, nameless.id]
        assert client.post(SLEEPING, data={"ids": ids, "doing": "ask"}).status_code == 303
        assert "Ohne Adresse" in client.get(LIST).get_data(as_text=True)
        session.rollback()
        assert len(mails(session, "organisation-still-right")) == 2
        assert client.post(SLEEPING, data={"ids": [sleepers[0].id], "doing": "confirm"}).status_code == 303
        assert "Alt 0" not in client.get(SLEEPING).get_data(as_text=True)

    def test_suspending_several_is_asked_about_first(
        self, client: CheckedClient, session: Session, moderator: Account
    ) -> None:
        one, other = (make_old_organisation(session, name) for name in ("Alt 1", "Alt 2"))
        session.commit()
        response = client.post(SLEEPING, data={"ids": [one.id, other.id], "doing": "suspend"})
        assert response.status_code == 303
        assert "Alt 2" in client.get(response.location).get_data(as_text=True)
        address = f"{SLEEPING}/sperren"
        assert client.post(address, data={"ids": [one.id, other.id], "reason": ""}).status_code == 422
        assert client.post(address, data={"ids": [one.id, other.id], "reason": "Nichts gehört"}).status_code == 303
        session.rollback()
        assert session.query(Organisation).filter(Organisation.suspended_at.is_not(None)).count() == 2
        assert "Alles ist lebendig" in client.get(SLEEPING).get_data(as_text=True)

    def test_another_citys_cannot_be_ticked(
        self, app: Flask, client: CheckedClient, moderator: Account, ettlingen: int
    ) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = make_organisation(other)
            other.commit()
        for doing in ("ask", "confirm", "suspend"):
            assert client.post(SLEEPING, data={"ids": [foreign.id], "doing": doing}).status_code == 404
        assert client.get(f"{SLEEPING}/sperren?ids={foreign.id}").status_code == 404


class TestMerging:
    def test_from_choosing_to_one_entry(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        left = make_organisation(session, "Lesebrücke Bretten", phone="07252 1", verification=Verification.PENDING)
        right = make_organisation(session, "Lesebrücke Bretten e. V.", phone="07252 2", email="info@lese.example")
        person = make_member(session, right)
        offer_id = make_opportunity(session, right.id)
        session.commit()
        address = f"{LIST}/{left.id}/zusammenfuehren"
        assert f"mit={right.id}" in client.get(address).get_data(as_text=True)
        assert f"mit={right.id}" in client.get(f"{address}?q=lesebrüke").get_data(as_text=True)
        compare = client.get(f"{address}?mit={right.id}").get_data(as_text=True)
        assert "07252 1" in compare
        assert "07252 2" in compare
        chosen = {"mit": right.id, "bleibt": left.id, "name": right.id, "phone": left.id, "email": right.id}
        check = client.get(f"{address}/pruefen", query_string=chosen).get_data(as_text=True)
        assert "1 Angebot zieht um" in check
        assert "lässt sich nicht rückgängig machen" in check
        assert client.post(f"{address}/pruefen", data=chosen).status_code == 422
        response = client.post(f"{address}/pruefen", data={**chosen, "sure": "1"})
        assert response.location == f"{LIST}/{left.id}"
        session.refresh(left)
        assert (left.name, left.phone, left.email) == ("Lesebrücke Bretten e. V.", "07252 1", "info@lese.example")
        old = client.get(f"/organisationen/{right.id}-{right.slug}")
        assert (old.status_code, old.location) == (301, f"/organisationen/{left.id}-{left.slug}")
        assert str(offer_id) in client.get(old.location).get_data(as_text=True)
        assert "Mit einem anderen Eintrag" in client.get(f"{LIST}/{right.id}").get_data(as_text=True)
        assert "im zusammengeführten Eintrag" in client.get(f"{LIST}/{left.id}").get_data(as_text=True)
        assert client.get(f"{LIST}/{right.id}/zusammenfuehren").status_code == 404
        assert person.email in {mail.to_address for mail in mails(session, "organisations-merged")}

    def test_the_other_one_can_stay(self, client: CheckedClient, session: Session, moderator: Account) -> None:
        left, right = make_organisation(session, "Alpha"), make_organisation(session, "Omega")
        session.commit()
        data = {"mit": right.id, "bleibt": right.id, "sure": "1"}
        response = client.post(f"{LIST}/{left.id}/zusammenfuehren/pruefen", data=data)
        assert response.location == f"{LIST}/{right.id}"
        session.refresh(left)
        assert left.merged_into_id == right.id

    def test_only_two_of_this_town(
        self, app: Flask, client: CheckedClient, session: Session, moderator: Account, ettlingen: int
    ) -> None:
        left = make_organisation(session)
        session.commit()
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = make_organisation(other)
            other.commit()
        for number in (foreign.id, left.id, 999_999):
            address = f"{LIST}/{left.id}/zusammenfuehren"
            assert client.get(f"{address}?mit={number}").status_code == 404
            assert client.post(f"{address}/pruefen", data={"mit": number, "sure": "1"}).status_code == 404


def test_a_new_person_takes_over_by_the_municipalitys_decision(
    client: CheckedClient, session: Session, moderator: Account
) -> None:
    made = make_organisation(session, "Lesebrücke")
    make_member(session, made, make_account(session, name="Verstorbene Person"))
    session.commit()
    address = f"{LIST}/{made.id}/vorsitz"
    assert "Verstorbene Person" in client.get(address).get_data(as_text=True)
    data = {"email": "neu@example.org", "former": "leaves", "reason": "Protokoll gesehen"}
    assert client.post(address, data={**data, "reason": ""}).status_code == 422
    assert client.post(address, data=data).status_code == 303
    assert "Protokoll gesehen" in client.get(f"{LIST}/{made.id}").get_data(as_text=True)
    session.rollback()
    assert [mail.to_address for mail in mails(session, "organisation-invitation")] == ["neu@example.org"]


def test_asking_and_confirming_by_hand(client: CheckedClient, session: Session, moderator: Account) -> None:
    made = make_old_organisation(session, email="info@example.org")
    session.commit()
    assert client.post(f"{LIST}/{made.id}/nachfragen").status_code == 303
    assert client.post(f"{LIST}/{made.id}/stimmt").status_code == 303
    session.refresh(made)
    assert made.confirmed_at
    assert "Angaben von der Kommune bestätigt" in client.get(f"{LIST}/{made.id}").get_data(as_text=True)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_event_has_words_in_both_languages(
    client: CheckedClient, session: Session, moderator: Account, language: str
) -> None:
    made = make_organisation(session, "Lesebrücke", verification=Verification.PENDING, email="info@example.org")
    session.commit()
    address = f"{LIST}/{made.id}"
    client.post(f"{address}/pruefung", data={"checks": ["address"], "note": ""})
    for word, data in (
        ("ablehnen", {"reason": "Adresse fehlt"}),
        ("bestaetigen", {}),
        ("sperren", {"reason": "Beschwerden"}),
        ("freigeben", {}),
        ("nachfragen", {}),
        ("stimmt", {}),
        ("vorsitz", {"email": "neu@example.org", "former": "stays", "reason": "neu"}),
    ):
        assert client.post(f"{address}/{word}", data=data).status_code == 303
    page = client.get(f"{address}?lang={language}").get_data(as_text=True)
    assert "organisation." not in page.partition('class="history"')[2].partition("</ol>")[0]
