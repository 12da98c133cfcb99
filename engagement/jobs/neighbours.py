"""Telling a town what a neighbour has said, in the told town's own scope."""

from __future__ import annotations

from procrastinate import App, JobContext

from engagement.jobs.retry import Backoff
from engagement.jobs.runtime import runtime_of
from engagement.kernel import logs
from engagement.kernel.links import Links
from engagement.kernel.signing import Signer
from engagement.mail.service import Postbox
from engagement.neighbours.service import TELL, tell
from engagement.tenancy.queries import own_tenant

log = logs.get_logger(__name__)


def add_neighbour_tasks(queue: App) -> None:
    """Tell the worker how to tell a town."""
    queue.task(name=TELL, retry=Backoff(), pass_context=True)(tell_town)


def tell_town(context: JobContext, *, tenant_id: int, row_id: int) -> None:
    """Write to the staff of ``tenant_id`` about the neighbour's word ``row_id``."""
    runtime = runtime_of(context)
    logs.bind_contextvars(tenant_id=tenant_id, consent_id=row_id)
    settings = runtime.settings
    with runtime.work_for(tenant_id) as session:
        signer = Signer(settings.secret_key.get_secret_value())
        post = Postbox(own_tenant(session), Links.from_settings(settings), settings.mail_from, signer)
        log.info("neighbour", mails=tell(session, post, row_id))
