"""Looking at tenants from outside: state, hosts, size, health, history. Numbers only, nothing of what they hold.

The session is open for the installation. Whether for one tenant or a page of them, each call is one statement.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, column, func, select
from sqlalchemy.orm import Session, selectinload

from engagement.kernel.audit import InstallationRecord
from engagement.kernel.db import require_installation
from engagement.tenancy.models import Tenant, TenantHost

PER_PAGE = 50


class TenantState(StrEnum):
    """Whether a tenant's site is on."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETING = "deleting"


@dataclass(frozen=True)
class TenantStatus:
    """What the operator sees of a tenant.

    Args:
        host: the canonical one.
        hosts: all of them, by name.
        reason: why it is suspended, "" if it is not.
        delete_after: when it may be deleted, if that is asked for.
    """

    id: int
    slug: str
    name: str
    official_key: str
    host: str
    hosts: tuple[str, ...]
    contact_email: str
    state: TenantState
    reason: str
    created_at: datetime
    suspended_at: datetime | None
    deletion_requested_at: datetime | None
    delete_after: datetime | None


@dataclass(frozen=True)
class TenantPage:
    """Some tenants by name, and how many there are in all."""

    tenants: tuple[TenantStatus, ...]
    total: int


@dataclass(frozen=True)
class TableSize:
    """Rows of one table that belong to a tenant, and the bytes that they take, without indexes."""

    table: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class TenantSize:
    """What a tenant takes in the database, largest table first; tables without rows are left out."""

    tables: tuple[TableSize, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """Return how many bytes they take."""
        return sum(table.bytes for table in self.tables)


@dataclass(frozen=True)
class TenantHealth:
    """Whether a tenant is alive and well.

    Args:
        last_activity: the latest entry of its audit trail.
        failed_mails: those that nobody has looked at yet.
        waiting_mails: queued or retried.
        waiting_since: when the oldest of them was written.
        waiting_jobs: in the queue, retries included.
        failed_jobs: given up.
    """

    last_activity: datetime | None = None
    failed_mails: int = 0
    waiting_mails: int = 0
    waiting_since: datetime | None = None
    waiting_jobs: int = 0
    failed_jobs: int = 0


@dataclass(frozen=True)
class HistoryEntry:
    """Something that was done to a tenant as a whole."""

    at: datetime
    actor_kind: str
    actor_account_id: int | None
    operator_name: str | None
    action: str
    tenant_id: int | None
    tenant_slug: str
    details: dict[str, Any]


def find_tenant(session: Session, tenant_id: int) -> TenantStatus | None:
    """Return one tenant."""
    return next(iter(_statuses(session, Tenant.id == tenant_id)), None)


def find_tenant_by_slug(session: Session, slug: str) -> TenantStatus | None:
    """Return one tenant by its short name."""
    return next(iter(_statuses(session, Tenant.slug == slug)), None)


def all_slugs(session: Session) -> str:
    """Return the short names for a person who has mistyped one, the first of them if there are many."""
    require_installation(session)
    found = session.scalars(select(Tenant.slug).order_by(Tenant.slug).limit(PER_PAGE + 1)).all()
    return ", ".join((*found[:PER_PAGE], *(["…"] if len(found) > PER_PAGE else []))) or "none yet"


def list_tenants(session: Session, *, text: str = "", page: int = 1, per_page: int = PER_PAGE) -> TenantPage:
    """Return a page of tenants by name.

    Args:
        session: open for the installation.
        text: part of a name, short name or host; "" for all.
        page: from 1.
        per_page: how many at a time.
    """
    require_installation(session)
    wanted = _matching(text)
    total = session.scalar(select(func.count()).select_from(Tenant).where(*wanted)) or 0
    found = _statuses(session, *wanted, offset=(page - 1) * per_page, limit=per_page)
    return TenantPage(tuple(found), total)


def tenant_sizes(session: Session, tenant_ids: Collection[int]) -> dict[int, TenantSize]:
    """Return what each of these tenants takes in the database."""
    require_installation(session)
    names = ("tenant_id", "table_name", "row_count", "byte_count")
    rows = session.execute(
        select(func.tenant_sizes(list(tenant_ids)).table_valued(*(column(name) for name in names)))
    ).all()
    tables: dict[int, list[TableSize]] = {tenant_id: [] for tenant_id in tenant_ids}
    for row in rows:
        tables[row.tenant_id].append(TableSize(row.table_name, row.row_count, row.byte_count))
    return {
        tenant_id: TenantSize(tuple(sorted(sizes, key=lambda size: (-size.bytes, size.table))))
        for tenant_id, sizes in tables.items()
    }


def tenant_health(session: Session, tenant_ids: Collection[int]) -> dict[int, TenantHealth]:
    """Return how each of these tenants is."""
    require_installation(session)
    names = ("tenant_id", *TenantHealth.__dataclass_fields__)
    rows = session.execute(
        select(func.tenant_health(list(tenant_ids)).table_valued(*(column(name) for name in names)))
    ).all()
    return {
        row.tenant_id: TenantHealth(**{name: getattr(row, name) for name in TenantHealth.__dataclass_fields__})
        for row in rows
    }


def tenant_history(
    session: Session, tenant_id: int | None = None, *, page: int = 1, limit: int = PER_PAGE
) -> list[HistoryEntry]:
    """Return what was done to a tenant as a whole, or in the whole installation, latest first; also to those gone.

    Args:
        session: open for the installation.
        tenant_id: of the tenant; None for everything, what concerns no tenant included.
        page: from 1.
        limit: how many at a time.
    """
    require_installation(session)
    statement = (
        select(InstallationRecord)
        .where(*_about(tenant_id))
        .order_by(InstallationRecord.at.desc(), InstallationRecord.id.desc())
        .offset((page - 1) * limit)
        .limit(limit)
    )
    return [_history_entry(row) for row in session.scalars(statement)]


def count_history(session: Session, tenant_id: int | None = None) -> int:
    """Return how much there is of the same."""
    require_installation(session)
    return session.scalar(select(func.count()).select_from(InstallationRecord).where(*_about(tenant_id))) or 0


def _about(tenant_id: int | None) -> list[ColumnElement[bool]]:
    return [] if tenant_id is None else [InstallationRecord.tenant_id == tenant_id]


def _history_entry(row: InstallationRecord) -> HistoryEntry:
    return HistoryEntry(
        at=row.at,
        actor_kind=row.actor_kind,
        actor_account_id=row.actor_account_id,
        operator_name=row.operator_name,
        action=row.action,
        tenant_id=row.tenant_id,
        tenant_slug=row.tenant_slug,
        details=row.details,
    )


def state_of(row: Tenant) -> TenantState:
    """Tell whether a tenant's site is on."""
    if row.deletion_requested_at is not None:
        return TenantState.DELETING
    return TenantState.ACTIVE if row.suspended_at is None else TenantState.SUSPENDED


def _matching(text: str) -> list[ColumnElement[bool]]:
    words = text.strip()
    if not words:
        return []
    hosts = Tenant.hosts.any(TenantHost.host.icontains(words, autoescape=True))
    return [Tenant.name.icontains(words, autoescape=True) | Tenant.slug.icontains(words, autoescape=True) | hosts]


def _statuses(
    session: Session, *wanted: ColumnElement[bool], offset: int = 0, limit: int | None = None
) -> list[TenantStatus]:
    require_installation(session)
    statement = (
        select(Tenant)
        .where(*wanted)
        .options(selectinload(Tenant.hosts))
        .order_by(func.lower(Tenant.name), Tenant.id)
        .offset(offset)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_status(row) for row in session.scalars(statement)]


def _status(row: Tenant) -> TenantStatus:
    return TenantStatus(
        id=row.id,
        slug=row.slug,
        name=row.name,
        official_key=row.official_key,
        host=next((host.host for host in row.hosts if host.is_primary), ""),
        hosts=tuple(host.host for host in row.hosts),
        contact_email=row.contact_email,
        state=state_of(row),
        reason=row.suspension_reason,
        created_at=row.created_at,
        suspended_at=row.suspended_at,
        deletion_requested_at=row.deletion_requested_at,
        delete_after=row.delete_after,
    )
