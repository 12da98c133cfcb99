"""The worker: takes jobs from the queue until it is told to stop, and lives through a database that goes away.

A worker that dies takes its jobs with it, so each says every few seconds that it lives, and each looks for jobs of
those that are dead. A job of a killed worker runs again after 4 to 14 seconds (see ``rhythm``).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from concurrent.futures import ThreadPoolExecutor

import procrastinate
from procrastinate.worker import Worker
from sqlalchemy import URL

from engagement.jobs.ending import obeying
from engagement.jobs.mail import add_mail_tasks
from engagement.jobs.neighbours import add_neighbour_tasks
from engagement.jobs.pictures import add_picture_tasks
from engagement.jobs.rescue import present, rescuing
from engagement.jobs.rhythm import RHYTHM, Rhythm
from engagement.jobs.runtime import KEY, Runtime
from engagement.jobs.upkeep import add_upkeep_tasks
from engagement.kernel import logs
from engagement.kernel.database import WORKER_OPTIONS, libpq_url

log = logs.get_logger(__name__)


def run_worker(runtime: Runtime, url: URL) -> None:
    """Work until SIGTERM or Ctrl-C; the jobs at hand are finished first."""
    asyncio.run(_until_told_to_stop(runtime, url))


async def work(
    runtime: Runtime,
    url: URL,
    *,
    rhythm: Rhythm = RHYTHM,
    wait: bool = True,
    stopping: asyncio.Event | None = None,
) -> None:
    """Work on the queue of the database at ``url``.

    Args:
        runtime: what tasks work with.
        url: of the database.
        rhythm: how often to do what.
        wait: go on when the queue is empty; otherwise return then.
        stopping: finish the jobs at hand and return once it is set.
    """
    concurrency = runtime.settings.worker_concurrency
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 2, "job"))
    async with make_queue(url, concurrency).open_async() as queue, rescuing(queue, rhythm):
        worker = Worker(
            queue,
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=rhythm.polling,
            update_heartbeat_interval=rhythm.heartbeat,
            stalled_worker_timeout=rhythm.silence,
            delete_jobs="successful",
            additional_context={KEY: runtime},
            install_signal_handlers=False,
        )
        async with present(worker, url, rhythm), obeying(worker, queue, url, stopping or asyncio.Event()):
            await worker.run()


def make_queue(url: URL, concurrency: int) -> procrastinate.App:
    """Return the worker's own door to the queue, with all tasks."""
    connector = procrastinate.PsycopgConnector(
        conninfo=libpq_url(url), kwargs={"options": WORKER_OPTIONS}, min_size=1, max_size=concurrency + 4
    )
    queue = procrastinate.App(connector=connector)
    add_mail_tasks(queue)
    add_neighbour_tasks(queue)
    add_picture_tasks(queue)
    add_upkeep_tasks(queue)
    return queue


async def _until_told_to_stop(runtime: Runtime, url: URL) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    log.info("worker starts")
    while not stopping.is_set():
        await _one_life(runtime, url, stopping)
    log.info("worker stops")


async def _one_life(runtime: Runtime, url: URL, stopping: asyncio.Event) -> None:
    """Work until told to stop or until something breaks, which is most often the line to the database."""
    working = asyncio.create_task(work(runtime, url, stopping=stopping))
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
    if stopping.is_set():
        working.cancel()  # for what waits before the worker runs; Python 3.11 may lose it (gh-86296), the event not
    told.cancel()
    (result,) = await asyncio.gather(working, return_exceptions=True)
    if not stopping.is_set():
        log.error("worker interrupted, starting anew", reason=str(result) if result else "a side task failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), RHYTHM.pause)
