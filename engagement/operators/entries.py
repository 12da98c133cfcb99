"""Entering a tenant: for a reason, for a limited time, told to its admins and noted in its audit trail.

An operator has no standing power inside. Leave to enter is given on the installation's own pages; it begins when the
signed link is used on the tenant's host, within a transaction of that tenant, and ends by leaving, by being revoked,
or by itself.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_accounts
from engagement.kernel.audit import (
    LONGEST_REASON,
    Actor,
    ActorKind,
    Office,
    act_as,
    actor_of,
    record,
    record_for_installation,
)
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.kernel.signing import OF_INSTALLATION, Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.operators.mails import EntryMail
from engagement.operators.models import OperatorEntry
from engagement.operators.queries import EntryInfo, entry_info, find_entry
from engagement.tenancy.queries import TenantInfo

SHORTEST_REASON = 10
MINUTES = (15, 60, 240)
SECONDS_TO_HAND_OVER = 120


def allow_entry(session: Session, office: Office, tenant: TenantInfo, *, reason: str, minutes: int) -> int:
    """Give an operator leave to enter a tenant and return the entry's id; it does not begin yet.

    Args:
        session: open for the installation.
        office: the operator.
        tenant: where to.
        reason: what for, in words that its admins understand.
        minutes: one of ``MINUTES``, counted from now.

    Raises:
        InvalidInputError: the reason is too short or too long, or the time is not one of those offered.
    """
    words = " ".join(reason.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        problem = gettext("Please write at least %(number)s characters.", number=SHORTEST_REASON)
        raise InvalidInputError({"reason": problem})
    if minutes not in MINUTES:
        raise InvalidInputError({"minutes": gettext("Please choose how long you need.")})
    row = OperatorEntry(operator_id=office.operator_id, operator_name=office.name, tenant_id=tenant.id, reason=words)
    row.until = now() + timedelta(minutes=minutes)
    session.add(row)
    session.flush()
    details = {"reason": words, "minutes": minutes, "entry": row.id}
    record_for_installation(session, "entry.allow", tenant_id=tenant.id, tenant_slug=tenant.slug, details=details)
    return row.id


def hand_over_path(signer: Signer, entry: EntryInfo) -> str:
    """Return the path on the tenant's host that lets the entry begin, good for two minutes and once.

    It is signed with the installation's key alone: a tenant's own key leaves the house when the tenant moves.
    """
    token = signer.sign(Purpose.OPERATOR_ENTRY, OF_INSTALLATION, entry.id, str(entry.tenant_id))
    return f"/verwaltung/betreten/{token}"


def look_at_hand_over(session: Session, signer: Signer, token: str) -> EntryInfo:
    """Return the entry that a link would begin.

    Args:
        session: open for the tenant whose host received the link.
        signer: of the installation.
        token: as in the link.

    Raises:
        NotFoundError: the link is forged, out of date, used, another tenant's, or its entry is over.
    """
    try:
        entry_id, tenant_id = signer.read(Purpose.OPERATOR_ENTRY, OF_INSTALLATION, token, max_age=SECONDS_TO_HAND_OVER)
    except (TokenExpiredError, TokenInvalidError) as error:
        raise NotFoundError from error
    found = find_entry(session, entry_id) if tenant_id == str(tenant_of(session)) else None
    if found is None or found.began_at is not None or found.is_over:
        raise NotFoundError
    return found


def begin_entry(session: Session, post: Postbox, token: str) -> EntryInfo:
    """Use the link up: the operator is inside, the admins get a mail, the audit trail says so.

    Args:
        session: open for the tenant.
        post: where the mails go out.
        token: as in the link.

    Raises:
        NotFoundError: as for ``look_at_hand_over``.
    """
    asked = look_at_hand_over(session, post.signer, token)
    row = _locked(session, asked.id)
    if row.began_at is not None or row.ended_at is not None:
        raise NotFoundError
    row.began_at = now()
    session.flush()
    act_as(session, Actor(ActorKind.OPERATOR, office=asked.office))
    record(session, "operator.enter", "operator_entry", asked.id, after={"reason": asked.reason, "until": asked.until})
    for admin in staff_accounts(session, Role.ADMIN):
        letter = EntryMail(admin.name, asked.operator_name, asked.reason, asked.until)
        queue_mail(session, post, letter, Recipient(admin.name, admin.email, admin.language))
    return asked


def end_entry(session: Session, entry_id: int) -> bool:
    """End an entry before its time, and tell whether there was something to end.

    Args:
        session: open for the tenant.
        entry_id: which.

    Raises:
        NotFoundError: there is no such entry into this tenant.
    """
    row = _locked(session, entry_id)
    found = find_entry(session, entry_id)
    if found is None or found.is_over:
        return False
    row.ended_at = now()
    session.flush()
    if found.began_at is not None:
        note_leaving(session, found)
    return True


def note_expired(session: Session) -> int:
    """Note in the tenant's audit trail who is inside no more because the time was over; return how many these were.

    ``ended_at`` says that it is noted, so that each stands there once, however often this runs.
    """
    rows = session.scalars(
        select(OperatorEntry)
        .where(
            OperatorEntry.tenant_id == tenant_of(session),
            OperatorEntry.began_at.is_not(None),
            OperatorEntry.ended_at.is_(None),
            OperatorEntry.until <= now(),
        )
        .order_by(OperatorEntry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.ended_at = row.until
        session.flush()
        note_leaving(session, entry_info(row), by_itself=True)
    return len(rows)


def note_leaving(session: Session, entry: EntryInfo, *, by_itself: bool = False) -> None:
    """Tell the tenant's audit trail that an operator is inside no more, in the operator's name.

    Args:
        session: open for the tenant.
        entry: which is over.
        by_itself: whether its time was over, which is noted a little later; the trail then says when that was.
    """
    before = actor_of(session)
    act_as(session, Actor(ActorKind.OPERATOR, office=entry.office))
    record(session, "operator.leave", "operator_entry", entry.id, after={"until": entry.until} if by_itself else None)
    session.flush()
    act_as(session, before)


def _locked(session: Session, entry_id: int) -> OperatorEntry:
    row = session.scalar(
        select(OperatorEntry)
        .where(OperatorEntry.id == entry_id, OperatorEntry.tenant_id == tenant_of(session))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError
    return row
