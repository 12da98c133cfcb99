"""The worker as a process of its own: the mail server goes away, the worker is killed, no mail is lost."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import URL
from sqlalchemy.orm import Session

from engagement.kernel.database import libpq_url
from engagement.mail.models import MailState
from tests.conftest import SECRET
from tests.factories.mails import make_mail
from tests.support.jobs import jobs, make_due
from tests.support.mailserver import Mailbox, free_port, mail_server
from tests.support.processes import RESCUED_WITHIN, eventually, start_python

Worker = subprocess.Popen[bytes]


@pytest.fixture
def smtp_port() -> int:
    return free_port()


@pytest.fixture
def workers(database_url: URL, smtp_port: int) -> Iterator[list[Worker]]:
    """Workers to be started by appending; all end with the test."""
    started: list[Worker] = []
    yield started
    for worker in started:
        worker.kill()
        worker.wait()


def start_worker(workers: list[Worker], url: URL, smtp_port: int) -> Worker:
    variables = {
        "DATABASE_URL": libpq_url(url),
        "ENGAGEMENT_SECRET_KEY": SECRET,
        "ENGAGEMENT_SMTP_HOST": "127.0.0.1",
        "ENGAGEMENT_SMTP_PORT": str(smtp_port),
        "ENGAGEMENT_WORKER_CONCURRENCY": "1",
    }
    workers.append(start_python("engagement", "worker", variables=variables))
    return workers[-1]


class Deadly(Mailbox):
    """Takes the first mail and kills the worker before it can hear of that."""

    def __init__(self, victim: Worker) -> None:
        super().__init__()
        self.victim: Worker | None = victim

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim:
            self.victim.kill()
            self.victim.wait()
            self.victim = None
        return answer


def test_no_mail_is_lost(session: Session, database_url: URL, smtp_port: int, workers: list[Worker]) -> None:
    mails = [make_mail(session) for _ in range(2)]
    session.commit()
    worker = start_worker(workers, database_url, smtp_port)
    eventually(lambda: [job["attempts"] for job in jobs(database_url)] == [1, 1], "an attempt without mail server")

    box = Deadly(worker)
    with mail_server(smtp_port, box):
        make_due(database_url)
        eventually(lambda: worker.poll() is not None, "the first mail kills the worker")
        assert len(box.messages) == 1
        start_worker(workers, database_url, smtp_port)
        eventually(lambda: jobs(database_url) == [], "both mails are sent", within=RESCUED_WITHIN)
    for mail in mails:
        session.refresh(mail)
    assert [mail.state for mail in mails] == [MailState.SENT, MailState.SENT]
    assert {message["Message-ID"] for message in box.messages} == {mail.message_id for mail in mails}
    assert len(box.messages) == 3, "the mail at which it was killed comes twice, with one Message-ID"


def test_sigterm_lets_the_job_at_hand_finish(
    session: Session, database_url: URL, smtp_port: int, workers: list[Worker]
) -> None:
    mail = make_mail(session)
    session.commit()
    box = Polite()
    with mail_server(smtp_port, box):
        box.worker = start_worker(workers, database_url, smtp_port)
        eventually(lambda: box.worker is not None and box.worker.poll() is not None, "the worker ends")
    session.refresh(mail)
    assert (mail.state, len(box.messages)) == (MailState.SENT, 1)
    assert box.worker.returncode == 0
    assert jobs(database_url) == []


class Polite(Mailbox):
    """Asks the worker to end while it hands over a mail."""

    worker: Worker | None = None

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        if self.worker:
            self.worker.terminate()
        return await super().handle_DATA(server, session, envelope)
