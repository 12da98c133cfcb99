"""The log of changes: in words, filtered, page by page, and exported."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, func, insert, select, true
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import Actor, ActorKind, AuditRecord, act_as, record
from engagement.kernel.clock import stopped
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.permissions import Role
from engagement.organisations.kinds import Verification
from engagement.organisations.service import update_organisation, verify_organisation
from engagement.tenancy.deciding import change_languages
from engagement.tenancy.settings import ModerationPolicy, Retention
from engagement.web.municipality.audit import MOST_IN_EXCEL
from tests.factories.applications import make_application, make_offer
from tests.factories.mails import make_postbox
from tests.factories.people import make_account, make_organisation, sign_in
from tests.factories.tenants import decide
from tests.support.pages import CheckedClient
from tests.support.statements import watched

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOG = "/verwaltung/protokoll"
EXPORT = "/verwaltung/protokoll/export"


@pytest.fixture
def admin(session: Session, client: CheckedClient) -> Account:
    made = make_account(session, name="Martina Vogt", staff=Role.ADMIN)
    session.commit()
    sign_in(client, made)
    return made


def by(session: Session, account: Account) -> None:
    act_as(session, Actor(ActorKind.ACCOUNT, account.id))


def read(client: CheckedClient, address: str = LOG) -> str:
    return client.get(address).get_data(as_text=True)


def exported(client: CheckedClient, query: str = "") -> list[list[str]]:
    content = client.get(f"{EXPORT}?format=csv{query}").get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


class TestWords:
    def test_what_happened_is_a_sentence_in_the_readers_language(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        by(session, admin)
        organisation = make_organisation(session, "Lesebrücke", verification=Verification.PENDING)
        verify_organisation(session, make_postbox(session), organisation.id)
        session.commit()
        assert "Martina Vogt hat die Organisation „Lesebrücke“ bestätigt." in read(client)
        assert "Martina Vogt verified the organisation “Lesebrücke”." in read(client, f"{LOG}?lang=en")

    def test_what_changed_is_told_before_and_after(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        by(session, admin)
        decide(session, moderation=ModerationPolicy.REVIEW_ALL, retention=Retention(mail_days=7))
        page = read(client)
        assert "Martina Vogt hat Einstellungen der Seite geändert." in page
        assert "die Verwaltung prüft Angebote ungeprüfter Organisationen" in page
        assert "die Verwaltung prüft jedes Angebot" in page
        assert "Tage, die zugestellte E-Mails aufbewahrt werden" in page
        assert "closed_application_months" not in page

    def test_ids_of_the_vocabulary_are_words(self, client: CheckedClient, session: Session, admin: Account) -> None:
        from engagement.organisations.service import OrganisationValues  # noqa: PLC0415
        from engagement.tenancy.queries import load_vocabulary  # noqa: PLC0415

        kind = load_vocabulary(session).organisation_kinds[1]
        organisation = make_organisation(session, "Lesebrücke")
        update_organisation(
            session, organisation.id, OrganisationValues(name="Lesebrücke", kind_id=kind.id, email="x@example.org")
        )
        session.commit()
        page = read(client, f"{LOG}?was=organisation.update")
        assert "Initiative ohne Rechtsform" in page
        assert "wird in diesem Protokoll nicht aufbewahrt" in page
        assert "x@example.org" not in page

    @pytest.mark.parametrize(
        ("kind", "words"),
        [(ActorKind.GUEST, "Jemand ohne Konto"), (ActorKind.SYSTEM, "Die Plattform"), (ActorKind.OPERATOR, "Betrieb")],
    )
    def test_those_without_an_account_have_names_too(
        self, client: CheckedClient, session: Session, admin: Account, kind: ActorKind, words: str
    ) -> None:
        act_as(session, Actor(kind))
        record(session, "tenant.change_sender", "tenant", 1)
        session.commit()
        assert f"{words} hat den Absender der E-Mails geändert." in read(client)

    def test_a_deleted_account_is_called_so(self, client: CheckedClient, session: Session, admin: Account) -> None:
        gone = make_account(session, name="Fort Gegangen")
        by(session, gone)
        record(session, "account.sign_in", "account", gone.id)
        session.flush()
        session.execute(delete(Account).where(Account.id == gone.id))
        session.commit()
        page = read(client)
        assert "gelöschtes Konto hat sich angemeldet." in page
        assert "Fort Gegangen" not in page
        assert "gelöschtes Konto" in read(client, f"{LOG}?wer={gone.id}")

    def test_an_action_that_nobody_knows_is_readable(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        record(session, "moon.land_on", "moon", 3, before={"dark_side": None}, after={"dark_side": "visible <b>"})
        session.commit()
        page = read(client)
        assert "Moon: land on" in page
        assert "Dark side" in page
        assert "visible &lt;b&gt;" in page

    def test_requests_are_named_by_their_offer_and_nobody_in_them(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        application = make_application(session, make_offer(session, title="Vorlesen in der Kita"))
        record(session, "application.accept", "application", application.id)
        session.commit()
        page = read(client)
        assert "eine Anfrage zum Angebot „Vorlesen in der Kita“ angenommen." in page
        assert "Gisela" not in page

    @pytest.mark.parametrize(
        "after",
        [
            {"starts_at": "not a date"},
            {"modules": ["accounts", "unknown"], "languages": ["de", "en"]},
            {"slots": ["mon-morning"], "certificate_of_conduct": True, "insurance": False},
            {"changed": ["name", "phone"]},
            {"category_ids": [1, 999], "district_id": 999},
            {"opportunity_id": 999, "account_id": "x"},
            {"retention": {}, "nothing": None, "number": 5.5},
        ],
    )
    def test_any_values_can_be_shown(
        self, client: CheckedClient, session: Session, admin: Account, after: dict[str, Any]
    ) -> None:
        record(session, "opportunity.update", "opportunity", 1, after=after)
        session.commit()
        assert client.get(LOG).status_code == 200
        assert len(exported(client)) > 1


class TestFinding:
    @pytest.fixture
    def noted(self, session: Session, admin: Account) -> Account:
        """Somebody else's deeds over three days, each about another organisation."""
        other = make_account(session, name="Jonas Keller")
        by(session, other)
        for day in range(3):
            with stopped(NOON + timedelta(days=day)):
                record(session, "organisation.verify", "organisation", make_organisation(session, f"Verein {day}").id)
        session.commit()
        return other

    @pytest.mark.parametrize(
        ("query", "shown", "hidden"),
        [
            ("von=2026-06-02&bis=2026-06-02", ["„Verein 1“ bestätigt"], ["„Verein 0“ b", "„Verein 2“ b"]),
            ("von=2026-06-03", ["„Verein 2“ bestätigt"], ["„Verein 1“ b"]),
            ("was=organisation.verify", ["„Verein 0“ bestätigt"], ["registriert."]),
            ("wer=guest", ["Kein Eintrag passt"], ["bestätigt."]),
            ("objekt=organisation&was=organisation.verify", ["„Verein 0“ b", "„Verein 2“ b"], ["Konto von"]),
            ("was=unsinn&wer=unsinn&objekt=unsinn-1&vor=x&nach=-", ["„Verein 0“ bestätigt"], []),
            ("vor=99999999999999999-1&wer=999999999999999999", ["Kein Eintrag passt"], []),
        ],
    )
    def test_it_is_narrowed(
        self, client: CheckedClient, noted: Account, query: str, shown: list[str], hidden: list[str]
    ) -> None:
        page = read(client, f"{LOG}?{query}")
        assert [text for text in shown if text not in page] == []
        assert [text for text in hidden if text in page] == []

    def test_one_person_and_one_object_are_a_click_away(self, client: CheckedClient, noted: Account) -> None:
        page = read(client)
        assert f'href="{LOG}?wer={noted.id}"' in page
        assert "Jonas Keller</option>" in read(client, f"{LOG}?wer={noted.id}")
        assert f"{LOG}?objekt=organisation-" in page

    @pytest.mark.parametrize("day", ["gestern", "2026-13-01", "0001-01-01", "9999-12-31"])
    def test_a_day_that_is_none_is_pointed_out(self, client: CheckedClient, noted: Account, day: str) -> None:
        response = client.get(f"{LOG}?von={day}&was=organisation.verify")
        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "Bitte geben Sie das Datum an" in page
        assert f'value="{day}"' in page

    def test_pages_lead_on_and_back(self, client: CheckedClient, session: Session, admin: Account) -> None:
        for number in range(120):
            with stopped(NOON + timedelta(minutes=number)):
                record(session, "organisation.verify", "organisation", 10_000 + number)
        session.commit()
        address, seen = f"{LOG}?was=organisation.verify", []
        for _ in range(3):
            page = read(client, address)
            seen.append(page.count("bestätigt."))
            address = _link(page, "next")
        assert address == ""
        assert seen == [50 * 2, 50 * 2, 20 * 2]  # the sentence, and in the link to its object
        back = read(client, _link(page, "prev"))
        assert back.count("bestätigt.") == seen[1]
        assert "was=organisation.verify" in _link(back, "next")

    def test_it_takes_no_more_questions_for_more_records(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        counts = []
        for number in (2, 45):
            for _ in range(number):
                organisation = make_organisation(session)
                offer = make_offer(session, organisation)
                record(session, "opportunity.close", "opportunity", offer.id)
                record(session, "application.accept", "application", make_application(session, offer).id)
            session.commit()
            client.get(LOG)
            with watched(db.engine) as seen:
                client.get(LOG)
            counts.append(len(seen))
        assert counts[1] <= counts[0] <= 14


def _link(page: str, rel: str) -> str:
    for part in page.split("<a ")[1:]:
        if part.startswith(f'rel="{rel}"'):
            return part.split('href="')[1].split('"')[0].replace("&amp;", "&")
    return ""


class TestExport:
    def test_csv_says_what_the_page_says_and_that_it_was_exported(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        by(session, admin)
        with stopped(NOON):
            organisation = make_organisation(session, "=1+1 e. V.", verification=Verification.PENDING)
            verify_organisation(session, make_postbox(session), organisation.id)
        session.commit()
        response = client.get(f"{EXPORT}?format=csv&was=organisation.verify")
        assert response.mimetype == "text/csv"
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "protokoll-bretten-" in response.headers["Content-Disposition"]
        (head, row) = exported(client, "&was=organisation.verify")
        assert head[:3] == ["Zeit", "Wer", "Was geschah"]
        assert row[:3] == [
            "2026-06-01 14:00:00",
            "Martina Vogt",
            "Martina Vogt hat die Organisation „=1+1 e. V.“ bestätigt.",
        ]
        assert row[5] == "„=1+1 e. V.“"
        assert "Prüfung: wartet auf Prüfung" in row[6]
        assert "Prüfung: bestätigt" in row[7]
        noted = session.scalars(select(AuditRecord).where(AuditRecord.action == "audit.export")).all()
        assert [one.after for one in noted] == [{"format": "csv", "action": "organisation.verify"}] * 2
        assert "Martina Vogt hat das Protokoll exportiert." in read(client)

    def test_excel(self, client: CheckedClient, session: Session, admin: Account) -> None:
        record(session, "moon.land_on", "moon", 3, after={"flag": "=HYPERLINK()"})
        session.commit()
        content = client.get(f"{EXPORT}?format=xlsx").get_data()
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        first = rows.to_python()[1]
        assert isinstance(first[0], datetime)
        assert first[7] == "Flag: =HYPERLINK()"

    def test_what_is_too_long_for_excel_is_said_beside_the_button(
        self, client: CheckedClient, session: Session, admin: Account
    ) -> None:
        record(session, "organisation.verify", "organisation", 1)
        session.flush()
        series = func.generate_series(1, MOST_IN_EXCEL).table_valued("number")
        known = (AuditRecord.tenant_id, AuditRecord.at, AuditRecord.actor_kind, AuditRecord.action,
                 AuditRecord.subject_kind, AuditRecord.subject_id)  # fmt: skip
        copies = select(*known).join(series, true()).where(AuditRecord.action == "organisation.verify")
        names = [column.key for column in known]
        session.execute(insert(AuditRecord).from_select(names, copies))
        session.commit()
        narrow = f"{LOG}?was=organisation.verify"
        html = read(client, narrow)
        assert "höchstens 20.000 Einträge" in html
        assert "format=xlsx" in html
        answer = client.get(f"{EXPORT}?format=xlsx&was=organisation.verify")
        assert (answer.status_code, answer.location) == (303, narrow)
        assert "höchstens 20.000 Einträge" in read(client)
        assert session.scalars(select(AuditRecord).where(AuditRecord.action == "audit.export")).all() == []

    def test_a_long_log_is_read_in_pieces(self, client: CheckedClient, session: Session, admin: Account) -> None:
        for number in range(1100):
            with stopped(NOON + timedelta(minutes=number)):
                record(session, "organisation.verify", "organisation", number)
        session.commit()
        client.get(LOG)
        with watched(db.engine) as seen:
            rows = exported(client, "&was=organisation.verify")
        assert len(rows) == 1101
        assert len(seen) < 40

    def test_another_towns_records_are_in_no_export(
        self, app: Flask, client: CheckedClient, session: Session, admin: Account, ettlingen: int
    ) -> None:
        with app.app_context():
            abroad = current_session()
            open_for_tenant(abroad, ettlingen)
            record(abroad, "moon.land_on", "moon", 3)
            abroad.commit()
        assert not any("Moon" in cell for row in exported(client) for cell in row)

    def test_exports_are_counted(self, client: CheckedClient, admin: Account) -> None:
        assert {client.get(EXPORT).status_code for _ in range(31)} == {200, 429}


def test_the_name_of_the_file_survives_other_letters(session: Session, client: CheckedClient, admin: Account) -> None:
    """A header holds ASCII; what is beyond it is encoded, with a plain name beside it (RFC 6266, appendix D)."""
    change_languages(session, ("uk",))
    session.commit()
    client.application.extensions["engagement"].tenants.forget()
    for kind in ("csv", "xlsx"):
        response = client.get(f"{EXPORT}?format={kind}&lang=uk")
        said = response.headers["Content-Disposition"]
        assert response.status_code == 200
        assert said.isascii()
        assert re.fullmatch(
            rf"attachment; filename=bretten-[\d-]+\.{kind}; filename\*=UTF-8''%D0%B6\S+-bretten-[\d-]+\.{kind}", said
        )
