"""Reading the mails that did not arrive, for the municipality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from engagement.mail.models import MailAccount, MailState, OutgoingMail
from engagement.mail.server import LineSecurity

MOST_SHOWN = 200
_WAITING_FOR_SOMEONE = (OutgoingMail.state == MailState.FAILED, OutgoingMail.dismissed_at.is_(None))


@dataclass(frozen=True)
class FailedMail:
    """A mail that was given up; ``reason`` is what the mail server said last."""

    id: int
    kind: str
    to_name: str
    to_address: str
    subject: str
    attempts: int
    reason: str
    queued_at: datetime
    failed_at: datetime | None


def failed_mails(session: Session) -> list[FailedMail]:
    """Return the mails that failed and were not dismissed, latest first, at most 200."""
    rows = session.scalars(
        select(OutgoingMail)
        .where(*_WAITING_FOR_SOMEONE)
        .order_by(OutgoingMail.failed_at.desc(), OutgoingMail.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_failed(row) for row in rows]


def count_failed_mails(session: Session) -> int:
    """Return how many mails wait for somebody of the municipality to look at them."""
    return session.scalar(select(func.count()).select_from(OutgoingMail).where(*_WAITING_FOR_SOMEONE)) or 0


def _failed(row: OutgoingMail) -> FailedMail:
    return FailedMail(
        id=row.id,
        kind=row.kind,
        to_name=row.to_name,
        to_address=row.to_address,
        subject=row.subject,
        attempts=row.attempts,
        reason=row.last_error,
        queued_at=row.queued_at,
        failed_at=row.failed_at,
    )


@dataclass(frozen=True)
class OwnServerInfo:
    """A tenant's own mail server, without its password.

    Args:
        failing_since: when it first refused us in a row, None if it does not.
        last_error: what it said last.
        proven_at: when a mail first went through it as it is set now.
    """

    host: str
    port: int
    security: LineSecurity
    login: str
    has_password: bool
    failing_since: datetime | None
    last_error: str
    proven_at: datetime | None


def own_server(session: Session) -> OwnServerInfo | None:
    """Return the tenant's own mail server, None if its mails go through the installation's."""
    row = session.scalar(select(MailAccount))
    if row is None:
        return None
    return OwnServerInfo(
        host=row.host,
        port=row.port,
        security=row.security,
        login=row.login,
        has_password=row.sealed_password is not None,
        failing_since=row.failing_since,
        last_error=row.last_error,
        proven_at=row.proven_at,
    )


def failing_since() -> ScalarSelect[datetime | None]:
    """Ask since when the tenant's own server refuses our mails, as part of a statement that asks more."""
    return select(MailAccount.failing_since).scalar_subquery()


def last_error() -> ScalarSelect[str]:
    """Ask what the tenant's own server said last, as part of a statement that asks more."""
    return select(MailAccount.last_error).scalar_subquery()


def subjects_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the subjects of mails by id; those that are gone are left out."""
    wanted = select(OutgoingMail.id, OutgoingMail.subject).where(OutgoingMail.id.in_(list(ids)))
    return {row.id: row.subject for row in session.execute(wanted)}
