"""What has to happen regularly without anybody asking for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from procrastinate import App, JobContext
from sqlalchemy.orm import Session

from engagement.accounts.links import forget_old_links
from engagement.applications.queue import tend_waiting_lists
from engagement.applications.service import forget_closed, forget_unconfirmed
from engagement.catalogue.service import forget_closed_entries
from engagement.figures.pace import work_out_paces
from engagement.jobs.retry import TryLaterError
from engagement.jobs.runtime import Runtime, runtime_of
from engagement.kernel import logs
from engagement.kernel.clock import now
from engagement.kernel.sealing import Sealer
from engagement.legal.barriers import forget_closed_barriers
from engagement.mail.delivery import give_up_on_forgotten
from engagement.mail.own_server import reseal
from engagement.mail.service import Postbox, forget_old_mails, postbox_of
from engagement.moderation.digest import tell_staff_what_is_new
from engagement.moderation.service import forget_reporters
from engagement.operators.entries import note_expired
from engagement.opportunities.pictures import forget_unused_pictures, order_missing_variants
from engagement.opportunities.service import close_expired
from engagement.opportunities.versions import forget_old_versions
from engagement.organisations.claims import forget_decided_claims
from engagement.organisations.confirmation import ask_due, remind_due
from engagement.organisations.invitations import forget_old_invitations
from engagement.tenancy.lifecycle import purge, tenants_due
from engagement.tenancy.retention import forget_old_records

log = logs.get_logger(__name__)

EVERY_QUARTER_OF_AN_HOUR = "*/15 * * * *"
ONCE_A_NIGHT = "23 3 * * *"
KEEP_RATE_COUNTS = timedelta(days=2)
"""Longer than any window that is counted."""
KEEP_FAILED_JOBS_HOURS = 24 * 30

Chores = dict[str, Callable[[Session], object]]

CHORES: tuple[Callable[[Session], object], ...] = (
    note_expired,
    close_expired,
    forget_closed_entries,
    forget_unconfirmed,
    forget_closed,
    forget_old_links,
    give_up_on_forgotten,
    forget_old_mails,
    forget_old_records,
    forget_closed_barriers,
    forget_unused_pictures,
    order_missing_variants,
    forget_decided_claims,
    forget_old_invitations,
    forget_old_versions,
    forget_reporters,
)
"""Run for each tenant, each in a transaction of its own."""

LETTERS: tuple[Callable[[Session, Postbox], object], ...] = (
    ask_due,
    remind_due,
    tell_staff_what_is_new,
    tend_waiting_lists,
)
"""Chores that write mails, run in the same way."""

NIGHTLY: tuple[Callable[[Session], object], ...] = (work_out_paces,)
"""What is enough once a night, likewise for each tenant."""


def add_upkeep_tasks(queue: App) -> None:
    """Tell the worker what to do when; of several workers one does it."""
    tenants = queue.task(name="upkeep.tenants", queueing_lock="upkeep.tenants", pass_context=True)
    queue.periodic(cron=EVERY_QUARTER_OF_AN_HOUR)(tenants(look_after_tenants))
    installation = queue.task(name="upkeep.installation", queueing_lock="upkeep.installation", pass_context=True)
    queue.periodic(cron=ONCE_A_NIGHT)(installation(tidy_up))
    nightly = queue.task(name="upkeep.nightly", queueing_lock="upkeep.nightly", pass_context=True)
    queue.periodic(cron=ONCE_A_NIGHT)(nightly(look_after_tenants_at_night))


def look_after_tenants(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Do the chores of every tenant; one that fails is told of at the end and does not stop the others.

    Raises:
        RuntimeError: a chore failed.
    """
    do_chores(runtime_of(context))


def look_after_tenants_at_night(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Do what is enough once a night, with the rules and errors of ``look_after_tenants``."""
    do_nightly_chores(runtime_of(context))


def do_chores(runtime: Runtime) -> None:
    """Do the chores of every tenant.

    Raises:
        RuntimeError: a chore failed.
    """
    _do(runtime, _chores(runtime))


def do_nightly_chores(runtime: Runtime) -> None:
    """Do the nightly chores of every tenant; errors as in ``do_chores``."""
    _do(runtime, {chore.__name__: chore for chore in NIGHTLY})


def _do(runtime: Runtime, chores: Chores) -> None:
    failures = [name for tenant_id in runtime.tenant_ids() for name in _failed_chores(runtime, tenant_id, chores)]
    if failures:
        raise RuntimeError(f"{len(failures)} chores failed: {', '.join(sorted(set(failures)))}")


async def tidy_up(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes both
    """Forget old counts of attempts, old failed jobs and the tenants whose time has come.

    Jobs that succeeded are gone already.

    Raises:
        RuntimeError: a tenant could not be removed; the others are.
    """
    runtime = runtime_of(context)
    await asyncio.to_thread(runtime.limiter.forget_before, now() - KEEP_RATE_COUNTS)
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
    await asyncio.to_thread(purge_due, runtime)


def purge_due(runtime: Runtime) -> None:
    """Remove the tenants whose waiting period is over, each in a transaction of its own.

    Raises:
        RuntimeError: a tenant could not be removed.
    """
    with runtime.work_for_installation("tenants to be purged") as session:
        due = tenants_due(session)
    failed = [tenant_id for tenant_id in due if not _purged(runtime, tenant_id)]
    if failed:
        raise RuntimeError(f"{len(failed)} tenants could not be removed: {failed}")


def _purged(runtime: Runtime, tenant_id: int) -> bool:
    try:
        with runtime.work_for_installation("purge") as session:
            purged = purge(session, tenant_id)
    except Exception:  # whatever it is, the next one must not wait for it
        log.exception("tenant not removed", tenant_id=tenant_id)
        return False
    log.info("tenant removed", tenant_id=tenant_id, rows=sum(purged.rows.values()))
    return True


def _chores(runtime: Runtime) -> Chores:
    sealer = Sealer.from_settings(runtime.settings)
    with_keys = {"reseal": lambda session: reseal(session, sealer)}
    letters = {letter.__name__: _with_postbox(letter, runtime) for letter in LETTERS}
    return {chore.__name__: chore for chore in CHORES} | with_keys | letters


def _with_postbox(letter: Callable[[Session, Postbox], object], runtime: Runtime) -> Callable[[Session], object]:
    return lambda session: letter(session, postbox_of(session, runtime.settings))


def _failed_chores(runtime: Runtime, tenant_id: int, chores: Chores) -> list[str]:
    failed = []
    for name, chore in chores.items():
        try:
            with runtime.work_for(tenant_id) as session:
                chore(session)
        except TryLaterError:  # suspended since the list of tenants was read
            break
        except Exception:  # whatever it is, the next tenant must not wait for it
            log.exception("chore failed", chore=name, tenant_id=tenant_id)
            failed.append(name)
    return failed
