"""Somebody belongs to an organisation that is here already: asking, accepting, declining.

Asking tells a visitor nothing of who acts for the organisation. The address is not proven; who is accepted gets in by
a link that is mailed there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from engagement.accounts.links import new_link
from engagement.accounts.queries import AccountInfo, account_by_email, find_account, normalise_email
from engagement.accounts.service import create_account
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.kinds import ClaimState
from engagement.organisations.models import Claim
from engagement.organisations.notices import tell_municipality, tell_owners
from engagement.organisations.queries import MemberInfo, find_organisation, members_of, public_organisation
from engagement.organisations.service import add_member, locked_organisation
from engagement.organisations.team_mails import AlreadyMember, ClaimAccepted, ClaimDeclined, ClaimReceived, ClaimWaiting

LONGEST_NOTE = 1000
KEPT_FOR = timedelta(days=180)
"""How long a decided request is kept to answer questions about it (Art. 5 (1) (e) GDPR)."""


@dataclass(frozen=True)
class Claimant:
    """Who says that they belong to an organisation; ``language`` is two-letter."""

    name: str
    email: str
    phone: str
    language: str


@dataclass(frozen=True)
class ClaimInfo:
    """A request that waits for an answer."""

    id: int
    organisation_id: int
    organisation_name: str
    name: str
    email: str
    phone: str
    note: str
    created_at: datetime


def claim(session: Session, post: Postbox, organisation_id: int, claimant: Claimant, note: str) -> None:
    """Ask to act for an organisation that everybody sees; the municipality and its owners hear of it.

    Whoever asks twice has asked once, with the later words. A member is told so by mail, and by nothing else.

    Raises:
        NotFoundError: the public does not see such an organisation.
    """
    organisation = public_organisation(session, organisation_id)
    if organisation is None:
        raise NotFoundError
    recipient = Recipient(claimant.name, claimant.email, claimant.language)
    if known := _member_with(session, organisation_id, claimant.email):
        mail = AlreadyMember(known.name, organisation.name, f"/verein/{organisation_id}")
        queue_mail(session, post, mail, Recipient(known.name, known.email, known.language))
        return
    is_new = _keep(session, organisation_id, claimant, note)
    if is_new:
        queue_mail(session, post, ClaimReceived(claimant.name, organisation.name), recipient)
        waiting = ClaimWaiting(organisation.name, claimant.name, claimant.email, note.strip(), "")
        tell_municipality(session, post, waiting.at(f"/verwaltung/organisationen/{organisation_id}"))
        tell_owners(session, post, organisation_id, waiting.at(f"/verein/{organisation_id}/team"))


def claim_as(session: Session, post: Postbox, organisation_id: int, account_id: int, note: str) -> None:
    """Ask in the name of an account; otherwise as ``claim``."""
    account = find_account(session, account_id)
    if account is None:
        raise NotFoundError
    claim(session, post, organisation_id, Claimant(account.name, account.email, account.phone, account.language), note)


def open_claims(session: Session, organisation_id: int | None = None) -> list[ClaimInfo]:
    """Return the requests that wait, the longest waiting first; of all organisations if none is given."""
    statement = select(Claim).options(joinedload(Claim.organisation)).where(Claim.state == ClaimState.OPEN)
    if organisation_id is not None:
        statement = statement.where(Claim.organisation_id == organisation_id)
    return [_info(row) for row in session.scalars(statement.order_by(Claim.created_at, Claim.id))]


def count_open_claims(session: Session) -> int:
    """Return how many requests wait."""
    return session.scalar(select(func.count()).select_from(Claim).where(Claim.state == ClaimState.OPEN)) or 0


def accept_claim(session: Session, post: Postbox, organisation_id: int, claim_id: int, role: Role) -> None:
    """Let the person act for the organisation and mail them the way in.

    Args:
        session: open for the tenant.
        post: where mails go out.
        organisation_id: for which one.
        claim_id: the request.
        role: owner or editor; the first one is responsible in any case.

    Raises:
        NotFoundError: there is no such request for this organisation.
        ConflictError: it was answered already, or the person acts for the organisation by now.
    """
    row = _open(session, organisation_id, claim_id)
    organisation = find_organisation(session, organisation_id)
    if organisation is None:
        raise NotFoundError
    account, is_new = _account(session, row)
    has_owner = any(member.role is Role.OWNER for member in members_of(session, organisation_id))
    becomes = role if has_owner else Role.OWNER
    add_member(session, organisation_id, account.id, becomes)
    _decide(session, row, ClaimState.ACCEPTED, role=becomes)
    start = f"/verein/{organisation_id}"
    path = f"/anmelden?{urlencode({'next': start})}"
    if is_new:
        path = new_link(session, post.signer, account.id, onward=start, registering=True)
    message = ClaimAccepted(account.name, organisation.name, path)
    queue_mail(session, post, message, Recipient(account.name, account.email, row.language))


def decline_claim(session: Session, post: Postbox, organisation_id: int, claim_id: int, reason: str) -> None:
    """Answer no, and mail the person why; errors as in ``accept_claim``."""
    row = _open(session, organisation_id, claim_id)
    organisation = find_organisation(session, organisation_id)
    row.reason = reason.strip()
    _decide(session, row, ClaimState.DECLINED)
    message = ClaimDeclined(row.name, organisation.name if organisation else "", row.reason)
    queue_mail(session, post, message, Recipient(row.name, row.email, row.language))


def refuse_unless_open(session: Session, organisation_id: int, claim_id: int) -> None:
    """Make sure that a request still waits, before a form about it is shown again.

    Raises:
        NotFoundError: there is no such request for this organisation.
        ConflictError: it was answered already.
    """
    _open(session, organisation_id, claim_id)


def forget_decided_claims(session: Session) -> int:
    """Delete requests that were answered half a year ago and return how many these were."""
    gone = session.scalars(
        delete(Claim).where(Claim.decided_at < now() - KEPT_FOR).returning(Claim.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def _keep(session: Session, organisation_id: int, claimant: Claimant, note: str) -> bool:
    """Write the request down; tell whether it is a new one."""
    locked_organisation(session, organisation_id)
    email = normalise_email(claimant.email)
    row = session.scalar(
        select(Claim).where(
            Claim.organisation_id == organisation_id, Claim.email == email, Claim.state == ClaimState.OPEN
        )
    )
    is_new = row is None
    if row is None:
        row = Claim(organisation_id=organisation_id, email=email)
        session.add(row)
    row.name, row.phone, row.language, row.note = claimant.name, claimant.phone, claimant.language, note.strip()
    session.flush()
    if is_new:
        record(session, "organisation.claim", "organisation", organisation_id, after={"claim_id": row.id})
    return is_new


def _decide(session: Session, row: Claim, state: ClaimState, **details: str) -> None:
    row.state, row.decided_at = state, now()
    session.flush()
    action = "organisation.accept_claim" if state is ClaimState.ACCEPTED else "organisation.decline_claim"
    record(session, action, "organisation", row.organisation_id, after={"claim_id": row.id, **details})


def _open(session: Session, organisation_id: int, claim_id: int) -> Claim:
    row = session.scalar(
        select(Claim).where(Claim.id == claim_id, Claim.organisation_id == organisation_id).with_for_update()
    )
    if row is None:
        raise NotFoundError
    if row.state is not ClaimState.OPEN:
        raise ConflictError(gettext("This request has been answered already."))
    return row


def _account(session: Session, row: Claim) -> tuple[AccountInfo, bool]:
    """Return the person's account, and whether it had to be made.

    An account that was there before gets no link that signs in: one to prove an address would bring a password into
    force that somebody else may have left there.
    """
    known = account_by_email(session, row.email)
    if known:
        return known, False
    made = find_account(session, create_account(session, email=row.email, name=row.name, language=row.language))
    if made is None:
        raise NotFoundError
    return made, True


def _member_with(session: Session, organisation_id: int, email: str) -> MemberInfo | None:
    wanted = normalise_email(email)
    return next((one for one in members_of(session, organisation_id) if one.email == wanted), None)


def _info(row: Claim) -> ClaimInfo:
    return ClaimInfo(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        name=row.name,
        email=row.email,
        phone=row.phone,
        note=row.note,
        created_at=row.created_at,
    )
