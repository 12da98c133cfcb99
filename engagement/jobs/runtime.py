"""What a task works with: handed in by the composition root, since the layers below know no application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from procrastinate import JobContext
from sqlalchemy.orm import Session

from engagement.jobs.retry import TryLaterError
from engagement.kernel import logs
from engagement.kernel.audit import SYSTEM, act_as
from engagement.kernel.db import current_session, open_for_installation, open_for_tenant
from engagement.kernel.ratelimit import RateLimiter
from engagement.kernel.settings import Settings
from engagement.kernel.unit_of_work import unit_of_work
from engagement.tenancy.queries import active_tenant_ids, is_suspended

KEY = "runtime"
REST = timedelta(minutes=5)
"""How long the jobs of a suspended tenant rest before they look again; it does not count as an attempt at a mail."""


@dataclass(frozen=True)
class Runtime:
    """The application's parts that tasks need."""

    app: Flask
    settings: Settings
    limiter: RateLimiter

    @contextmanager
    def work_for(self, tenant_id: int) -> Iterator[Session]:
        """Lend a session open for a tenant, in a transaction that is committed when the block ends well.

        Raises:
            TryLaterError: the tenant is suspended; its work rests until the operator resumes it.
        """
        with self.app.app_context():
            session = current_session()
            open_for_tenant(session, tenant_id)
            if is_suspended(session):
                raise TryLaterError(REST)
            act_as(session, SYSTEM)
            with unit_of_work(session):
                yield session

    def tenant_ids(self) -> list[int]:
        """Return all tenants that are not suspended, for work that concerns each of them."""
        with self.app.app_context():
            return active_tenant_ids(current_session())

    @contextmanager
    def work_for_installation(self, reason: str) -> Iterator[Session]:
        """Lend a session open for the installation, in a transaction that is committed when the block ends well."""
        with self.app.app_context():
            session = current_session()
            open_for_installation(session, reason)
            act_as(session, SYSTEM)
            with unit_of_work(session):
                yield session


def runtime_of(context: JobContext) -> Runtime:
    """Return what the worker was given, and put the job's id into every line that it logs from here on."""
    logs.clear_contextvars()
    logs.bind_contextvars(job_id=context.job.id, task=context.job.task_name)
    runtime = context.additional_context[KEY]
    if not isinstance(runtime, Runtime):
        raise TypeError("the worker was started without a runtime")
    return runtime
