"""Telling people what is new, in every town that has saved searches switched on."""

from __future__ import annotations

from procrastinate import App, JobContext

from engagement.alerts.digest import Round, send_batch
from engagement.alerts.noticing import notice
from engagement.jobs.retry import TryLaterError
from engagement.jobs.runtime import Runtime, runtime_of
from engagement.kernel import logs
from engagement.mail.service import postbox_of
from engagement.tenancy.queries import own_settings
from engagement.tenancy.settings import Module

log = logs.get_logger(__name__)

EVERY_QUARTER_OF_AN_HOUR = "7-59/15 * * * *"
"""Beside the upkeep, not at the same minute."""


def add_alert_tasks(queue: App) -> None:
    """Tell the worker when to look; of several workers one does it."""
    task = queue.task(name="alerts.look", queueing_lock="alerts.look", pass_context=True)
    queue.periodic(cron=EVERY_QUARTER_OF_AN_HOUR)(task(look_everywhere))


def look_everywhere(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Look in every town; one that fails is told of at the end and does not stop the others.

    Raises:
        RuntimeError: it failed somewhere.
    """
    tell_everyone(runtime_of(context))


def tell_everyone(runtime: Runtime) -> None:
    """Write all digests that are due.

    Raises:
        RuntimeError: it failed in a town.
    """
    failed = [tenant_id for tenant_id in runtime.tenant_ids() if not _told(runtime, tenant_id)]
    if failed:
        raise RuntimeError(f"telling of new offers failed in {len(failed)} towns: {failed}")


def _told(runtime: Runtime, tenant_id: int) -> bool:
    try:
        looked_at = tell_town(runtime, tenant_id)
    except TryLaterError:  # suspended since the list of tenants was read
        return True
    except Exception:  # whatever it is, the next town must not wait for it
        log.exception("telling of new offers failed", tenant_id=tenant_id)
        return False
    log.info("told of new offers", tenant_id=tenant_id, searches=looked_at)
    return True


def tell_town(runtime: Runtime, tenant_id: int) -> int:
    """Notice what is new in a town and write its digests batch by batch; return how many searches were looked at.

    Raises:
        TryLaterError: the town is suspended.
    """
    with runtime.work_for(tenant_id) as session:
        if not own_settings(session).has(Module.ALERTS):
            return 0
        this = Round(notice(session))
    looked_at = 0
    while True:
        with runtime.work_for(tenant_id) as session:
            count = send_batch(session, postbox_of(session, runtime.settings), this)
        if not count:
            return looked_at
        looked_at += count
