"""Each period that a town sets is kept by the upkeep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application
from engagement.applications.service import forget_closed
from engagement.jobs.upkeep import do_chores
from engagement.kernel.audit import AuditRecord, record
from engagement.kernel.clock import months_ago, now, stopped
from engagement.kernel.db import current_session, open_for_tenant
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.service import forget_old_mails
from engagement.tenancy.retention import forget_old_records, retention_of
from engagement.tenancy.settings import Retention
from tests.factories.applications import make_application, make_offer
from tests.factories.mails import make_mail
from tests.factories.tenants import decide
from tests.support.jobs import runtime


def aged_records(session: Session, *months: int) -> None:
    for age in months:
        with stopped(now() - timedelta(days=31 * age)):
            record(session, "test.age", "test", age)
    session.flush()


def ages(session: Session) -> list[int]:
    found = session.scalars(select(AuditRecord.subject_id).where(AuditRecord.action == "test.age"))
    return sorted(age for age in found if age is not None)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ((2026, 11, 24), 6, (2026, 5, 24)),
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2028, 8, 31), 6, (2028, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 1), 24, (2024, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(day: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    with stopped(datetime(*day, 12, tzinfo=UTC)):
        assert months_ago(months) == datetime(*then, 12, tzinfo=UTC)


def test_closed_applications(session: Session) -> None:
    offer = make_offer(session)
    for days in (20, 40, 200):
        moment = now() - timedelta(days=days)
        make_application(session, offer, state=ApplicationState.DECLINED, updated_at=moment)
    assert forget_closed(session) == 1
    decide(session, retention=Retention(closed_application_months=1))
    assert forget_closed(session) == 1
    assert len(session.scalars(select(Application.id)).all()) == 1


def test_delivered_mails(session: Session) -> None:
    for days in (1, 10, 40):
        mail = make_mail(session)
        mail.state, mail.sent_at = MailState.SENT, now() - timedelta(days=days)
    session.flush()
    decide(session, retention=Retention(mail_days=60))
    assert forget_old_mails(session) == 0
    decide(session, retention=Retention(mail_days=7))
    assert forget_old_mails(session) == 2
    assert len(session.scalars(select(OutgoingMail.id)).all()) == 1


def test_the_audit_trail_and_that_it_was_shortened(session: Session) -> None:
    aged_records(session, 1, 8, 30)
    assert forget_old_records(session) == 1
    assert ages(session) == [1, 8]
    decide(session, retention=Retention(audit_months=6))
    assert forget_old_records(session) == 1
    assert ages(session) == [1]
    assert forget_old_records(session) == 0
    noted = session.scalars(select(AuditRecord.after).where(AuditRecord.action == "audit.forget")).all()
    assert noted == [{"count": 1}, {"count": 1}]


def test_upkeep_shortens_each_town_by_its_own_period(app: Flask, session: Session, ettlingen: int) -> None:
    aged_records(session, 8)
    decide(session, retention=Retention(audit_months=6))
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        aged_records(abroad, 8)
        abroad.commit()
        do_chores(runtime(app, 1))
        assert ages(abroad) == [8]
    assert ages(session) == []


def test_a_period_is_read_as_it_is_now(session: Session) -> None:
    assert retention_of(session) == Retention()
    decide(session, retention=Retention(mail_days=5))
    assert retention_of(session).mail_days == 5
