"""Lets towns agree, refuse and offer something, each in a session of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from engagement.kernel.db import current_session, open_for_tenant
from engagement.neighbours.policy import Relation
from engagement.neighbours.service import agree, refuse
from engagement.tenancy.queries import own_tenant
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import Module


@contextmanager
def at_work_in(app: Flask, tenant_id: int) -> Iterator[Session]:
    """Lend a session open for a town, committed at the end."""
    with app.app_context():
        session = current_session()
        open_for_tenant(session, tenant_id)
        yield session
        session.commit()


def let_agree(app: Flask, tenant_id: int, other: str, note: str = "") -> Relation:
    """Let a town agree to share with another one."""
    with at_work_in(app, tenant_id) as session:
        return agree(session, other, note)


def let_refuse(app: Flask, tenant_id: int, other: str) -> Relation:
    """Let a town refuse to."""
    with at_work_in(app, tenant_id) as session:
        return refuse(session, other)


def switch_off(app: Flask, tenant_id: int) -> None:
    """Switch sharing off in a town."""
    with at_work_in(app, tenant_id) as session:
        settings = own_tenant(session).settings
        change_settings(session, settings.model_copy(update={"modules": settings.modules - {Module.NEIGHBOURS}}))
    app.extensions["engagement"].tenants.forget()
