"""Reports: taken, told, decided, answered, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.permissions import Role
from engagement.moderation import service, texts
from engagement.moderation.kinds import ReportReason, ReportState
from engagement.moderation.models import Report
from engagement.moderation.queries import (
    find_report,
    report_groups,
    reports_about,
)
from engagement.opportunities.service import pause
from tests.factories.applications import mails
from tests.factories.mails import make_postbox
from tests.factories.moderation import make_report, make_text
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_organisation

SAYS = service.ReportValues(ReportReason.WRONG, " Der Ort stimmt nicht. ", "Erika Beispiel", "erika@example.org")


class TestTaking:
    def test_it_is_kept_and_its_receipt_confirmed(self, session: Session, offer: int) -> None:
        number = service.report_offer(session, make_postbox(session), offer, SAYS)
        found = find_report(session, number)
        assert found
        assert (found.text, found.state, found.title) == ("Der Ort stimmt nicht.", ReportState.NEW, "Vorlesen")
        (receipt,) = mails(session)
        assert (receipt.kind, receipt.to_address) == ("report-received", "erika@example.org")

    def test_the_receipt_carries_nothing_that_the_visitor_wrote(self, session: Session, offer: int) -> None:
        """Whoever gives somebody else's address must not be able to write to them."""
        says = service.ReportValues(ReportReason.OTHER, "Kaufen Sie bei uns!", "Gewinner", "fremd@example.org")
        service.report_offer(session, make_postbox(session), offer, says)
        (receipt,) = mails(session)
        assert "Kaufen" not in receipt.text + receipt.html + receipt.subject
        assert "Gewinner" not in receipt.text + receipt.html + receipt.subject

    def test_without_an_address_nobody_is_written_to(self, session: Session, offer: int) -> None:
        service.report_offer(session, make_postbox(session), offer, service.ReportValues(ReportReason.WRONG, "x"))
        assert mails(session) == []

    def test_staff_hear_at_once_of_something_unlawful(self, session: Session, offer: int) -> None:
        make_account(session, email="amt@example.org", staff=Role.MODERATOR)
        make_account(session, email="leitung@example.org", staff=Role.ADMIN)
        says = service.ReportValues(ReportReason.UNLAWFUL, "Das ist verboten.")
        number = service.report_offer(session, make_postbox(session), offer, says)
        told = mails(session, "report-unlawful")
        assert {mail.to_address for mail in told} == {"amt@example.org", "leitung@example.org"}
        assert f"/verwaltung/meldungen/{number}" in told[0].text

    def test_what_visitors_do_not_see_cannot_be_reported(self, session: Session, offer: int) -> None:
        pause(session, offer)
        with pytest.raises(NotFoundError):
            service.report_offer(session, make_postbox(session), offer, SAYS)

    def test_the_audit_trail_does_not_know_who_it_was(self, session: Session, offer: int) -> None:
        service.report_offer(session, make_postbox(session), offer, SAYS)
        session.flush()
        kept = session.scalars(select(AuditRecord).where(AuditRecord.subject_kind == "report")).one()
        assert kept.after == {"reason": "wrong", "opportunity_id": offer}


