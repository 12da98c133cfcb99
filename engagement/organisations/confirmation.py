"""Once a year every organisation is asked whether its details are still right; one click says so.

A page shows the details and one button, since mail scanners open links by themselves (a GET changes nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.kernel.permissions import Role
from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.models import Membership, Organisation
from engagement.organisations.queries import OrganisationInfo, find_organisation, is_public, members_of
from engagement.organisations.service import locked_organisation
from engagement.organisations.upkeep_mails import Details, StillRight

EVERY = timedelta(days=365)
REMIND_AFTER = timedelta(days=21)
BATCH = 100
"""Organisations asked in one run, so that a run stays short; the next one goes on."""


@dataclass(frozen=True)
class Question:
    """What a mailed link asks about; ``is_open`` is False once somebody has answered it."""

    organisation: OrganisationInfo
    is_open: bool
    has_members: bool


def last_confirmed() -> ColumnElement[object]:
    """Return when somebody last stood by an organisation's details; verifying it counts."""
    return func.coalesce(Organisation.confirmed_at, Organisation.verified_at, Organisation.created_at)


def ask_due(session: Session, post: Postbox) -> int:
    """Ask the organisations that nobody has stood by for a year, and return how many these were."""
    asked_at = Organisation.confirmation_asked_at
    due = (
        last_confirmed() < now() - EVERY,
        or_(asked_at.is_(None), asked_at < now() - EVERY),
    )
    rows = _some(session, *due)
    for row in rows:
        _ask(session, post, row)
    return len(rows)


def remind_due(session: Session, post: Postbox) -> int:
    """Remind the organisations that have not answered for three weeks, once, and return how many these were."""
    asked_at, reminded_at = Organisation.confirmation_asked_at, Organisation.confirmation_reminded_at
    rows = _some(
        session,
        asked_at < now() - REMIND_AFTER,
        last_confirmed() < asked_at,
        or_(reminded_at.is_(None), reminded_at < asked_at),
    )
    for row in rows:
        row.confirmation_reminded_at = now()
        session.flush()
        record(session, "organisation.remind", "organisation", row.id)
        _mail(session, post, row, is_reminder=True)
    return len(rows)


def ask_now(session: Session, post: Postbox, organisation_id: int) -> None:
    """Ask an organisation at once, as somebody of the municipality wishes.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: nobody can be asked, or the public does not see it.
    """
    row = locked_organisation(session, organisation_id)
    if not session.scalar(select(Organisation.id).where(Organisation.id == organisation_id, is_public(), _reachable())):
        raise ConflictError(gettext("Nobody can be asked: the entry is not public, or has no e-mail address."))
    _ask(session, post, row)


def question_of(session: Session, signer: Signer, token: str) -> Question | None:
    """Return what a mailed link asks about, None if it is forged or another city's."""
    try:
        organisation_id, asked = signer.read(Purpose.CONFIRM_ORGANISATION, tenant_of(session), token)
    except (TokenExpiredError, TokenInvalidError):
        return None
    found = find_organisation(session, organisation_id)
    if found is None or not found.is_public:
        return None
    asked_at = found.confirmation_asked_at
    answered = found.confirmed_at is not None and asked_at is not None and found.confirmed_at >= asked_at
    is_open = asked_at is not None and asked_at.isoformat() == asked and not answered
    return Question(found, is_open, bool(members_of(session, organisation_id)))


def confirm_by_link(session: Session, signer: Signer, token: str) -> None:
    """Note that whoever got the mail stands by the details; a second click changes nothing.

    Raises:
        NotFoundError: the link is forged, or the public does not see the organisation any more.
    """
    question = question_of(session, signer, token)
    if question is None:
        raise NotFoundError
    if question.is_open:
        confirm(session, question.organisation.id, how="mail")


def confirm(session: Session, organisation_id: int, *, how: str) -> None:
    """Note that the details are right.

    Args:
        session: open for the tenant.
        organisation_id: whose.
        how: ``mail``, ``staff`` or ``edit``, for the audit trail.

    Raises:
        NotFoundError: there is no such organisation.
    """
    row = locked_organisation(session, organisation_id)
    before, row.confirmed_at = row.confirmed_at, now()
    session.flush()
    record(
        session,
        "organisation.confirm",
        "organisation",
        organisation_id,
        before={"confirmed_at": before},
        after={"confirmed_at": row.confirmed_at, "how": how},
    )


def _some(session: Session, *conditions: ColumnElement[bool]) -> list[Organisation]:
    return list(
        session.scalars(
            select(Organisation)
            .where(is_public(), _reachable(), *conditions)
            .order_by(Organisation.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    )


def _reachable() -> ColumnElement[bool]:
    owner = select(Membership.id).where(
        Membership.tenant_id == Organisation.tenant_id,
        Membership.organisation_id == Organisation.id,
        Membership.role == Role.OWNER,
    )
    return or_(Organisation.email != "", owner.exists())


def _ask(session: Session, post: Postbox, row: Organisation) -> None:
    row.confirmation_asked_at = now()
    session.flush()
    record(session, "organisation.ask", "organisation", row.id)
    _mail(session, post, row, is_reminder=False)


def _mail(session: Session, post: Postbox, row: Organisation, *, is_reminder: bool) -> None:
    found = find_organisation(session, row.id)
    asked_at = row.confirmation_asked_at
    if found is None or asked_at is None:
        return
    owners = [one for one in members_of(session, row.id) if one.role is Role.OWNER]
    token = post.signer.sign(Purpose.CONFIRM_ORGANISATION, tenant_of(session), row.id, asked_at.isoformat())
    message = StillRight(
        Details.of(found), f"/angaben-bestaetigen/{token}", has_members=bool(owners), is_reminder=is_reminder
    )
    recipients = [Recipient(one.name, one.email, one.language) for one in owners]
    for recipient in recipients or [Recipient(row.contact_name, row.email, DEFAULT_LANGUAGE)]:
        queue_mail(session, post, message, recipient)
