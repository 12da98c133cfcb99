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
from engagement.kernel.audit import LONGEST_REASON, Actor, ActorKind, act_as, actor_of, record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.operators.mails import EntryMail
from engagement.operators.models import OperatorEntry
from engagement.operators.queries import EntryInfo, find_entry
from engagement.operators.record import Concerned, Doer, note

SHORTEST_REASON = 10
MINUTES = (15, 60, 240)
SECONDS_TO_HAND_OVER = 120


def allow_entry(session: Session, doer: Doer, concerned: Concerned, *, reason: str, minutes: int) -> int:
    """Give an operator leave to enter a tenant and return the entry's id; it does not begin yet.

    Args:
        session: open for the installation.
        doer: the operator.
        concerned: the tenant.
        reason: what for, in words that its admins understand.
        minutes: one of ``MINUTES``, counted from now.

    Raises:
        InvalidInputError: the reason is too short or too long, or the time is not one of those offered.
    """
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON or len(words) > LONGEST_REASON:
        raise InvalidInputError(
            {"reason": gettext("Please write at least %(number)s characters.", number=SHORTEST_REASON)}
        )
    if minutes not in MINUTES or doer.operator_id is None or concerned.tenant_id is None:
        raise InvalidInputError({"minutes": gettext("Please choose how long you need.")})
    row = OperatorEntry(
        operator_id=doer.operator_id,
        operator_name=doer.name,
        tenant_id=concerned.tenant_id,
        reason=words,
        until=now() + timedelta(minutes=minutes),
    )
    session.add(row)
    session.flush()
    note(session, doer, "entry.allow", concerned, reason=words, minutes=minutes, entry=row.id)
    return row.id


def hand_over_path(signer: Signer, entry: EntryInfo) -> str:
    """Return the path on the tenant's host that lets the entry begin, good for two minutes and once."""
    return f"/verwaltung/betreten/{signer.sign(Purpose.OPERATOR_ENTRY, entry.tenant_id, entry.id)}"


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
        entry_id, _ = signer.read(Purpose.OPERATOR_ENTRY, tenant_of(session), token, max_age=SECONDS_TO_HAND_OVER)
    except (TokenExpiredError, TokenInvalidError) as error:
        raise NotFoundError from error
    found = find_entry(session, entry_id)
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
    act_as(session, Actor(ActorKind.OPERATOR, visit=asked.visit))
    record(session, "operator.enter", "operator_entry", asked.id, after={"reason": asked.reason, "until": asked.until})
    note(session, _doer(asked), "entry.begin", _concerned(post), entry=asked.id)
    for admin in staff_accounts(session, Role.ADMIN):
        letter = EntryMail(admin.name, asked.operator_name, asked.reason, asked.until)
        queue_mail(session, post, letter, Recipient(admin.name, admin.email, admin.language))
    return asked


def end_entry(session: Session, entry_id: int, concerned: Concerned, *, by: Doer | None = None) -> None:
    """End an entry before its time; one that is over stays as it is.

    Args:
        session: open for the tenant.
        entry_id: which.
        concerned: the same tenant.
        by: who revokes it; None when the operator leaves.

    Raises:
        NotFoundError: there is no such entry into this tenant.
    """
    row = _locked(session, entry_id)
    found = find_entry(session, entry_id)
    if found is None or found.is_over:
        return
    row.ended_at = now()
    session.flush()
    if found.began_at is not None:
        note_leaving(session, found)
    note(session, by or _doer(found), "entry.revoke" if by else "entry.leave", concerned, entry=entry_id)


def note_leaving(session: Session, entry: EntryInfo) -> None:
    """Tell the tenant's audit trail that an operator is inside no more, in the operator's name."""
    before = actor_of(session)
    act_as(session, Actor(ActorKind.OPERATOR, visit=entry.visit))
    record(session, "operator.leave", "operator_entry", entry.id)
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


def _doer(entry: EntryInfo) -> Doer:
    return Doer(entry.operator_id, entry.operator_name)


def _concerned(post: Postbox) -> Concerned:
    return Concerned(post.tenant.id, post.tenant.slug)
