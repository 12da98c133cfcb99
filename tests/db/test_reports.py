"""Reports: taken, told, decided, answered, forgotten; and the texts for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import URL, func, insert, literal, select, text, true
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.migration import owner_connection
from engagement.kernel.permissions import Role
from engagement.mail.models import OutgoingMail
from engagement.moderation import service, texts
from engagement.moderation.digest import tell_staff_what_is_new
from engagement.moderation.kinds import OPEN, ReportReason, ReportState, Stand, TextPurpose
from engagement.moderation.models import Report
from engagement.moderation.offers import count_offers, history_of, offers
from engagement.moderation.queries import (
    count_report_groups,
    count_reports,
    find_report,
    report_groups,
    reports_about,
)
from engagement.opportunities import review
from engagement.opportunities.models import Opportunity
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.service import pause, submit_for_review, update_opportunity
from engagement.organisations.kinds import Verification
from engagement.tenancy.settings import AnswerTimes, ModerationPolicy
from engagement.today.queries import what_waits
from tests.factories.mails import make_postbox
from tests.factories.moderation import make_report, make_text, set_policy
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_member, make_organisation
from tests.support.statements import watched

SAYS = service.ReportValues(ReportReason.WRONG, " Der Ort stimmt nicht. ", "Erika Beispiel", "erika@example.org")


@pytest.fixture
def offer(session: Session) -> int:
    return make_opportunity(session, make_organisation(session, "Lesebrücke").id, title="Vorlesen")


def mails(session: Session, *kinds: str) -> list[OutgoingMail]:
    session.flush()
    rows = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [row for row in rows if not kinds or row.kind in kinds]


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
        return service.close_report(session, make_postbox(session), number, service.Decision(**values))  # type: ignore[arg-type]

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


class TestLists:
    def test_reports_about_one_offer_stand_together_the_urgent_ones_first(self, session: Session, offer: int) -> None:
        other = make_opportunity(session, make_organisation(session).id)
        with stopped(now() - timedelta(days=3)):
            make_report(session, offer)
        make_report(session, other, reason=ReportReason.UNLAWFUL)
        make_report(session, offer)
        make_report(session, offer, state=ReportState.DONE, closed_at=now())
        groups = report_groups(session, OPEN)
        assert [(group.first.opportunity_id, len(group.reports)) for group in groups] == [(other, 1), (offer, 2)]
        assert [group.is_urgent for group in groups] == [True, False]
        assert count_report_groups(session, OPEN) == 2
        assert [len(group.reports) for group in report_groups(session, OPEN, page=2, per_page=1)] == [2]
        assert count_reports(session)[ReportState.DONE] == 1

    @pytest.mark.parametrize("states", [OPEN, set(ReportState) - OPEN], ids=["open", "closed"])
    @pytest.mark.parametrize("once_analyzed", [False, True])
    def test_reading_them_is_quick_whatever_postgresql_knows(
        self, session: Session, database_url: URL, offer: int, states: set[ReportState], *, once_analyzed: bool
    ) -> None:
        """It may know nothing of the tables, or that they were empty; its worst guess must not cost seconds."""
        if once_analyzed:
            make_report(session, offer)
            session.commit()
            with owner_connection(database_url) as owner:
                owner.execute(text("ANALYZE"))
                owner.commit()
        offers_of_town, reports = Opportunity.__table__, Report.__table__
        copied = [column for column in offers_of_town.c if column.name not in {"id", "external_id"}]
        many = func.generate_series(1, 1000).table_valued("number")
        session.execute(insert(offers_of_town).from_select(copied, select(*copied).join(many, true())))
        for state in ReportState:
            row = {
                "reason": "outdated",
                "text": "",
                "name": "",
                "email": "",
                "language": "de",
                "note": "",
                "answer": "",
            }
            values = {**row, "state": state.value, "created_at": now(), "version": 1}
            said = [literal(value, reports.c[name].type) for name, value in values.items()]
            of_offers = select(offers_of_town.c.tenant_id, offers_of_town.c.id, *said)
            session.execute(insert(reports).from_select(["tenant_id", "opportunity_id", *values], of_offers))
        with watched(db.engine) as seen:
            assert len(report_groups(session, states)) == 20
        for statement, parameters in seen.sent:
            explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            (plan,) = session.connection().exec_driver_sql(explained, parameters).scalar_one()
            assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 5_000

    def test_each_part_of_the_list_of_offers(self, session: Session, offer: int) -> None:
        newcomer = make_organisation(session, "Neue", verification=Verification.PENDING)
        waiting = make_opportunity(session, newcomer.id, title="Gießen")
        sent_back = make_opportunity(session, newcomer.id)
        review.send_back(session, sent_back, "Bitte kürzer.")
        looked_at = make_opportunity(session, make_organisation(session).id)
        review.mark_looked_at(session, looked_at)
        make_report(session, offer)
        found = {stand: {line.id for line in offers(session, stand)} for stand in Stand}
        assert found == {
            Stand.WAITING: {waiting},
            Stand.NOT_LOOKED_AT: {offer},
            Stand.PUBLIC: {offer, looked_at},
            Stand.SENT_BACK: {sent_back},
            Stand.ALL: {offer, waiting, sent_back, looked_at},
        }
        assert count_offers(session) == {stand: len(ids) for stand, ids in found.items()}
        assert {line.id for line in offers(session, Stand.ALL, search="neu")} == {waiting, sent_back}
        assert {line.id for line in offers(session, Stand.ALL, search="GIESS")} == set()
        assert {line.id for line in offers(session, Stand.ALL, search="gieß")} == {waiting}
        assert [line.open_reports for line in offers(session, Stand.NOT_LOOKED_AT)] == [1]
        assert len(offers(session, Stand.ALL, page=2, per_page=3)) == 1
        waits = what_waits(session, AnswerTimes())
        assert (waits.opportunities_to_review, waits.not_looked_at, waits.reports) == (1, 1, 1)

    def test_the_lists_take_as_many_questions_with_a_thousand_offers(self, session: Session) -> None:
        def questions() -> list[int]:
            counts = []
            for ask in (
                lambda: offers(session, Stand.ALL),
                lambda: count_offers(session),
                lambda: what_waits(session, AnswerTimes()),
                lambda: report_groups(session, OPEN),
            ):
                with watched(db.engine) as seen:
                    ask()
                counts.append(len(seen))
            return counts

        organisation = make_organisation(session)
        for _ in range(10):
            make_report(session, make_opportunity(session, organisation.id))
        few = questions()
        _multiply(session, 1000)
        assert count_offers(session)[Stand.ALL] > 1000
        assert questions() == few == [1, 1, 1, 2]

    def test_the_history_names_who_and_what_they_wrote(self, session: Session, offer: int) -> None:
        review.unpublish(session, make_postbox(session), offer, "Das ist Werbung.")
        session.flush()
        first, *_, last = history_of(session, offer)
        assert (first.action, first.note) == ("opportunity.unpublish", "Das ist Werbung.")
        assert last.action == "opportunity.create"


def _multiply(session: Session, times: int) -> None:
    """Copy the last offer with its report many times, in two statements."""
    session.flush()
    names = [column for column in _columns(session, "opportunity") if column != "id"]
    session.execute(
        text(
            f"INSERT INTO opportunity ({', '.join(names)}) "
            f"SELECT {', '.join('o.' + name for name in names)} "
            "FROM (SELECT * FROM opportunity ORDER BY id DESC LIMIT 1) o, generate_series(1, :times)"
        ),
        {"times": times},
    )
    names = [column for column in _columns(session, "report") if column not in {"id", "opportunity_id"}]
    session.execute(
        text(
            f"INSERT INTO report (opportunity_id, {', '.join(names)}) "
            f"SELECT o.id, {', '.join('r.' + name for name in names)} "
            "FROM (SELECT * FROM report ORDER BY id DESC LIMIT 1) r, opportunity o"
        )
    )


def _columns(session: Session, table: str) -> list[str]:
    statement = text("SELECT column_name FROM information_schema.columns WHERE table_name = :table")
    return list(session.scalars(statement, {"table": table}))


class TestTellingStaff:
    @pytest.fixture(autouse=True)
    def staff(self, session: Session) -> None:
        make_account(session, email="amt@example.org", staff=Role.MODERATOR)

    def hand_in(self, session: Session, title: str) -> int:
        organisation = make_organisation(session, verification=Verification.PENDING)
        return make_opportunity(session, organisation.id, title=title)

    def told(self, session: Session) -> list[OutgoingMail]:
        return mails(session, "new-for-staff")

    def test_what_came_in_is_told_once_in_one_mail(self, session: Session, offer: int) -> None:
        self.hand_in(session, "Gießen")
        make_report(session, offer)
        post, start = make_postbox(session), now()
        with stopped(start + timedelta(minutes=5)):
            assert tell_staff_what_is_new(session, post)
        (mail,) = self.told(session)
        assert ("Gießen" in mail.text, "1 neue Meldung" in mail.subject) == (True, True)
        with stopped(start + timedelta(hours=3)):
            assert not tell_staff_what_is_new(session, post)

    def test_not_more_often_than_once_an_hour_and_nothing_is_lost(self, session: Session) -> None:
        post, start = make_postbox(session), now()
        self.hand_in(session, "Erstes")
        for minutes, title in ((5, ""), (20, "Zweites"), (35, "Drittes"), (50, ""), (80, ""), (95, "")):
            with stopped(start + timedelta(minutes=minutes)):
                if title:
                    self.hand_in(session, title)
                tell_staff_what_is_new(session, post)
        first, second = self.told(session)
        assert "Erstes" in first.text
        assert "Zweites" in second.text
        assert "Drittes" in second.text
        assert "Erstes" not in second.text

    def test_what_is_being_written_this_moment_belongs_to_the_next_mail(self, session: Session) -> None:
        post, start = make_postbox(session), now()
        with stopped(start + timedelta(minutes=10)):
            self.hand_in(session, "Eben erst")
            assert not tell_staff_what_is_new(session, post)
        with stopped(start + timedelta(minutes=25)):
            assert tell_staff_what_is_new(session, post)

    def test_a_change_that_waits_is_told_too(self, session: Session) -> None:
        set_policy(session, ModerationPolicy.REVIEW_ALL)
        number = self.hand_in(session, "Vorlesen")
        review.approve(session, make_postbox(session), number)
        found = find_opportunity(session, number)
        assert found
        update_opportunity(session, number, replace(found.values(), title="Anders vorlesen"))
        with stopped(now() + timedelta(minutes=5)):
            assert tell_staff_what_is_new(session, make_postbox(session))
        assert "Anders vorlesen" in self.told(session)[0].text

    def test_what_was_told_at_once_is_not_told_again(self, session: Session, offer: int) -> None:
        make_report(session, offer, reason=ReportReason.UNLAWFUL)
        with stopped(now() + timedelta(minutes=5)):
            assert not tell_staff_what_is_new(session, make_postbox(session))

    def test_long_lists_are_cut(self, session: Session) -> None:
        for number in range(12):
            self.hand_in(session, f"Angebot {number}")
        with stopped(now() + timedelta(minutes=5)):
            tell_staff_what_is_new(session, make_postbox(session))
        (mail,) = self.told(session)
        assert "12 Angebote" in mail.subject
        assert "2 weitere" in mail.text


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


class TestPreparedTexts:
    def test_a_tenant_starts_with_good_ones_for_each_purpose(self, session: Session) -> None:
        found = texts.prepared_texts(session)
        assert {one.purpose for one in found} == set(TextPurpose)
        assert len(found) == sum(map(len, texts.starting_texts().values()))
        assert [one.title for one in found if one.text != one.text.strip() or "\n" in one.text] == []
        texts.add_starting_texts(session)
        assert len(texts.prepared_texts(session)) == len(found)

    def test_they_are_changed_and_thrown_away(self, session: Session) -> None:
        number = make_text(session)
        values = texts.PreparedTextValues(TextPurpose.ANSWER, " Neu ", " Anders. ")
        texts.change_prepared_text(session, number, values)
        changed = texts.find_prepared_text(session, number)
        assert changed == texts.PreparedTextInfo(number, TextPurpose.ANSWER, "Neu", "Anders.")
        texts.delete_prepared_text(session, number)
        assert texts.find_prepared_text(session, number) is None
        for late in (
            lambda: texts.delete_prepared_text(session, number),
            lambda: texts.change_prepared_text(session, number, values),
        ):
            with pytest.raises(NotFoundError):
                late()

    def test_there_is_an_end(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(texts, "MOST", len(texts.prepared_texts(session)))
        with pytest.raises(ConflictError):
            make_text(session)


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


def test_members_are_told_when_something_is_handed_back(session: Session) -> None:
    organisation = make_organisation(session, verification=Verification.PENDING)
    make_member(session, organisation, make_account(session, email="verein@example.org"))
    number = make_opportunity(session, organisation.id)
    review.send_back(session, number, "Bitte kürzer.", post=make_postbox(session))
    submit_for_review(session, number)
    assert [mail.to_address for mail in mails(session, "opportunity-sent-back")] == ["verein@example.org"]
