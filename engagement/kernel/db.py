"""The database session, opened for one tenant, and the base of all models.

Three walls keep tenants apart: the tenant is part of every primary and foreign key; a session refuses every
statement until it has been opened for a tenant (or, as a named act, for the installation); and PostgreSQL's
row-level security sees the tenant that each transaction sets, with a role that neither owns tables nor bypasses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import BigInteger, Connection, DateTime, ForeignKey, Identity, MetaData, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, declared_attr, mapped_column

TENANT_SETTING = "app.tenant_id"
PUBLIC_READ = "public read model"
INSTALLATION = "installation"
BOTH_SIDES = "read by both sides"
"""Comments of tables that are not a single tenant's to read; a test names each of them."""
DERIVED = "derived"
"""Marks a table (``info={DERIVED: True}``) whose rows are made anew from others, so that nobody needs to carry them."""
MADE_ANEW = "made_anew"
"""Marks a tenant's own table (``info={MADE_ANEW: True}``) whose rows the worker makes of others: they do not move."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class ScopeError(RuntimeError):
    """A statement was sent, or a row written, outside the tenant that the session is open for."""


@dataclass(frozen=True)
class Scope:
    """What a session is open for: a tenant, or the installation (``tenant_id`` is None)."""

    tenant_id: int | None
    reason: str = ""


class Base(DeclarativeBase):
    """Base of all models; times are aware and kept in UTC."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class TenantOwned:
    """Mixin of every table that belongs to a tenant: the tenant is the first part of the key."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, sort_order=-9)

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("tenant.id"), primary_key=True, sort_order=-10)


class TenantSession(FlaskSession):
    """A session that talks to the database only after it was opened for a scope."""


db = SQLAlchemy(session_options={"class_": TenantSession, "expire_on_commit": False})
"""Lends each request or job its session and engine; the models stand on ``Base``, not on ``db.Model``."""


def current_session() -> Session:
    """Return the session of the running request, job or command."""
    return cast("Session", db.session())


def new_session() -> Session:
    """Return a session beside the running request's, for work in another scope; the caller closes it."""
    return cast("Session", db.session.session_factory())


def scope_of(session: Session) -> Scope:
    """Return what ``session`` is open for.

    Raises:
        ScopeError: it has not been opened.
    """
    scope = session.info.get("scope")
    if not isinstance(scope, Scope):
        raise ScopeError("the session has been opened for no tenant; call open_for_tenant first")
    return scope


def tenant_of(session: Session) -> int:
    """Return the id of the tenant that ``session`` is open for.

    Raises:
        ScopeError: it is open for none.
    """
    tenant_id = scope_of(session).tenant_id
    if tenant_id is None:
        raise ScopeError("the session is open for the installation, not for a tenant")
    return tenant_id


def open_for_tenant(session: Session, tenant_id: int) -> None:
    """Open ``session`` for one tenant, for good: a warm identity map must never see another one.

    Raises:
        ScopeError: the session is at work in another scope.
    """
    _open(session, Scope(tenant_id))


def open_for_installation(session: Session, reason: str) -> None:
    """Open ``session`` to work on the tables that belong to no tenant, for good; ``reason`` names why.

    Raises:
        ScopeError: the session is at work in another scope.
    """
    held = session.info.get("scope")
    if isinstance(held, Scope) and held.tenant_id is None:
        return
    _open(session, Scope(None, reason))


def hand_over_to_tenant(session: Session, tenant_id: int) -> None:
    """Go on in the same transaction as a tenant that it has just made, so that a tenant is made whole or not at all.

    Nothing of another tenant can be in the session, since one that is open for the installation sees no tenant's rows.

    Raises:
        ScopeError: the session is not open for the installation.
    """
    require_installation(session)
    session.flush()
    session.expunge_all()
    session.info["scope"] = Scope(tenant_id)
    session.execute(select(func.set_config(TENANT_SETTING, str(tenant_id), True)))


def require_installation(session: Session) -> None:
    """Refuse to go on unless ``session`` is open for the installation.

    Raises:
        ScopeError: it is not.
    """
    if scope_of(session).tenant_id is not None:
        raise ScopeError("the session is open for a tenant, not for the installation")


@contextmanager
def opened_for_installation(session: Session, reason: str) -> Iterator[Session]:
    """Lend ``session`` to work on the tables that belong to no tenant; ``reason`` names why.

    Tenant-owned tables look empty inside, since no tenant is set. Nothing may be under way before.
    """
    before = session.info.get("scope")
    _forget(session)
    _open(session, Scope(None, reason))
    try:
        yield session
    finally:
        _forget(session)
        if before is not None:
            session.info["scope"] = before


def _open(session: Session, scope: Scope) -> None:
    held = session.info.get("scope")
    if held is not None and held != scope:
        raise ScopeError(f"the session is already open for {held}")
    if session.in_transaction() and held is None:
        raise ScopeError("the session has a transaction under way")
    session.info["scope"] = scope


def _forget(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise ScopeError("the session holds changes that are not written")
    session.rollback()
    session.expunge_all()
    session.info.pop("scope", None)


@event.listens_for(TenantSession, "after_begin")
def _tell_the_database(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    tenant_id = scope_of(session).tenant_id
    value = "" if tenant_id is None else str(tenant_id)
    connection.execute(select(func.set_config(TENANT_SETTING, value, True)))


@event.listens_for(TenantSession, "before_flush")
def _stamp_new_rows(session: Session, _context: object, _instances: object) -> None:
    tenant_id = scope_of(session).tenant_id
    for row in session.new:
        if not isinstance(row, TenantOwned):
            continue
        given: int | None = row.tenant_id
        if given is None:
            row.tenant_id = tenant_of(session)
        elif given != tenant_id:
            raise ScopeError(f"a {type(row).__name__} of tenant {given} in a session of {tenant_id}")
