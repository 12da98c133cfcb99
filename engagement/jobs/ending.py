"""How a worker ends when it is told to, also when its database ends with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import procrastinate
import psycopg
from procrastinate.worker import Worker
from sqlalchemy import URL

from engagement.jobs.rhythm import CONNECT_WITHIN
from engagement.kernel import logs
from engagement.kernel.database import libpq_url

log = logs.get_logger(__name__)

GONE_AFTER = 3
"""Looks at the database in vain after which a worker that is to stop counts on it no more."""
LOOK_EVERY = 1.0


@contextlib.asynccontextmanager
async def obeying(worker: Worker, queue: procrastinate.App, url: URL, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Let the worker stop when told to, and not wait then for a database that is gone.

    Its connections are patient: each that is asked for waits half a minute for a database that restarts. Whoever is
    told to stop has nothing to wait for: what the jobs at hand have done is lost with the database already, and
    another worker finds them.
    """

    async def obey() -> None:
        await stopping.wait()
        worker.stop()
        await _until_gone(url)
        log.warning("told to stop while the database is away, leaving the jobs at hand to another worker")
        await _refuse_connections(queue)

    listening = asyncio.create_task(obey(), name="obey")
    try:
        yield
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def _until_gone(url: URL) -> None:
    """Return when the database has not answered several times in a row; once may be an accident."""
    missed = 0
    while missed < GONE_AFTER:
        missed = 0 if await _answers(url) else missed + 1
        await asyncio.sleep(LOOK_EVERY)


async def _answers(url: URL) -> bool:
    try:
        async with await psycopg.AsyncConnection.connect(libpq_url(url), connect_timeout=CONNECT_WITHIN):
            return True
    except psycopg.OperationalError:
        return False


async def _refuse_connections(queue: procrastinate.App) -> None:
    """Turn away who waits for a connection and who asks for one from now on."""
    if isinstance(queue.connector, procrastinate.PsycopgConnector):
        await queue.connector.pool.close()
