"""The worker: takes jobs from the queue until it is told to stop, and lives through a database that goes away.

A worker that dies takes its jobs with it, so each says every few seconds that it lives, and each looks for jobs of
those that have fallen silent. With the numbers below, a job of a killed worker runs again after 20 to 35 seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import procrastinate
from sqlalchemy import URL

from engagement.jobs.mail import add_mail_tasks
from engagement.jobs.neighbours import add_neighbour_tasks
from engagement.jobs.pictures import add_picture_tasks
from engagement.jobs.runtime import KEY, Runtime
from engagement.jobs.upkeep import add_upkeep_tasks
from engagement.kernel import logs
from engagement.kernel.database import WORKER_OPTIONS, libpq_url

log = logs.get_logger(__name__)


@dataclass(frozen=True)
class Rhythm:
    """How often, in seconds.

    Args:
        heartbeat: a worker says that it lives.
        silence: after this a worker counts as dead; several heartbeats, for a busy machine.
        rescue: each worker looks for jobs of dead ones.
        polling: each looks for jobs whose time has come; new ones announce themselves.
        pause: before a new start after an error.
    """

    heartbeat: float = 5.0
    silence: float = 20.0
    rescue: float = 10.0
    polling: float = 5.0
    pause: float = 3.0


RHYTHM = Rhythm()


def run_worker(runtime: Runtime, url: URL) -> None:
    """Work until SIGTERM or Ctrl-C; the jobs at hand are finished first."""
    asyncio.run(_until_told_to_stop(runtime, url))


async def work(runtime: Runtime, url: URL, *, rhythm: Rhythm = RHYTHM, wait: bool = True) -> None:
    """Work on the queue of the database at ``url``.

    Args:
        runtime: what tasks work with.
        url: of the database.
        rhythm: how often to do what.
        wait: go on when the queue is empty; otherwise return then.
    """
    concurrency = runtime.settings.worker_concurrency
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 2, "job"))
    async with make_queue(url, concurrency).open_async() as queue, _rescuing(queue, rhythm):
        await queue.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=rhythm.polling,
            update_heartbeat_interval=rhythm.heartbeat,
            stalled_worker_timeout=rhythm.silence,
            delete_jobs="successful",
            additional_context={KEY: runtime},
            install_signal_handlers=False,
        )


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


async def rescue_stalled(queue: procrastinate.App, silence: float) -> int:
    """Queue the jobs of dead workers again and return how many.

    Another worker may be quicker, or the job may have ended this moment: both are as good.
    """
    rescued = 0
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
        with contextlib.suppress(procrastinate.exceptions.ConnectorException):
            await queue.job_manager.retry_job(job)
            log.warning("job of a dead worker queued again", job_id=job.id, task=job.task_name)
            rescued += 1
    return rescued


@contextlib.asynccontextmanager
async def _rescuing(queue: procrastinate.App, rhythm: Rhythm) -> AsyncIterator[None]:
    """Look after dead workers beside the jobs, not as one of them: a crowded queue must not hold it up.

    Cancelling is not enough to end it: in the middle of a lost line to the database the driver turns a cancellation
    into an error of its own, so the loop also asks whether it is over.
    """
    over = asyncio.Event()

    async def keep_looking() -> None:
        while not over.is_set():
            with contextlib.suppress(procrastinate.exceptions.ConnectorException):
                await rescue_stalled(queue, rhythm.silence)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), rhythm.rescue)

    looking = asyncio.create_task(keep_looking(), name="rescue")
    try:
        yield
    finally:
        over.set()
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


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
    working = asyncio.create_task(work(runtime, url))
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
    if stopping.is_set():
        working.cancel()
    told.cancel()
    (result,) = await asyncio.gather(working, return_exceptions=True)
    if not stopping.is_set():
        log.error("worker interrupted, starting anew", reason=str(result) if result else "a side task failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), RHYTHM.pause)
