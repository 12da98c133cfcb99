"""Reading operators and their entries, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import Office
from engagement.kernel.clock import now
from engagement.operators.models import Operator, OperatorEntry


@dataclass(frozen=True)
class OperatorInfo:
    """An operator without secrets; ``is_set_up`` once password and second factor are known to work."""

    id: int
    email: str
    name: str
    session_version: int
    is_set_up: bool
    is_disabled: bool
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class EntryInfo:
    """Leave to act inside a tenant."""

    id: int
    operator_id: int
    operator_name: str
    tenant_id: int
    reason: str
    created_at: datetime
    until: datetime
    began_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Tell whether nobody can act by it any more."""
        return self.ended_at is not None or self.until <= now()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody is inside by it."""
        return self.began_at is not None and not self.is_over

    @property
    def office(self) -> Office:
        """Return what the tenant's audit trail notes with each change."""
        return Office(self.operator_id, self.operator_name, self.id, self.reason)


def find_operator(session: Session, operator_id: int) -> OperatorInfo | None:
    """Return the operator with this id; the session is open for the installation."""
    return _operator(session.scalar(select(Operator).where(Operator.id == operator_id)))


def operator_by_email(session: Session, email: str) -> OperatorInfo | None:
    """Return the operator with this address, in whatever case it was written."""
    return _operator(session.scalar(select(Operator).where(Operator.email == email.strip().lower())))


def all_operators(session: Session) -> list[OperatorInfo]:
    """Return the operators by name; the session is open for the installation."""
    rows = session.scalars(select(Operator).order_by(Operator.name, Operator.id))
    return [found for row in rows if (found := _operator(row))]


def find_entry(session: Session, entry_id: int) -> EntryInfo | None:
    """Return an entry; a session of a tenant sees the entries into its own."""
    row = session.scalar(select(OperatorEntry).where(OperatorEntry.id == entry_id))
    return entry_info(row) if row else None


def entries_into(session: Session, tenant_id: int, *, limit: int = 20) -> list[EntryInfo]:
    """Return the latest entries into a tenant, those that were never used included."""
    return _entries(session, OperatorEntry.tenant_id == tenant_id, limit)


def open_entries(session: Session, tenant_id: int | None = None) -> list[EntryInfo]:
    """Return the entries by which somebody is inside just now, of one tenant or of all that the session may see."""
    return _entries(session, _is_open() if tenant_id is None else _inside(tenant_id), 100)


def somebody_inside(tenant_id: int) -> ColumnElement[bool]:
    """Ask whether any operator is inside a tenant, as part of a statement that asks more."""
    return exists().where(_inside(tenant_id))


def _is_open() -> ColumnElement[bool]:
    return OperatorEntry.began_at.is_not(None) & OperatorEntry.ended_at.is_(None) & (OperatorEntry.until > now())


def _inside(tenant_id: int) -> ColumnElement[bool]:
    return _is_open() & (OperatorEntry.tenant_id == tenant_id)


def _entries(session: Session, condition: ColumnElement[bool], limit: int) -> list[EntryInfo]:
    newest = select(OperatorEntry).where(condition).order_by(OperatorEntry.id.desc()).limit(limit)
    return [entry_info(row) for row in session.scalars(newest)]


def _operator(row: Operator | None) -> OperatorInfo | None:
    if row is None:
        return None
    return OperatorInfo(
        id=row.id,
        email=row.email,
        name=row.name,
        session_version=row.session_version,
        is_set_up=row.password_hash is not None,
        is_disabled=row.disabled_at is not None,
        last_sign_in_at=row.last_sign_in_at,
    )


def entry_info(row: OperatorEntry) -> EntryInfo:
    """Return an entry as plain values."""
    return EntryInfo(
        id=row.id,
        operator_id=row.operator_id,
        operator_name=row.operator_name,
        tenant_id=row.tenant_id,
        reason=row.reason,
        created_at=row.created_at,
        until=row.until,
        began_at=row.began_at,
        ended_at=row.ended_at,
    )
