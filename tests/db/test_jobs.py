"""The real queue and worker, a real mail server."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from procrastinate.jobs import Job
from sqlalchemy import URL
from sqlalchemy.orm import Session

from engagement.jobs.rescue import WORKERS, hold_lock, rescue_jobs
from engagement.jobs.retry import Backoff, TryLaterError
from engagement.jobs.rhythm import RHYTHM, Rhythm
from engagement.jobs.worker import make_queue, work
from engagement.kernel.clock import now, stopped
from engagement.kernel.database import WEB_OPTIONS, libpq_url
from engagement.kernel.permissions import Role
from engagement.mail.models import MailState
from engagement.organisations.kinds import Verification
from tests.factories.applications import mails
from tests.factories.mails import make_mail
from tests.factories.offers import make_opportunity
from tests.factories.people import make_account, make_organisation
from tests.factories.register import make_old_organisation
from tests.support.jobs import jobs, make_due, runtime, work_off
from tests.support.mailserver import free_port, mail_server
from tests.support.processes import eventually


def test_the_worker_sends_what_was_committed(app: Flask, session: Session, database_url: URL) -> None:
    mail = make_mail(session)
    session.commit()
    with mail_server() as (box, port):
        work_off(app, database_url, port)
    session.refresh(mail)
    assert [message["Message-ID"] for message in box.messages] == [mail.message_id]
    assert mail.state is MailState.SENT
    assert jobs(database_url) == []


def test_a_mail_waits_for_the_server_to_come_back(app: Flask, session: Session, database_url: URL) -> None:
    mail = make_mail(session)
    session.commit()
    port = free_port()
    work_off(app, database_url, port)
    (job,) = jobs(database_url)
    assert (job["status"], job["attempts"]) == ("todo", 1)
    assert timedelta(seconds=10) < job["scheduled_at"] - now() <= timedelta(seconds=15)
    session.refresh(mail)
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    session.rollback()

    make_due(database_url)
    with mail_server(port) as (box, _):
        work_off(app, database_url, port)
    assert len(box.messages) == 1


def test_a_final_refusal_ends_the_job(app: Flask, session: Session, database_url: URL) -> None:
    mail = make_mail(session)
    session.commit()
    with mail_server() as (box, port):
        box.answer_to_recipient = "550 no such user"
        work_off(app, database_url, port)
    session.refresh(mail)
    assert (mail.state, mail.last_error) == (MailState.FAILED, "550 no such user")
    assert jobs(database_url) == []


@pytest.mark.parametrize(
    ("silent_for", "session_lives", "rescued"),
    [(1, False, False), (1, True, False), (10, False, True), (10, True, False), (60, False, True), (60, True, True)],
)
def test_jobs_of_a_dead_worker_are_queued_again(
    app: Flask, session: Session, database_url: URL, silent_for: int, session_lives: bool, rescued: bool
) -> None:
    """A missed heartbeat kills nobody whose session lives; a lost session kills nobody who says that it lives."""
    make_mail(session)
    session.commit()
    worker_id = take_all_jobs(database_url, silent_for)

    async def rescue() -> int:
        async with make_queue(database_url, 1).open_async() as queue:
            line = await hold_lock(database_url, worker_id) if session_lives else contextlib.nullcontext()
            async with line:
                return await rescue_jobs(queue, RHYTHM)

    assert asyncio.run(rescue()) == int(rescued)
    assert [job["status"] for job in jobs(database_url)] == ["todo" if rescued else "doing"]


def take_all_jobs(url: URL, silent_for: int) -> int:
    """Give all jobs to a worker whose last heartbeat is so many seconds old; return its number."""
    with psycopg.connect(libpq_url(url), options=WEB_OPTIONS) as connection:
        row = connection.execute(
            "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker RETURNING worker.id",
            [silent_for],
        ).fetchone()
        assert row
        return int(row[0])


def test_a_working_worker_holds_its_lock_and_takes_it_again(app: Flask, database_url: URL) -> None:
    async def lock_lost_and_taken_again() -> None:
        stopping = asyncio.Event()
        rhythm = Rhythm(heartbeat=0.2)
        working = asyncio.create_task(work(runtime(app, free_port()), database_url, rhythm=rhythm, stopping=stopping))
        await asyncio.to_thread(eventually, lambda: holders(database_url) != [], "the lock")
        first = holders(database_url)
        cut(database_url, first[0])
        await asyncio.to_thread(
            eventually, lambda: holders(database_url) not in ([], first), "the lock in a new session"
        )
        stopping.set()
        await working
        assert holders(database_url) == []

    asyncio.run(lock_lost_and_taken_again())


def holders(url: URL) -> list[int]:
    with psycopg.connect(libpq_url(url), options=WEB_OPTIONS) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s::bigint::oid "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [WORKERS],
        ).fetchall()
    return [row[0] for row in rows]


def cut(url: URL, pid: int) -> None:
    """End a session at the database, as an impatient firewall does; the login may end its own."""
    with psycopg.connect(libpq_url(url)) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_the_word_to_stop_is_heard_before_the_work_begins(app: Flask, database_url: URL) -> None:
    """Nothing cancels it here: on Python 3.11 a cancellation can get lost while a worker waits for its connections."""

    async def stopped_at_once() -> None:
        stopping = asyncio.Event()
        stopping.set()
        async with asyncio.timeout(20):
            await work(runtime(app, free_port()), database_url, stopping=stopping)

    asyncio.run(stopped_at_once())


def test_a_mail_that_two_jobs_are_for_is_sent_once(app: Flask, session: Session, database_url: URL) -> None:
    make_mail(session)
    session.commit()
    with psycopg.connect(libpq_url(database_url), options=WEB_OPTIONS) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
            "SELECT queue_name, task_name, args FROM procrastinate_jobs"
        )
    with mail_server() as (box, port):
        work_off(app, database_url, port)
    assert len(box.messages) == 1
    assert jobs(database_url) == []


def test_upkeep_looks_after_every_tenant(app: Flask, session: Session, database_url: URL, ettlingen: int) -> None:
    with stopped(now() - timedelta(days=9)):
        mail = make_mail(session)
    make_old_organisation(session, email="info@example.org")
    session.commit()
    with psycopg.connect(libpq_url(database_url), options=WEB_OPTIONS) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES "
            "('default', 'upkeep.tenants', '{\"timestamp\": 0}'), "
            "('default', 'upkeep.installation', '{\"timestamp\": 0}')"
        )
    work_off(app, database_url, free_port())
    session.refresh(mail)
    assert mail.state is MailState.FAILED
    assert [one.to_address for one in mails(session, "organisation-still-right")] == ["info@example.org"]
    for task in ("upkeep.tenants", "upkeep.installation"):  # the worker's own clock may add one at a quarter of an hour
        assert [job for job in jobs(database_url, task) if job["args"]["timestamp"] == 0] == []


def test_upkeep_tells_staff_what_waits(app: Flask, session: Session, database_url: URL) -> None:
    make_account(session, email="amt@example.org", staff=Role.MODERATOR)
    with stopped(now() - timedelta(minutes=5)):
        newcomer = make_organisation(session, verification=Verification.PENDING)
        make_opportunity(session, newcomer.id, title="Gießen")
    session.commit()
    with psycopg.connect(libpq_url(database_url), options=WEB_OPTIONS) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
            "VALUES ('default', 'upkeep.tenants', '{\"timestamp\": 0}')"
        )
    with mail_server() as (box, port):
        for _ in ("the chore writes it", "the next job sends it"):
            work_off(app, database_url, port)
    (message,) = box.messages
    assert message["To"] == "Anna Becker <amt@example.org>"
    assert "1 Angebot zu prüfen" in message["Subject"]


def test_a_task_says_when_to_try_again_and_an_accident_follows_the_schedule() -> None:
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="mail.send", attempts=1)
    asked = Backoff().get_retry_decision(exception=TryLaterError(timedelta(minutes=8)), job=job)
    accident = Backoff().get_retry_decision(exception=ZeroDivisionError(), job=job)
    assert asked is not None
    assert accident is not None
    assert asked.retry_at is not None
    assert accident.retry_at is not None
    assert asked.retry_at - now() > timedelta(minutes=7)
    assert timedelta(seconds=25) < accident.retry_at - now() < timedelta(seconds=31)
    assert Backoff().get_retry_decision(exception=ZeroDivisionError(), job=job.evolve(attempts=500)) is None
