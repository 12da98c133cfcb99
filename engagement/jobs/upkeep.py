"""What has to happen regularly without anybody asking for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from procrastinate import App, JobContext
from sqlalchemy.orm import Session

from engagement.accounts.links import forget_old_links
from engagement.applications.service import forget_closed, forget_unconfirmed
from engagement.jobs.runtime import Runtime, runtime_of
from engagement.kernel import logs
from engagement.kernel.clock import now
from engagement.mail.delivery import give_up_on_forgotten
from engagement.mail.service import Postbox, forget_old_mails
from engagement.moderation.digest import tell_staff_what_is_new
from engagement.moderation.service import forget_reporters
from engagement.opportunities.pictures import forget_unused_pictures
from engagement.opportunities.service import close_expired
from engagement.opportunities.versions import forget_old_versions

log = logs.get_logger(__name__)

EVERY_QUARTER_OF_AN_HOUR = "*/15 * * * *"
ONCE_A_NIGHT = "23 3 * * *"
KEEP_RATE_COUNTS = timedelta(days=2)
"""Longer than any window that is counted."""
KEEP_FAILED_JOBS_HOURS = 24 * 30

CHORES: tuple[Callable[[Session], object], ...] = (
    close_expired,
    forget_unconfirmed,
    forget_closed,
    forget_old_links,
    give_up_on_forgotten,
    forget_old_mails,
    forget_unused_pictures,
    forget_old_versions,
    forget_reporters,
)
"""Run for each tenant, each in a transaction of its own."""

MAILING_CHORES: tuple[Callable[[Session, Postbox], object], ...] = (tell_staff_what_is_new,)
"""The same, for those that write mails."""


def add_upkeep_tasks(queue: App) -> None:
    """Tell the worker what to do when; of several workers one does it."""
    tenants = queue.task(name="upkeep.tenants", queueing_lock="upkeep.tenants", pass_context=True)
    queue.periodic(cron=EVERY_QUARTER_OF_AN_HOUR)(tenants(look_after_tenants))
    installation = queue.task(name="upkeep.installation", queueing_lock="upkeep.installation", pass_context=True)
    queue.periodic(cron=ONCE_A_NIGHT)(installation(tidy_up))


def look_after_tenants(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Do the chores of every tenant; one that fails is told of at the end and does not stop the others.

    Raises:
        RuntimeError: a chore failed.
    """
    runtime = runtime_of(context)
    failures = [name for tenant_id in runtime.tenant_ids() for name in _failed_chores(runtime, tenant_id)]
    if failures:
        raise RuntimeError(f"{len(failures)} chores failed: {', '.join(sorted(set(failures)))}")


async def tidy_up(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Forget old counts of attempts and old failed jobs; those that succeeded are gone already."""
    await asyncio.to_thread(runtime_of(context).limiter.forget_before, now() - KEEP_RATE_COUNTS)
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def _failed_chores(runtime: Runtime, tenant_id: int) -> list[str]:
    failed = []
    chores: tuple[Callable[..., object], ...] = (*CHORES, *MAILING_CHORES)
    for chore in chores:
        try:
            with runtime.work_for(tenant_id) as session:
                chore(session, *((runtime.postbox(session),) if chore in MAILING_CHORES else ()))
        except Exception:  # whatever it is, the next tenant must not wait for it
            log.exception("chore failed", chore=chore.__name__, tenant_id=tenant_id)
            failed.append(chore.__name__)
    return failed
