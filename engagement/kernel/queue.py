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