class TestDeciding:
    def close(self, session: Session, number: int, **decision: object) -> int:
        values = {"state": ReportState.DONE, "answer": "Der Ort ist berichtigt.", **decision}
        return service.close_report(session, make_postbox(session), number, service.Decision(**values))

    def test_the_reporter_gets_the_decision_and_what_can_be_done_against_it(self, session: Session, offer: int) -> None:
        number = make_report(session, offer, email="erika@example.org").id
        assert self.close(session, number) == 1
        (answer,) = mails(session)
        assert (answer.kind, answer.to_address) == ("report-answered", "erika@example.org")
        for words in ("Der Ort ist berichtigt.", "Bundesnetzagentur", "ehrenamt@bretten.example"):
            assert words in answer.text
        found = find_report(session, number)
        assert found
        assert (found.state, found.is_open) == (ReportState.DONE, False)

    def test_who_left_an_address_is_owed_an_answer(self, session: Session, offer: int) -> None:
        number = make_report(session, offer, email="erika@example.org").id
        with pytest.raises(InvalidInputError) as caught:
            self.close(session, number, answer="  ")
        assert set(caught.value.problems) == {"answer"}
        self.close(session, make_report(session, offer).id, answer="")

    def test_the_others_about_the_same_offer_are_closed_with_it(self, session: Session, offer: int) -> None:
        first = make_report(session, offer).id
        make_report(session, offer, email="erika@example.org")
        done = make_report(session, offer, state=ReportState.DISMISSED, closed_at=now()).id
        elsewhere = make_report(session, make_opportunity(session, make_organisation(session).id)).id
        assert self.close(session, first, with_others=True) == 2
        assert [mail.to_address for mail in mails(session)] == ["erika@example.org"]
        states = {report.id: report.state for report in reports_about(session, offer)}
        assert states[done] is ReportState.DISMISSED
        still_open = find_report(session, elsewhere)
        assert still_open
        assert still_open.is_open

    def test_one_closes_it_once_and_knowingly(self, session: Session, offer: int) -> None:
        row = make_report(session, offer)
        staff = make_account(session, staff=Role.MODERATOR)
        service.take_report(session, row.id, assigned_to_id=staff.id, note="Ich rufe dort an.")
        post, decision = make_postbox(session), service.Decision(ReportState.DONE)
        with pytest.raises(ConflictError):
            service.close_report(session, post, row.id, decision, seen=1)
        service.close_report(session, post, row.id, decision, seen=row.version)
        for again in (
            lambda: service.close_report(session, post, row.id, decision),
            lambda: service.take_report(session, row.id, assigned_to_id=None, note=""),
        ):
            with pytest.raises(ConflictError):
                again()
        service.reopen_report(session, row.id)
        assert row.state is ReportState.IN_PROGRESS
        with pytest.raises(ConflictError):
            service.reopen_report(session, row.id)

    def test_only_somebody_of_the_team_looks_after_it(self, session: Session, offer: int) -> None:
        number, citizen = make_report(session, offer).id, make_account(session)
        with pytest.raises(InvalidInputError):
            service.take_report(session, number, assigned_to_id=citizen.id, note="")
        with pytest.raises(NotFoundError):
            service.take_report(session, number + 999, assigned_to_id=None, note="")


class TestForgetting:
    def test_who_reported_is_forgotten_half_a_year_after_the_decision(self, session: Session, offer: int) -> None:
        said = {"name": "Erika", "email": "erika@example.org", "answer": "Danke", "note": "netter Anruf"}
        old = make_report(session, offer, state=ReportState.DONE, closed_at=now() - timedelta(days=184), **said)
        recent = make_report(session, offer, state=ReportState.DONE, closed_at=now() - timedelta(days=182), **said)
        still_open = make_report(session, offer, created_at=now() - timedelta(days=900), **said)
        assert service.forget_reporters(session) == 1
        assert service.forget_reporters(session) == 0
        session.expire_all()
        assert (old.name, old.email, old.text, old.answer, old.note) == ("", "", "", "", "")
        assert (old.reason, old.state) == (ReportReason.OUTDATED, ReportState.DONE)
        assert (recent.name, still_open.name) == ("Erika", "Erika")


def test_another_town_sees_nothing_of_it(app: Flask, session: Session, offer: int, ettlingen: int) -> None:
    number, text_id = make_report(session, offer).id, make_text(session)
    session.commit()
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        assert find_report(abroad, number) is None
        assert reports_about(abroad, offer) == []
        assert texts.find_prepared_text(abroad, text_id) is None
        assert report_groups(abroad, set(ReportState)) == []
        with pytest.raises(NotFoundError):
            service.reopen_report(abroad, number)
    assert session.scalar(select(Report.id)) == number
