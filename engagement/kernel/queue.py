"""The door to the job queue: jobs are deferred on the caller's own connection, so in its transaction.

Rolled back means no job, committed means exactly one. Arguments are ids; what a job is about stays in the
tenant's own rows.
"""

from __future__ import annotations

from datetime import datetime

import procrastinate
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of

queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Never opened: a job is deferred on a connection that is already there, or by the worker's own app."""


def defer(session: Session, task: str, row_id: int, *, at: datetime | None = None, lock: str | None = None) -> None:
    """Queue ``task`` for the row ``row_id`` of the session's tenant, if and when the transaction commits.

    Args:
        session: open for the tenant.
        task: name of a task in ``engagement.jobs``.
        row_id: what it is about.
        at: not before this time (aware); None means at once.
        lock: jobs with the same lock run one after the other.
    """
    session.flush()
    job = queue.configure_task(
        task,
        schedule_at=at,
        lock=lock,
        connection=session.connection().connection.driver_connection,
    )
    job.defer(tenant_id=tenant_of(session), row_id=row_id)
