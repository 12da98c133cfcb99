"""What a task works with: handed in by the composition root, since the layers below know no application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from procrastinate import JobContext
from sqlalchemy.orm import Session

from engagement.kernel import logs
from engagement.kernel.audit import SYSTEM, act_as
from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.links import Links
from engagement.kernel.ratelimit import RateLimiter
from engagement.kernel.settings import Settings
from engagement.kernel.signing import Signer
from engagement.kernel.unit_of_work import unit_of_work
from engagement.mail.service import Postbox
from engagement.tenancy.queries import all_tenants, own_tenant

KEY = "runtime"


@dataclass(frozen=True)
class Runtime:
    """The application's parts that tasks need."""

    app: Flask
    settings: Settings
    limiter: RateLimiter

    @contextmanager
    def work_for(self, tenant_id: int) -> Iterator[Session]:
        """Lend a session open for a tenant, in a transaction that is committed when the block ends well."""
        with self.app.app_context():
            session = current_session()
            open_for_tenant(session, tenant_id)
            act_as(session, SYSTEM)
            with unit_of_work(session):
                yield session

    def postbox(self, session: Session) -> Postbox:
        """Return where a job drops the mails of the tenant that ``session`` is open for."""
        return Postbox(
            tenant=own_tenant(session),
            links=Links.from_settings(self.settings),
            default_sender=self.settings.mail_from,
            signer=Signer(self.settings.secret_key.get_secret_value()),
        )

    def tenant_ids(self) -> list[int]:
        """Return all tenants, for work that concerns each of them."""
        with self.app.app_context():
            return [tenant.id for tenant in all_tenants(current_session())]


def runtime_of(context: JobContext) -> Runtime:
    """Return what the worker was given, and put the job's id into every line that it logs from here on."""
    logs.clear_contextvars()
    logs.bind_contextvars(job_id=context.job.id, task=context.job.task_name)
    runtime = context.additional_context[KEY]
    if not isinstance(runtime, Runtime):
        raise TypeError("the worker was started without a runtime")
    return runtime
