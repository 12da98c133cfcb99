"""Suspending, resuming and deleting tenants. Every call works on a session that is open for the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import InstallationRecord, actor_of, record_for_installation
from engagement.kernel.clock import now
from engagement.kernel.db import require_installation
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.tenancy.models import Tenant

WAITING_DAYS = 30
"""Between the wish to delete a tenant and its end, so that a mistake can be undone."""
LONGEST_WAITING_DAYS = 365
LONGEST_REASON = 300
EXPORTED = "tenant.export"


@dataclass(frozen=True)
class Purged:
    """A tenant that is gone: how many rows each table held of it."""

    tenant_id: int
    rows: dict[str, int]


def suspend(session: Session, tenant_id: int, reason: str) -> None:
    """Take a tenant's site off: its hosts answer 503, its jobs pause, its mails stay queued.

    Args:
        session: open for the installation.
        tenant_id: which tenant.
        reason: for the operator; visitors do not see it.

    Raises:
        NotFoundError: there is no such tenant.
        ConflictError: it is suspended already.
        InvalidInputError: no reason is given, or a very long one.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise InvalidInputError({"reason": gettext("Please say why, in at most 300 characters.")})
    row = locked(session, tenant_id)
    if row.suspended_at is not None:
        raise ConflictError(gettext("%(name)s is suspended already.", name=row.name))
    row.suspended_at, row.suspension_reason = now(), reason
    note(session, row, "tenant.suspend", {"reason": reason})


def resume(session: Session, tenant_id: int) -> None:
    """Put a suspended tenant's site on again.

    Raises:
        NotFoundError: there is no such tenant.
        ConflictError: it is not suspended, or it is waiting to be deleted.
    """
    row = locked(session, tenant_id)
    if row.deletion_requested_at is not None:
        raise ConflictError(gettext("%(name)s is to be deleted. Please call the deletion off first.", name=row.name))
    if row.suspended_at is None:
        raise ConflictError(gettext("%(name)s is not suspended.", name=row.name))
    row.suspended_at, row.suspension_reason, row.resumed_at = None, "", now()
    note(session, row, "tenant.resume")


def request_deletion(session: Session, tenant_id: int, *, waiting_days: int = WAITING_DAYS) -> datetime:
    """Take a tenant's site off at once and mark it to be deleted, and return when that may happen.

    Raises:
        NotFoundError: there is no such tenant.
        ConflictError: it is waiting to be deleted already.
        InvalidInputError: the waiting period is shorter than a day or longer than a year.
    """
    if not 1 <= waiting_days <= LONGEST_WAITING_DAYS:
        raise InvalidInputError({"waiting_days": gettext("Between 1 and 365 days, please.")})
    row = locked(session, tenant_id)
    if row.deletion_requested_at is not None:
        raise ConflictError(gettext("%(name)s is waiting to be deleted already.", name=row.name))
    row.deletion_requested_at = now()
    row.delete_after = row.deletion_requested_at + timedelta(days=waiting_days)
    note(session, row, "tenant.request_deletion", {"delete_after": row.delete_after})
    return row.delete_after


def cancel_deletion(session: Session, tenant_id: int) -> None:
    """Keep a tenant after all. Its site is on again, unless it was suspended before.

    Raises:
        NotFoundError: there is no such tenant.
        ConflictError: nobody asked for its deletion.
    """
    row = locked(session, tenant_id)
    if row.deletion_requested_at is None:
        raise ConflictError(gettext("%(name)s is not waiting to be deleted.", name=row.name))
    row.deletion_requested_at = row.delete_after = None
    row.resumed_at = now()
    note(session, row, "tenant.cancel_deletion")


def tenants_due(session: Session) -> list[int]:
    """Return the tenants whose waiting period is over; the session is open for the installation."""
    require_installation(session)
    due = select(Tenant.id).where(Tenant.delete_after <= func.now()).order_by(Tenant.delete_after, Tenant.id)
    return list(session.scalars(due))


def purge(session: Session, tenant_id: int) -> Purged:
    """Remove every row of a tenant whose waiting period is over; a record of the installation is all that stays.

    The web role can remove no record of an audit trail, so a function of the tables' owner does it. That function
    sees to the waiting period itself.

    Raises:
        sqlalchemy.exc.ProgrammingError: the waiting period is not over, or there is no such tenant.
    """
    require_installation(session)
    session.expunge_all()
    actor = actor_of(session)
    rows = session.scalar(select(func.purge_tenant(tenant_id, actor.kind.value, actor.account_id)))
    return Purged(tenant_id, dict(rows or {}))


def note_export(session: Session, tenant_id: int) -> None:
    """Write down that an archive of the tenant was made; the session is open for the installation.

    Raises:
        NotFoundError: there is no such tenant.
    """
    note(session, locked(session, tenant_id), EXPORTED)


def was_exported(session: Session, tenant_id: int) -> bool:
    """Tell whether an archive of the tenant was ever made; the session is open for the installation."""
    require_installation(session)
    wanted = (InstallationRecord.tenant_id == tenant_id) & (InstallationRecord.action == EXPORTED)
    return session.scalar(select(InstallationRecord.id).where(wanted).limit(1)) is not None


def locked(session: Session, tenant_id: int) -> Tenant:
    """Return a tenant's row for the installation to change; others wait.

    Raises:
        NotFoundError: there is no such tenant.
    """
    require_installation(session)
    row = session.scalar(
        select(Tenant).where(Tenant.id == tenant_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(gettext("There is no such municipality."))
    return row


def note(session: Session, row: Tenant, action: str, details: dict[str, Any] | None = None) -> None:
    """Write down what was done to a tenant, with the change itself."""
    session.flush()
    record_for_installation(session, action, tenant_id=row.id, tenant_slug=row.slug, details=details)
