"""Reporting an offer as a visitor, and what staff do with it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.mail.models import OutgoingMail
from engagement.moderation.kinds import ReportReason, ReportState, TextPurpose
from engagement.moderation.models import Report
from engagement.moderation.texts import prepared_texts
from engagement.opportunities.service import pause
from engagement.tenancy.queries import own_settings
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import Module
from engagement.web.public.report import BY_ADDRESS, BY_EMAIL
from engagement.web.shared.forms import HONEYPOT
from tests.factories.moderation import make_report
from tests.factories.offers import make_opportunity
from tests.factories.people import make_organisation
from tests.support.pages import CheckedClient
from tests.support.statements import watched

SAYS = {"reason": "outdated", "text": "Den Treffpunkt gibt es nicht mehr.\r\nSeit Mai."}
LIST = "/verwaltung/meldungen"


@pytest.fixture
def offer(session: Session) -> int:
    number = make_opportunity(session, make_organisation(session, "Lesebrücke").id, title="Vorlesen")
    session.commit()
    return number


def address(offer: int) -> str:
    return f"/angebote/{offer}-vorlesen/melden"


def page(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def reports(session: Session) -> list[Report]:
    session.rollback()
    return list(session.scalars(select(Report).order_by(Report.id)))


class TestVisitors:
    def test_the_way_from_the_offer_to_the_thanks(self, client: CheckedClient, session: Session, offer: int) -> None:
        assert address(offer) in page(client, f"/angebote/{offer}-vorlesen")
        answer = client.post(address(offer), data={**SAYS, "email": "erika@example.org", "name": "Erika Beispiel"})
        assert (answer.status_code, answer.location) == (303, f"{address(offer)}/danke")
        assert "Danke für Ihre Meldung" in page(client, answer.location)
        (kept,) = reports(session)
        assert (kept.reason, kept.text) == (ReportReason.OUTDATED, "Den Treffpunkt gibt es nicht mehr.\nSeit Mai.")
        assert (kept.name, kept.email, kept.language) == ("Erika Beispiel", "erika@example.org", "de")
        assert session.scalars(select(OutgoingMail.kind)).all() == ["report-received"]

    def test_no_page_of_it_sets_a_cookie(self, client: CheckedClient, offer: int) -> None:
        for answer in (client.get(address(offer)), client.post(address(offer), data=SAYS)):
            assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"reason": ""}, "Bitte wählen Sie aus, was nicht stimmt."),
            ({"reason": "unsinn"}, "Bitte wählen Sie einen der Einträge."),
            ({"text": "  "}, "Bitte füllen Sie dieses Feld aus"),
            ({"text": "x" * 3001}, "3000 Zeichen"),
            ({"email": "erika"}, "name@example.org"),
            ({"name": "www.kaufen.example"}, "Namen"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
        self, client: CheckedClient, session: Session, offer: int, change: dict[str, str], message: str
    ) -> None:
        sent = {**SAYS, "email": "erika@example.org", "name": "Erika", **change}
        answer = client.post(address(offer), data=sent)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert message in shown
        assert 'id="form-errors"' in shown
        assert [value for name, value in sent.items() if name in {"email", "name"} and value not in shown] == []
        assert reports(session) == []

    def test_in_english_too(self, client: CheckedClient, offer: int) -> None:
        client.language = "en"
        assert "It is offensive or unlawful" in page(client, address(offer))

    def test_a_robot_is_thanked_and_forgotten(self, client: CheckedClient, session: Session, offer: int) -> None:
        answer = client.post(address(offer), data={**SAYS, HONEYPOT: "https://spam.example"})
        assert answer.status_code == 303
        assert reports(session) == []

    def test_one_line_cannot_flood_it(self, client: CheckedClient, session: Session, offer: int) -> None:
        for _ in range(BY_ADDRESS.attempts):
            assert client.post(address(offer), data=SAYS).status_code == 303
        assert client.post(address(offer), data=SAYS).status_code == 429
        assert len(reports(session)) == BY_ADDRESS.attempts

    def test_one_mailbox_cannot_be_flooded(self, client: CheckedClient, session: Session, offer: int) -> None:
        sent = {**SAYS, "email": "fremd@example.org"}
        statuses = [client.post(address(offer), data=sent).status_code for _ in range(BY_EMAIL.attempts + 1)]
        assert statuses == [303] * BY_EMAIL.attempts + [429]

    def test_what_is_not_public_cannot_be_reported(self, client: CheckedClient, session: Session, offer: int) -> None:
        pause(session, offer)
        session.commit()
        assert client.get(address(offer)).status_code == 404
        assert client.post(address(offer), data=SAYS).status_code == 404
        assert client.get(f"{address(offer)}/danke").status_code == 404

    def test_a_town_that_wants_none_shows_no_way_to_it(
        self, app: Flask, client: CheckedClient, session: Session, offer: int
    ) -> None:
        known = own_settings(session)
        change_settings(session, known.model_copy(update={"modules": known.modules - {Module.REPORTS}}))
        session.commit()
        app.extensions["engagement"].tenants.forget()
        assert "melden" not in page(client, f"/angebote/{offer}-vorlesen").split("<main")[1].split("</main")[0]
        assert "Wenn Sie ein Angebot melden" not in page(client, "/datenschutz")
        assert client.get(address(offer)).status_code == 404
        assert client.post(address(offer), data=SAYS).status_code == 404

    def test_it_comes_from_our_own_page_only(self, client: CheckedClient, session: Session, offer: int) -> None:
        answer = client.post(address(offer), data=SAYS, headers={"Origin": "https://boese.example"})
        assert answer.status_code == 403
        assert reports(session) == []


@pytest.mark.usefixtures("moderator")
class TestStaff:
    def test_the_list_shows_reports_about_one_offer_together(
        self, client: CheckedClient, session: Session, offer: int
    ) -> None:
        make_report(session, offer, text="Erstens")
        make_report(session, offer, reason=ReportReason.UNLAWFUL, text="Zweitens <b>")
        session.commit()
        shown = page(client, LIST)
        assert shown.count('class="group group--urgent"') == 1
        assert "Zweitens &lt;b&gt;" in shown
        for word in ("neu", "in-arbeit", "erledigt", "abgewiesen", "alle", "unsinn"):
            assert page(client, f"{LIST}?stand={word}&seite=0")

    def test_pages_take_as_many_questions_with_more_reports(
        self, client: CheckedClient, session: Session, offer: int
    ) -> None:
        number = make_report(session, offer).id
        session.commit()
        counts = []
        for _ in range(2):
            for path in (LIST, f"{LIST}/{number}"):
                client.get(path)
                with watched(db.engine) as seen:
                    client.get(path)
                counts.append(len(seen))
            for _ in range(12):
                make_report(session, make_opportunity(session, make_organisation(session).id))
                make_report(session, offer)
            session.commit()
        assert counts[:2] == counts[2:]

    def test_somebody_looks_after_it_and_leaves_a_note(
        self, client: CheckedClient, session: Session, moderator: Account, offer: int
    ) -> None:
        number = make_report(session, offer).id
        session.commit()
        assert f'<option selected value="{moderator.id}">' in page(client, f"{LIST}/{number}")
        data = {"assigned_to": str(moderator.id), "note": "Ich rufe dort an."}
        assert client.post(f"{LIST}/{number}/uebernehmen", data=data).status_code == 303
        assert "Martina Vogt kümmert sich darum" in page(client, LIST)
        assert "Ich rufe dort an." in page(client, f"{LIST}/{number}")
        wrong = client.post(f"{LIST}/{number}/uebernehmen", data={"assigned_to": "999", "note": "bleibt stehen"})
        assert wrong.status_code == 422
        assert "bleibt stehen" in wrong.get_data(as_text=True)

    def test_it_is_closed_with_an_answer(self, client: CheckedClient, session: Session, offer: int) -> None:
        number = make_report(session, offer, email="erika@example.org").id
        make_report(session, offer)
        session.commit()
        closing = f"{LIST}/{number}/abschliessen"
        assert client.post(closing, data={"seen": "1", "answer": "x"}).status_code == 422
        silent = client.post(closing, data={"seen": "1", "state": "done", "answer": ""})
        assert silent.status_code == 422
        assert "Jemand wartet auf eine Antwort" in silent.get_data(as_text=True)
        data = {"seen": "1", "state": "done", "answer": "Der Ort ist berichtigt.", "with_others": "y"}
        answer = client.post(closing, data=data)
        assert answer.status_code == 303
        assert "2 Meldungen sind abgeschlossen." in page(client, answer.location)
        assert "Der Ort ist berichtigt." in session.scalars(select(OutgoingMail.text)).one()
        assert "Der Ort ist berichtigt." in page(client, f"{LIST}/{number}")
        assert client.post(f"{LIST}/{number}/wieder-oeffnen").status_code == 303
        assert "wieder offen" in page(client, f"{LIST}/{number}")
        client.post(f"{LIST}/{number}/wieder-oeffnen")
        assert "schon offen" in page(client, f"{LIST}/{number}")

    def test_two_colleagues_do_not_answer_twice(self, client: CheckedClient, session: Session, offer: int) -> None:
        number = make_report(session, offer).id
        session.commit()
        data = {"state": "dismissed", "answer": "Das bleibt stehen."}
        late = client.post(f"{LIST}/{number}/abschliessen", data={**data, "seen": "0"})
        assert late.status_code == 409
        assert "Das bleibt stehen." in late.get_data(as_text=True)
        assert client.post(f"{LIST}/{number}/abschliessen", data={**data, "seen": "1"}).status_code == 303
        assert client.post(f"{LIST}/{number}/abschliessen", data={**data, "seen": "2"}).status_code == 409
        assert client.post(f"{LIST}/{number}/uebernehmen", data={"assigned_to": ""}).status_code == 409
        assert [row.state for row in reports(session)] == [ReportState.DISMISSED]

    def test_a_prepared_answer_is_put_in_without_a_script(
        self, client: CheckedClient, session: Session, offer: int
    ) -> None:
        number = make_report(session, offer).id
        session.commit()
        chosen = prepared_texts(session, TextPurpose.ANSWER)[0]
        assert chosen.text[:30] in page(client, f"{LIST}/{number}?vorlage={chosen.id}").split("<textarea")[1]

    def test_a_forgotten_one_can_still_be_opened(self, client: CheckedClient, session: Session, offer: int) -> None:
        row = make_report(session, offer, text="", state=ReportState.DONE)
        row.closed_at = row.forgotten_at = row.created_at
        session.commit()
        assert "nach Ablauf der Frist gelöscht" in page(client, f"{LIST}/{row.id}")

    def test_another_citys_is_not_there(
        self, app: Flask, client: CheckedClient, session: Session, ettlingen: int
    ) -> None:
        with app.app_context():
            other = current_session()
            open_for_tenant(other, ettlingen)
            foreign = make_report(other, make_opportunity(other, make_organisation(other).id)).id
            other.commit()
        assert client.get(f"{LIST}/{foreign}").status_code == 404
        for path in ("uebernehmen", "abschliessen", "wieder-oeffnen"):
            assert client.post(f"{LIST}/{foreign}/{path}", data={"state": "done"}).status_code == 404
