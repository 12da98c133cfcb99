"""Sending queued mails."""

from __future__ import annotations

from procrastinate import App, JobContext

from engagement.jobs.retry import Backoff, TryLaterError
from engagement.jobs.runtime import runtime_of
from engagement.kernel import logs
from engagement.kernel.sealing import Sealer
from engagement.mail.delivery import Result, deliver
from engagement.mail.own_server import note_outcome, server_for
from engagement.mail.service import SEND

log = logs.get_logger(__name__)


def add_mail_tasks(queue: App) -> None:
    """Tell the worker how to send a mail."""
    queue.task(name=SEND, retry=Backoff(), pass_context=True)(send)


def send(context: JobContext, *, tenant_id: int, row_id: int) -> None:
    """Make one attempt at sending the mail ``row_id``.

    Raises:
        TryLaterError: it did not go through yet; the attempt is written down.
    """
    runtime = runtime_of(context)
    logs.bind_contextvars(tenant_id=tenant_id, mail_id=row_id)
    with runtime.work_for(tenant_id) as session:
        server = server_for(session, runtime.settings, Sealer.from_settings(runtime.settings))
        outcome = deliver(session, server, row_id)
        note_outcome(session, server, outcome)
    if outcome.result is Result.FAILED:
        log.error("mail failed", reason=outcome.reason)
    elif outcome.wait is not None:
        log.warning("mail put off", reason=outcome.reason, seconds=outcome.wait.total_seconds())
        raise TryLaterError(outcome.wait)
    else:
        log.info("mail", result=outcome.result.value)
