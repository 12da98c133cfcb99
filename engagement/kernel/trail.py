"""Reading the audit trail: filtered, newest first, page by page at the same speed however long it is.

Pages are cut by the time and id of their last record and not by counting, so that the hundredth is as quick as the
first and no record is missed or shown twice while new ones come in ("keyset pagination").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Tuple, func, select, tuple_
from sqlalchemy.orm import Session

from engagement.kernel.audit import AuditRecord

BATCH = 500


@dataclass(frozen=True)
class Position:
    """A place in the trail: just at one record."""

    at: datetime
    id: int


@dataclass(frozen=True)
class TrailRecord:
    """One record, as plain values; an operator inside the tenant has a name and a reason."""

    id: int
    at: datetime
    actor_kind: str
    account_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    operator_name: str = ""
    operator_reason: str = ""

    @property
    def position(self) -> Position:
        """Return where it stands."""
        return Position(self.at, self.id)


@dataclass(frozen=True)
class Wanted:
    """Which records; what is None does not matter.

    Args:
        since: from this moment on.
        until: before this moment.
        actor_kind: who acted, by kind.
        account_id: who acted, by account.
        action: what was done.
        subject_kind: to what kind of object.
        subject_id: to which of them.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor_kind: str | None = None
    account_id: int | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them for the database."""
        exact = {
            AuditRecord.actor_kind: self.actor_kind,
            AuditRecord.actor_account_id: self.account_id,
            AuditRecord.action: self.action,
            AuditRecord.subject_kind: self.subject_kind,
            AuditRecord.subject_id: self.subject_id,
        }
        found: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
        if self.since:
            found.append(AuditRecord.at >= self.since)
        if self.until:
            found.append(AuditRecord.at < self.until)
        return found


@dataclass(frozen=True)
class TrailPage:
    """Some records, newest first, and whether there are others beyond either end."""

    records: tuple[TrailRecord, ...]
    has_older: bool
    has_newer: bool


def trail_page(
    session: Session, wanted: Wanted, *, older_than: Position | None, newer_than: Position | None, size: int
) -> TrailPage:
    """Return a page: the newest records, those just older than one, or those just newer than one."""
    if newer_than:
        rows = _read(session, [*wanted.conditions(), _values(newer_than) < _KEY], size + 1, newest_first=False)
        return TrailPage(tuple(reversed(rows[:size])), has_older=True, has_newer=len(rows) > size)
    place = [_values(older_than) > _KEY] if older_than else []
    rows = _read(session, [*wanted.conditions(), *place], size + 1)
    return TrailPage(tuple(rows[:size]), has_older=len(rows) > size, has_newer=older_than is not None)


def has_more_than(session: Session, wanted: Wanted, most: int) -> bool:
    """Tell whether there are more than ``most`` such records; no more are looked at than that takes."""
    beyond = select(AuditRecord.id).where(*wanted.conditions()).limit(1).offset(most)
    return session.scalar(beyond) is not None


def walk_trail(session: Session, wanted: Wanted, *, not_after: datetime) -> Iterator[list[TrailRecord]]:
    """Return all records up to a moment, newest first, in batches; no transaction stays open between them.

    A reader on a slow line must not hold one: PostgreSQL ends sessions that idle within.
    """
    last: Position | None = None
    while True:
        place = [_values(last) > _KEY] if last else []
        batch = _read(session, [*wanted.conditions(), AuditRecord.at <= not_after, *place], BATCH)
        session.commit()
        if not batch:
            return
        yield batch
        last = batch[-1].position


_KEY = tuple_(AuditRecord.at, AuditRecord.id)


def _values(position: Position) -> Tuple:
    return tuple_(position.at, position.id)


def _read(
    session: Session, conditions: list[ColumnElement[bool]], most: int, *, newest_first: bool = True
) -> list[TrailRecord]:
    order = (AuditRecord.at, AuditRecord.id)
    rows = session.execute(
        select(
            AuditRecord.id,
            AuditRecord.at,
            AuditRecord.actor_kind,
            AuditRecord.actor_account_id.label("account_id"),
            func.coalesce(AuditRecord.operator_name, "").label("operator_name"),
            func.coalesce(AuditRecord.operator_reason, "").label("operator_reason"),
            AuditRecord.action,
            AuditRecord.subject_kind,
            AuditRecord.subject_id,
            AuditRecord.before,
            AuditRecord.after,
        )
        .where(*conditions)
        .order_by(*(column.desc() if newest_first else column for column in order))
        .limit(most)
    )
    return [TrailRecord(**{**row._asdict(), "before": row.before or {}, "after": row.after or {}}) for row in rows]
