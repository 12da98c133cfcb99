"""Making the variants of an uploaded picture."""

from __future__ import annotations

from procrastinate import App, JobContext

from engagement.jobs.retry import Backoff
from engagement.jobs.runtime import runtime_of
from engagement.kernel import logs
from engagement.kernel.variants import MAKE, make_variants

log = logs.get_logger(__name__)


def add_picture_tasks(queue: App) -> None:
    """Tell the worker how to make variants."""
    queue.task(name=MAKE, retry=Backoff(), pass_context=True)(make)


def make(context: JobContext, *, tenant_id: int, row_id: int) -> None:
    """Make what is ordered of the picture ``row_id``; nothing if it was thrown away meanwhile."""
    runtime = runtime_of(context)
    logs.bind_contextvars(tenant_id=tenant_id, file_id=row_id)
    with runtime.work_for(tenant_id) as session:
        log.info("picture", variants=make_variants(session, row_id))
