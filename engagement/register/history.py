"""What happened to an entry, and to those that were merged into it, from the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import ActorKind, AuditRecord
from engagement.organisations.models import Organisation

MOST = 100


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Args:
        by: name of the account that did it, "" if it was none or is gone.
        actor: what sort of actor it was.
        of_absorbed: whether it happened to an entry that was merged into this one.
        person: name of the account that it is about, "" if it is about none or it is gone.
        before: the changed fields as they were.
        after: as they are since.
    """

    at: datetime
    action: str
    by: str
    actor: ActorKind
    of_absorbed: bool
    person: str
    before: dict[str, Any]
    after: dict[str, Any]


def history_of(session: Session, organisation_id: int) -> list[Event]:
    """Return what happened, latest first, at most 100 events."""
    merged = select(Organisation.id).where(Organisation.merged_into_id == organisation_id)
    rows = session.scalars(
        select(AuditRecord)
        .where(
            AuditRecord.subject_kind == "organisation",
            or_(AuditRecord.subject_id == organisation_id, AuditRecord.subject_id.in_(merged)),
        )
        .order_by(AuditRecord.at.desc(), AuditRecord.id.desc())
        .limit(MOST)
    ).all()
    names = _names(session, rows)
    return [_event(row, organisation_id, names) for row in rows]


def _names(session: Session, rows: Sequence[AuditRecord]) -> dict[int, str]:
    wanted = {row.actor_account_id for row in rows} | {_person_of(row) for row in rows}
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted - {None})))
    return {row.id: row.name for row in found}


def _person_of(row: AuditRecord) -> int | None:
    number = (row.after or row.before or {}).get("account_id")
    return number if isinstance(number, int) else None


def _event(row: AuditRecord, organisation_id: int, names: dict[int, str]) -> Event:
    return Event(
        at=row.at,
        action=row.action,
        by=names.get(row.actor_account_id or 0, ""),
        actor=ActorKind(row.actor_kind),
        of_absorbed=row.subject_id != organisation_id,
        person=names.get(_person_of(row) or 0, ""),
        before=row.before or {},
        after=row.after or {},
    )
