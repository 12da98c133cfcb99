"""A mail and its job are queued in the caller's transaction, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.mail.message import Content, Recipient
from engagement.mail.models import MailState, OutgoingMail
from engagement.mail.queries import count_failed_mails, failed_mails
from engagement.mail.service import dismiss_mail, forget_old_mails, retry_mail
from tests.factories.mails import ANNA, Note, make_mail


def jobs(session: Session) -> list[dict[str, object]]:
    rows = session.execute(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'mail.send' ORDER BY id"))
    return [row.args for row in rows]


def make_failed(session: Session) -> OutgoingMail:
    mail = make_mail(session)
    mail.state, mail.failed_at, mail.attempts, mail.last_error = MailState.FAILED, now(), 3, "550 no such user"
    session.flush()
    return mail


def test_mail_and_job_are_there_after_the_commit(session: Session, bretten: int) -> None:
    mail = make_mail(session)
    session.commit()
    assert jobs(session) == [{"tenant_id": bretten, "row_id": mail.id}]
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)
    assert mail.message_id.endswith("@bretten.localhost>")


def test_neither_is_there_after_a_rollback(session: Session) -> None:
    make_mail(session)
    session.rollback()
    assert jobs(session) == []
    assert session.query(OutgoingMail).count() == 0


def test_a_header_never_gets_a_second_line(session: Session) -> None:
    words = Content("Eins\r\nBcc: fremd@example.org", "Hallo,", ())
    mail = make_mail(session, Note(words), Recipient("Anna\nBcc: x@example.org", "anna@example.org", "de"))
    assert mail.subject == "Eins Bcc: fremd@example.org"
    assert mail.to_name == "Anna Bcc: x@example.org"


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "@example.org", "a@b.example\nBcc: c@d.example", "a b@c.example", "a@b, c@d"]
)
def test_a_malformed_address_is_refused(session: Session, address: str) -> None:
    with pytest.raises(InvalidInputError):
        make_mail(session, recipient=Recipient("", address, "de"))


def test_an_unknown_language_becomes_german(session: Session) -> None:
    assert make_mail(session, recipient=Recipient("", ANNA.address, "xx")).language == "de"


def test_the_municipality_sees_what_failed_and_sends_it_again(session: Session) -> None:
    make_mail(session)
    failed = make_failed(session)
    assert [(mail.id, mail.reason, mail.attempts) for mail in failed_mails(session)] == [
        (failed.id, "550 no such user", 3)
    ]
    retry_mail(session, failed.id)
    assert (failed.state, failed.attempts) == (MailState.QUEUED, 0)
    assert failed_mails(session) == []
    assert [job["row_id"] for job in jobs(session)].count(failed.id) == 2


def test_a_dismissed_mail_stays_failed_and_is_shown_no_more(session: Session) -> None:
    failed = make_failed(session)
    assert count_failed_mails(session) == 1
    dismiss_mail(session, failed.id)
    assert count_failed_mails(session) == 0
    assert failed.state is MailState.FAILED


def test_only_failed_mails_are_retried(session: Session) -> None:
    mail = make_mail(session)
    with pytest.raises(ConflictError):
        retry_mail(session, mail.id)
    with pytest.raises(NotFoundError):
        dismiss_mail(session, mail.id + 1)


def test_delivered_mails_are_kept_a_month_and_failed_ones_half_a_year(session: Session) -> None:
    young, old, failed, waiting = (make_mail(session) for _ in range(4))
    ages = ((young, MailState.SENT, 29), (old, MailState.SENT, 31), (failed, MailState.FAILED, 100))
    for mail, state, days in ages:
        mail.state = state
        mail.sent_at = mail.failed_at = now() - timedelta(days=days)
    session.flush()
    assert forget_old_mails(session) == 1
    assert set(session.scalars(select(OutgoingMail.id))) == {young.id, failed.id, waiting.id}
    failed.failed_at = now() - timedelta(days=181)
    session.flush()
    assert forget_old_mails(session) == 1
