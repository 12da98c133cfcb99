"""The jobs of workers that died are queued again, and the database says who died.

Beside its heartbeats a worker holds an advisory lock, which the system takes from it however it dies: killed, it has
lost the lock at once. Neither alone will do. A worker on a busy machine misses heartbeats and holds its lock; one whose
line to the database was cut has lost its lock and goes on with the next heartbeat.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import procrastinate
import psycopg
from procrastinate.worker import Worker
from sqlalchemy import URL

from engagement.jobs.beside import beside
from engagement.jobs.rhythm import CONNECT_WITHIN, Rhythm
from engagement.kernel import logs
from engagement.kernel.database import WORKER_OPTIONS, libpq_url

log = logs.get_logger(__name__)

WORKERS = 0x656E6761
"""First half of the key of their advisory locks ("enga"); the second is the worker's number."""
NUMBERS = 2**31
NOBODY = 0
"""No worker's number: the jobs of one that was struck off the list of workers."""
HOLD = "SELECT pg_advisory_lock_shared(%s, %s)"
HELD = """
SELECT objid::bigint AS number FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %(workers)s::bigint::oid
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def rescue_jobs(queue: procrastinate.App, rhythm: Rhythm) -> int:
    """Queue the jobs of dead workers again and return how many.

    Another worker may be quicker, or the job may have ended this moment: both are as good.
    """
    rescued = 0
    for job in await _jobs_of_the_dead(queue, rhythm):
        with contextlib.suppress(procrastinate.exceptions.ConnectorException):
            await queue.job_manager.retry_job(job)
            log.warning("job of a dead worker queued again", job_id=job.id, task=job.task_name)
            rescued += 1
    return rescued


async def _jobs_of_the_dead(queue: procrastinate.App, rhythm: Rhythm) -> list[procrastinate.jobs.Job]:
    missing = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=rhythm.missing))
    if not missing:
        return []
    silent = {job.id for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=rhythm.silence)}
    present = {row["number"] for row in await queue.connector.execute_query_all_async(HELD, workers=WORKERS)}
    return [
        job for job in missing if job.id in silent or job.worker_id is None or _number(job.worker_id) not in present
    ]


@contextlib.asynccontextmanager
async def rescuing(queue: procrastinate.App, rhythm: Rhythm) -> AsyncIterator[None]:
    """Look after dead workers until the block ends."""

    async def look() -> None:
        with contextlib.suppress(procrastinate.exceptions.ConnectorException):
            await rescue_jobs(queue, rhythm)

    async with beside(look, rhythm.rescue):
        yield


@contextlib.asynccontextmanager
async def present(worker: Worker, url: URL, rhythm: Rhythm) -> AsyncIterator[None]:
    """Hold the worker's lock until the block ends, and take it again when its line to the database was cut."""
    line: psycopg.AsyncConnection | None = None

    async def hold() -> None:
        nonlocal line
        with contextlib.suppress(psycopg.OperationalError):
            if line is not None and not line.closed:
                await line.execute("SELECT")
            elif worker.worker_id is not None:
                line = await hold_lock(url, worker.worker_id)

    try:
        async with beside(hold, rhythm.heartbeat):
            yield
    finally:
        if line is not None:
            await line.close()


async def hold_lock(url: URL, worker_id: int) -> psycopg.AsyncConnection:
    """Return a session that holds the lock of a worker; a shared one, so that it never waits for its former self."""
    line = await psycopg.AsyncConnection.connect(
        libpq_url(url), options=WORKER_OPTIONS, autocommit=True, connect_timeout=CONNECT_WITHIN
    )
    try:
        await line.execute(HOLD, [WORKERS, _number(worker_id)])
    except BaseException:
        await line.close()
        raise
    return line


def _number(worker_id: int) -> int:
    return worker_id % NUMBERS
