"""The audit trail: who changed what, when, from what to what. Secrets never enter it.

The web role can add to it and read it. Only ``forget_records`` makes it shorter, by a function of the database that
takes nothing younger than half a year and nothing of another tenant, whoever calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, String, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.db import INSTALLATION, Base, TenantOwned, require_installation

SECRET_FIELDS = frozenset({"password", "password_hash", "token", "secret", "nonce", "code"})
HIDDEN = "•••"
LONGEST_REASON = 500


class ActorKind(StrEnum):
    """Who acted: a signed-in account, a guest by a mailed link, an operator by an entry or a command, or a job."""

    ACCOUNT = "account"
    GUEST = "guest"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Office:
    """An operator by name, since they act in office; inside a tenant with the entry that lets them, and its reason."""

    operator_id: int
    name: str
    entry_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who is at work in a session; accounts are named by id so that erasing one leaves no name behind."""

    kind: ActorKind
    account_id: int | None = None
    office: Office | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
GUEST = Actor(ActorKind.GUEST)
OPERATOR = Actor(ActorKind.OPERATOR)


class AuditRecord(TenantOwned, Base):
    """One write that matters."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index(None, "tenant_id", "at", "id"),
        Index(None, "tenant_id", "actor_account_id", "at", "id"),
        Index(None, "tenant_id", "action", "at", "id"),
        Index(None, "tenant_id", "subject_kind", "subject_id", "at", "id"),
    )

    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_account_id: Mapped[int | None] = mapped_column(BigInteger)
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    operator_id: Mapped[int | None] = mapped_column(BigInteger)
    operator_name: Mapped[str | None] = mapped_column(String(120))
    operator_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    action: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class InstallationRecord(Base):
    """Something that was done to a tenant as a whole, or to the installation.

    It outlives the tenant, hence no key to it. It names nobody but operators, who act in office; without a name it was
    the command line or a job.

    Args:
        tenant_id: the tenant's number, also of one that is gone.
        tenant_slug: its short name at that time.
        details: what there is to say, without personal data.
    """

    __tablename__ = "installation_record"
    __table_args__ = (Index(None, "tenant_id", "at"), Index(None, "at"), {"comment": INSTALLATION})

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_account_id: Mapped[int | None] = mapped_column(BigInteger)
    operator_id: Mapped[int | None]
    operator_name: Mapped[str | None] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(80))
    tenant_id: Mapped[int | None] = mapped_column(Integer)
    tenant_slug: Mapped[str] = mapped_column(String(63), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


def act_as(session: Session, actor: Actor) -> None:
    """Say who is at work in ``session``; the edge calls it once."""
    session.info["actor"] = actor


def actor_of(session: Session) -> Actor:
    """Return who is at work, the system if nobody said."""
    actor = session.info.get("actor", SYSTEM)
    return actor if isinstance(actor, Actor) else SYSTEM


def record(
    session: Session,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note a write in the transaction that makes it.

    Args:
        session: open for the tenant.
        action: what was done, as ``subject.verb``, e.g. ``opportunity.publish``.
        subject_kind: the kind of object, in the words of the code.
        subject_id: its id within the tenant.
        before: the changed fields as they were; secrets are blanked.
        after: the same fields as they are now.
    """
    actor = actor_of(session)
    office = actor.office
    session.add(
        AuditRecord(
            at=now(),
            actor_kind=actor.kind,
            actor_account_id=actor.account_id,
            entry_id=office.entry_id if office else None,
            operator_id=office.operator_id if office else None,
            operator_name=office.name if office else None,
            operator_reason=office.reason if office else None,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            before=_plain_mapping(before),
            after=_plain_mapping(after),
        )
    )


def forget_records(session: Session, months: int) -> int:
    """Delete the records of the session's tenant that are older than so many months, and return how many there were.

    Args:
        session: open for the tenant.
        months: fewer than six count as six; the database sees to it.
    """
    session.flush()
    return int(session.scalar(select(func.forget_audit_records(months))) or 0)


def record_for_installation(
    session: Session,
    action: str,
    *,
    tenant_id: int | None = None,
    tenant_slug: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note what was done to a tenant as a whole, or to the installation, in the transaction that does it.

    Args:
        session: open for the installation.
        action: what was done, as ``subject.verb``, e.g. ``tenant.suspend``.
        tenant_id: which tenant, if one.
        tenant_slug: its short name.
        details: the rest; secrets are blanked, and nothing personal belongs here.

    Raises:
        ScopeError: the session is open for a tenant.
    """
    require_installation(session)
    actor = actor_of(session)
    session.add(
        InstallationRecord(
            at=now(),
            actor_kind=actor.kind,
            actor_account_id=actor.account_id,
            operator_id=actor.office.operator_id if actor.office else None,
            operator_name=actor.office.name if actor.office else None,
            action=action,
            tenant_id=tenant_id,
            tenant_slug=tenant_slug,
            details=_plain_mapping(details) or {},
        )
    )
    session.flush()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only the fields that differ, as they were and as they are."""
    different = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in different}, {name: after[name] for name in different}


def _plain_mapping(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: HIDDEN if name in SECRET_FIELDS else _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
