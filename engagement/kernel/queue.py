"""The door to the job queue: jobs are deferred on the caller's own connection, so in its transaction.

Rolled back means no job, committed means exactly one. Arguments are ids; what a job is about stays in the
tenant's own rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import procrastinate
from sqlalchemy import text
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of

queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Never opened: a job is deferred on a connection that is already there, or by the worker's own app."""


def defer(
    session: Session,
    task: str,
    row_id: int,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    tenant_id: int | None = None,
) -> None:
    """Queue ``task`` for the row ``row_id``, if and when the transaction commits; it runs in a scope of its own.

    Args:
        session: open for the tenant.
        task: name of a task in ``engagement.jobs``.
        row_id: what it is about.
        at: not before this time (aware); None means at once.
        lock: jobs with the same lock run one after the other.
        tenant_id: in whose scope it runs; the session's tenant if None.
    """
    session.flush()
    job = queue.configure_task(
        task,
        schedule_at=at,
        lock=lock,
        connection=session.connection().connection.driver_connection,
    )
    job.defer(tenant_id=tenant_of(session) if tenant_id is None else tenant_id, row_id=row_id)


@dataclass(frozen=True)
class QueueState:
    """How the queue is in the whole installation.

    Args:
        workers: those that have given a sign of life within the last half minute.
        waiting: jobs whose time has come and that nobody has begun.
        waiting_since: since when the oldest of them waits.
        failed: jobs that were given up.
    """

    workers: int
    waiting: int
    waiting_since: datetime | None
    failed: int


def queue_state(session: Session) -> QueueState:
    """Look at the queue's own tables; they hold ids only, so every scope may."""
    row = session.execute(
        text(
            "SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'), "
            "count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()), "
            "min(coalesce(j.scheduled_at, (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id))) "
            "FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()), "
            "count(*) FILTER (WHERE j.status = 'failed') FROM procrastinate_jobs j"
        )
    ).one()
    return QueueState(*row)
