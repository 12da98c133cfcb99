"""Inviting people to act for an organisation, and handing it over when the chair changes.

The mailed link shows who reads the mail. It makes an account for somebody who has none; somebody who has one signs in
as always, because a link that lies in a mailbox for a fortnight must not be worth as much as one of half an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from engagement.accounts.models import Account
from engagement.accounts.queries import account_by_email, find_account, normalise_email
from engagement.accounts.service import create_account
from engagement.accounts.sign_in import prove_by_link
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.organisations.kinds import Former, InvitationState
from engagement.organisations.members import change_role, leave
from engagement.organisations.models import Invitation, Organisation
from engagement.organisations.notices import tell_owners
from engagement.organisations.queries import members_of
from engagement.organisations.service import MEMBER_ROLES, add_member, locked_organisation, refuse_merged
from engagement.organisations.team_mails import Invited, Joined

DAYS_GOOD = 14
GOOD_FOR = timedelta(days=DAYS_GOOD)
KEPT_FOR = timedelta(days=180)
"""How long an invitation is kept after its time (Art. 5 (1) (e) GDPR)."""


@dataclass(frozen=True)
class Offered:
    """What somebody is invited to.

    Args:
        email: who gets the mail.
        role: owner or editor.
        former: what becomes of those responsible so far, once it is accepted.
    """

    email: str
    role: Role
    former: Former = Former.STAYS


@dataclass(frozen=True)
class Inviter:
    """Who invites.

    Args:
        account_id: of the owner, or of somebody of the municipality; None for an operator.
        is_staff: whether it is the municipality; then ``former`` is about all owners.
        reason: why the municipality does it, for the audit trail.
    """

    account_id: int | None
    is_staff: bool = False
    reason: str = ""


@dataclass(frozen=True)
class InvitationInfo:
    """An invitation as pages show it; ``has_account`` says that the address can sign in."""

    id: int
    organisation_id: int
    organisation_name: str
    email: str
    role: Role
    former: Former
    by_staff: bool
    invited_by: str
    created_at: datetime
    good_until: datetime
    state: InvitationState
    has_account: bool

    @property
    def hands_over(self) -> bool:
        """Tell whether the organisation changes hands by it."""
        return self.former is not Former.STAYS


def invite(session: Session, post: Postbox, organisation_id: int, offered: Offered, by: Inviter) -> int:
    """Mail an invitation; one that this address has already is replaced by it. Return its id.

    Args:
        session: open for the tenant.
        post: where mails go out.
        organisation_id: for which organisation.
        offered: whom to what.
        by: whose invitation it is.

    Raises:
        NotFoundError: there is no such organisation.
        ConflictError: the person acts for it in this role already, or the organisation was merged.
        ValueError: the role is none within an organisation.
    """
    if offered.role not in MEMBER_ROLES:
        raise ValueError(f"{offered.role} is not a role within an organisation")
    organisation = locked_organisation(session, organisation_id)
    refuse_merged(organisation)
    email = normalise_email(offered.email)
    _refuse_member(session, organisation_id, email, offered)
    row = _open_one(session, organisation_id, email) or Invitation(organisation_id=organisation_id, email=email)
    _fill(session, row, offered, by)
    after = {"invitation_id": row.id, "role": row.role, "former": row.former, "reason": by.reason.strip()}
    record(session, "organisation.invite", "organisation", organisation_id, after=after)
    _send(session, post, row, organisation)
    return row.id


def send_again(session: Session, post: Postbox, organisation_id: int, invitation_id: int) -> None:
    """Mail an invitation once more, good for another fortnight; the earlier link works no longer.

    Raises:
        NotFoundError: there is no such invitation of this organisation.
        ConflictError: it was accepted or withdrawn.
    """
    row = _own(session, organisation_id, invitation_id)
    row.version += 1
    _send(session, post, row, locked_organisation(session, organisation_id))


def withdraw(session: Session, organisation_id: int, invitation_id: int) -> None:
    """Take an invitation back; errors as in ``send_again``."""
    row = _own(session, organisation_id, invitation_id)
    row.withdrawn_at = now()
    session.flush()
    after = {"invitation_id": row.id}
    record(session, "organisation.withdraw_invitation", "organisation", organisation_id, after=after)


def invitations_of(session: Session, organisation_id: int) -> list[InvitationInfo]:
    """Return the invitations that nobody has accepted or withdrawn, also those that have expired, oldest first."""
    rows = session.execute(
        _described()
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.id)
    )
    return [_info(row.Invitation, row.inviter, has_account=row.has_account) for row in rows]


def look_at(session: Session, signer: Signer, token: str) -> tuple[InvitationState, InvitationInfo | None]:
    """Return what a mailed link would do, without using it; nothing is told of what the link does not name."""
    row = _read(session, signer, token, lock=False)
    if row is None:
        return InvitationState.UNKNOWN, None
    described = session.execute(_described().where(Invitation.id == row.id)).one()
    info = _info(row, described.inviter, has_account=described.has_account)
    return info.state, info


def accept(
    session: Session, post: Postbox, token: str, *, account_id: int | None, name: str, language: str
) -> tuple[int, int]:
    """Let the invited person act for the organisation; return the ids of the organisation and the account.

    Args:
        session: open for the tenant.
        post: where mails go out.
        token: of the mailed link.
        account_id: who is signed in, None for a visitor.
        name: of a visitor whose address has no account yet.
        language: of that visitor.

    Raises:
        NotFoundError: the link is forged or replaced by a later mail.
        ConflictError: the invitation is no longer open, or the person acts for the organisation by now.
        NotAllowedError: the address has an account, and somebody else or nobody is signed in.
    """
    row = _read(session, post.signer, token, lock=True)
    if row is None:
        raise NotFoundError
    if _state(row) is not InvitationState.OPEN:
        raise ConflictError(gettext("This invitation is no longer open."))
    organisation = locked_organisation(session, row.organisation_id)
    refuse_merged(organisation)
    account = find_account(session, _account_of(session, row.email, account_id, name, language))
    if account is None:
        raise NotFoundError
    row.accepted_at = now()
    _join(session, row, account.id)
    after = {"invitation_id": row.id, "account_id": account.id, "role": row.role}
    record(session, "organisation.accept_invitation", "organisation", row.organisation_id, after=after)
    joined = Joined(row.organisation_id, organisation.name, account.name, row.role, row.former is not Former.STAYS)
    tell_owners(session, post, row.organisation_id, joined, but=account.id)
    _part(session, row, account.id)
    return row.organisation_id, account.id


def forget_old_invitations(session: Session) -> int:
    """Delete invitations whose time was over half a year ago and return how many these were."""
    gone = session.scalars(
        delete(Invitation).where(Invitation.good_until < now() - KEPT_FOR).returning(Invitation.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def _fill(session: Session, row: Invitation, offered: Offered, by: Inviter) -> None:
    row.version = (row.version or 0) + 1
    row.role, row.former = offered.role, offered.former
    row.invited_by_id, row.by_staff = by.account_id, by.is_staff
    row.good_until = now() + GOOD_FOR
    session.add(row)
    session.flush()


def _account_of(session: Session, email: str, account_id: int | None, name: str, language: str) -> int:
    known = account_by_email(session, email)
    if known is None:
        return create_account(session, email=email, name=name, language=language, email_proven=True)
    if not known.email_proven:
        prove_by_link(session, known.id)
        return known.id
    if known.id != account_id:
        raise NotAllowedError
    return known.id


def _join(session: Session, row: Invitation, account_id: int) -> None:
    held = {member.account_id: member.role for member in members_of(session, row.organisation_id)}
    if account_id not in held:
        add_member(session, row.organisation_id, account_id, row.role)
    elif held[account_id] is Role.EDITOR:
        change_role(session, row.organisation_id, account_id, row.role)


def _part(session: Session, row: Invitation, account_id: int) -> None:
    """Let those go who hand over, now that there is somebody else who is responsible."""
    for member in members_of(session, row.organisation_id):
        concerned = member.role is Role.OWNER and (row.by_staff or member.account_id == row.invited_by_id)
        if not concerned or member.account_id == account_id:
            continue
        if row.former is Former.EDITOR:
            change_role(session, row.organisation_id, member.account_id, Role.EDITOR)
        elif row.former is Former.LEAVES:
            leave(session, row.organisation_id, member.account_id)


def _send(session: Session, post: Postbox, row: Invitation, organisation: Organisation) -> None:
    row.good_until = now() + GOOD_FOR
    session.flush()
    token = post.signer.sign(Purpose.JOIN_ORGANISATION, tenant_of(session), row.id, str(row.version))
    known = account_by_email(session, row.email)
    inviter = "" if row.by_staff else _name_of(session, row.invited_by_id)
    message = Invited(
        name=known.name if known else "",
        organisation=organisation.name,
        inviter=inviter,
        role=row.role,
        hands_over=row.former is not Former.STAYS,
        days=DAYS_GOOD,
        path=f"/einladung/verein/{token}",
    )
    language = known.language if known else post.tenant.languages[0]
    queue_mail(session, post, message, Recipient(known.name if known else "", row.email, language))


def _name_of(session: Session, account_id: int | None) -> str:
    found = find_account(session, account_id) if account_id is not None else None
    return found.name if found else ""


def _refuse_member(session: Session, organisation_id: int, email: str, offered: Offered) -> None:
    held = next((member.role for member in members_of(session, organisation_id) if member.email == email), None)
    if held is Role.OWNER or (held is Role.EDITOR and offered.role is Role.EDITOR):
        raise ConflictError(gettext("This person already acts for the organisation."))


def _open_one(session: Session, organisation_id: int, email: str) -> Invitation | None:
    return session.scalar(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )


def _own(session: Session, organisation_id: int, invitation_id: int) -> Invitation:
    wanted = select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id)
    row = session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFoundError
    if row.accepted_at or row.withdrawn_at:
        raise ConflictError(gettext("This invitation is no longer open."))
    return row


def _read(session: Session, signer: Signer, token: str, *, lock: bool) -> Invitation | None:
    try:
        row_id, version = signer.read(Purpose.JOIN_ORGANISATION, tenant_of(session), token)
    except (TokenExpiredError, TokenInvalidError):
        return None
    wanted = select(Invitation).where(Invitation.id == row_id)
    row = session.scalar(wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted)
    return row if row and str(row.version) == version else None


def _state(row: Invitation) -> InvitationState:
    if row.accepted_at:
        return InvitationState.ACCEPTED
    if row.withdrawn_at:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now() < row.good_until else InvitationState.EXPIRED


def _described() -> Select[Invitation, Any, bool]:
    inviter = (
        select(Account.name)
        .where(Account.tenant_id == Invitation.tenant_id, Account.id == Invitation.invited_by_id)
        .scalar_subquery()
    )
    known = select(Account.id).where(
        Account.tenant_id == Invitation.tenant_id,
        Account.email == Invitation.email,
        Account.email_proven_at.is_not(None),
    )
    return select(Invitation, func.coalesce(inviter, "").label("inviter"), known.exists().label("has_account")).options(
        joinedload(Invitation.organisation)
    )


def _info(row: Invitation, inviter: str, *, has_account: bool) -> InvitationInfo:
    return InvitationInfo(
        id=row.id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        email=row.email,
        role=row.role,
        former=row.former,
        by_staff=row.by_staff,
        invited_by=inviter,
        created_at=row.created_at,
        good_until=row.good_until,
        state=_state(row),
        has_account=has_account,
    )
