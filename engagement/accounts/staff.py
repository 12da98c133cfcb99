"""The municipality's team: invited, let in, given another role, let go, and never without an administrator."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.accounts.models import Account, StaffInvitation, StaffRole
from engagement.accounts.queries import AccountInfo, account_by_email, find_account, normalise_email, staff_role_of
from engagement.accounts.service import STAFF, create_account
from engagement.accounts.sign_in import note_sign_in
from engagement.accounts.staff_mails import DAYS_TO_ACCEPT, StaffInvited, StaffRemoved, StaffRoleChanged
from engagement.kernel.audit import Actor, ActorKind, act_as, record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Role
from engagement.kernel.signing import Purpose, TokenExpiredError, TokenInvalidError
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail

TO_ACCEPT = timedelta(days=DAYS_TO_ACCEPT)


class InvitationOverError(Exception):
    """The link is genuine, but the invitation was accepted, withdrawn, sent anew, or its time has passed."""


@dataclass(frozen=True)
class Invitation:
    """What somebody is invited to; ``account_id`` is theirs if they have an account with that address."""

    id: int
    email: str
    role: Role
    inviter: str
    account_id: int | None


@dataclass(frozen=True)
class Newcomer:
    """What somebody without an account says of themselves; ``password`` may be empty."""

    name: str
    language: str
    password: str = field(default="", repr=False)


def invite(session: Session, post: Postbox, email: str, role: Role, *, by: int | None, language: str) -> int:
    """Ask somebody to join the team, whether they have an account or not; return the invitation's id.

    Args:
        session: open for the tenant.
        post: where mails go out.
        email: as typed.
        role: one of the municipality.
        by: account of the administrator who invites; None for an operator, who has none.
        language: of the mail, where no account says another one.

    Raises:
        InvalidInputError: the person belongs to the team already, or is invited.
        ValueError: the role is not one of the municipality.
    """
    if role not in STAFF:
        raise ValueError(f"{role} is not a role of the municipality")
    address, known = normalise_email(email), account_by_email(session, email)
    if known and staff_role_of(session, known.id):
        raise InvalidInputError({"email": gettext("This person belongs to the team already.")})
    row = StaffInvitation(email=address, role=role, invited_by=by, language=known.language if known else language)
    row.nonce_digest, row.good_until = "", now()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        text = gettext("This person is invited already. You can send the invitation again.")
        raise InvalidInputError({"email": text}) from error
    record(session, "staff.invite", "staff_invitation", row.id, after={"role": role})
    _mail_invitation(session, post, row)
    return row.id


def invite_again(session: Session, post: Postbox, invitation_id: int) -> None:
    """Mail an invitation once more, for its full time; the former link ends.

    Raises:
        NotFoundError: there is no such invitation.
    """
    row = _invitation(session, invitation_id)
    record(session, "staff.invite_again", "staff_invitation", row.id)
    _mail_invitation(session, post, row)


def withdraw_invitation(session: Session, invitation_id: int) -> None:
    """Call an invitation off; its link ends.

    Raises:
        NotFoundError: there is no such invitation.
    """
    row = _invitation(session, invitation_id)
    record(session, "staff.withdraw_invitation", "staff_invitation", None, before={"role": row.role})
    session.delete(row)
    session.flush()


def read_invitation(session: Session, post: Postbox, token: str) -> Invitation:
    """Return what a mailed link invites to.

    Raises:
        NotFoundError: the link is forged, or another city's.
        InvitationOverError: it does not hold any more.
    """
    row = _read(session, post, token, lock=False)
    known, inviter = account_by_email(session, row.email), _inviter(session, row)
    return Invitation(row.id, row.email, row.role, inviter.name if inviter else "", known.id if known else None)


def accept(session: Session, post: Postbox, token: str, who: Newcomer | int) -> int:
    """Let somebody into the team and return their account.

    An account that exists takes part only by somebody who is signed in to it: a link that is good for two weeks must
    not open an account. Somebody without one gets it; the link has shown that the address is theirs.

    Args:
        session: open for the tenant.
        post: as for mails; reads the link.
        token: as in the link.
        who: the account that is signed in, or what somebody without one says of themselves.

    Raises:
        NotFoundError: the link is forged, or another city's.
        InvitationOverError: it does not hold any more.
        NotAllowedError: it is meant for another account.
        InvalidInputError: the password is too short or too common.
    """
    row = _read(session, post, token, lock=True)
    account_id = _newcomer(session, row, who) if isinstance(who, Newcomer) else _member(session, row, who)
    act_as(session, Actor(ActorKind.ACCOUNT, account_id))
    held = session.scalar(select(StaffRole).where(StaffRole.account_id == account_id).with_for_update())
    if held is None:
        session.add(StaffRole(account_id=account_id, role=row.role))
    record(session, "staff.accept", "account", account_id, after={"role": row.role})
    session.delete(row)
    session.flush()
    if isinstance(who, Newcomer):
        note_sign_in(session, account_id)
    return account_id


def change_role(session: Session, post: Postbox, account_id: int, role: Role) -> None:
    """Give somebody of the team another role, and tell them.

    Raises:
        NotFoundError: nobody of the team has this account.
        ConflictError: nobody would be left who can administrate.
        ValueError: the role is not one of the municipality.
    """
    if role not in STAFF:
        raise ValueError(f"{role} is not a role of the municipality")
    held = _held(session, account_id)
    before = held.role
    if before is role:
        return
    _keep_an_admin(session, account_id)
    held.role = role
    record(session, "staff.change_role", "account", account_id, before={"role": before}, after={"role": role})
    account = _account(session, account_id)
    _tell(session, post, account, StaffRoleChanged(account.name, role))


def remove(session: Session, post: Postbox, account_id: int) -> None:
    """Take somebody out of the team; the account stays, all its sessions end, and the person is told.

    Raises:
        NotFoundError: nobody of the team has this account.
        ConflictError: nobody would be left who can administrate.
    """
    held = _held(session, account_id)
    _keep_an_admin(session, account_id)
    account = _account(session, account_id)
    account.session_version += 1
    record(session, "staff.remove", "account", account_id, before={"role": held.role})
    session.delete(held)
    session.flush()
    _tell(session, post, account, StaffRemoved(account.name))


def _keep_an_admin(session: Session, leaving: int) -> None:
    """See that somebody else can administrate: has the role, and an address that is proven, hence a way to sign in."""
    proven = session.scalars(
        select(StaffRole.account_id)
        .join(Account, (Account.id == StaffRole.account_id) & (Account.tenant_id == StaffRole.tenant_id))
        .where(StaffRole.role == Role.ADMIN, Account.email_proven_at.is_not(None))
    ).all()
    if leaving in proven and len(proven) == 1:
        raise ConflictError(
            gettext("This is the last person who can administrate. Please give somebody else this role first.")
        )


def _held(session: Session, account_id: int) -> StaffRole:
    """Lock the roles of all administrators, always in the same order, and return one person's role.

    Two of them who take the role from each other in the same moment come one after the other: the second sees what the
    first has done.
    """
    session.execute(
        select(StaffRole.id)
        .where((StaffRole.role == Role.ADMIN) | (StaffRole.account_id == account_id))
        .order_by(StaffRole.id)
        .with_for_update()
    )
    wanted = select(StaffRole).where(StaffRole.account_id == account_id)
    held = session.scalar(wanted, execution_options={"populate_existing": True})
    if held is None:
        raise NotFoundError
    return held


def _newcomer(session: Session, row: StaffInvitation, who: Newcomer) -> int:
    try:
        return create_account(
            session,
            email=row.email,
            name=who.name,
            language=who.language,
            password=who.password or None,
            email_proven=True,
        )
    except ConflictError as error:
        raise NotAllowedError from error


def _member(session: Session, row: StaffInvitation, account_id: int) -> int:
    account = _account(session, account_id)
    if account.email != row.email:
        raise NotAllowedError
    return account_id


def _renew(session: Session, post: Postbox, row: StaffInvitation) -> str:
    """Give an invitation a link of its own and its full time; return the path of the link."""
    nonce = secrets.token_urlsafe(24)
    row.nonce_digest, row.sent_at, row.good_until = _digest(nonce), now(), now() + TO_ACCEPT
    session.flush()
    token = post.signer.sign(Purpose.STAFF_INVITATION, tenant_of(session), row.id, nonce)
    return f"/einladung/{token}"


def _read(session: Session, post: Postbox, token: str, *, lock: bool) -> StaffInvitation:
    try:
        row_id, nonce = post.signer.read(Purpose.STAFF_INVITATION, tenant_of(session), token)
    except (TokenExpiredError, TokenInvalidError) as error:
        raise NotFoundError from error
    wanted = select(StaffInvitation).where(StaffInvitation.id == row_id)
    row = session.scalar(wanted.with_for_update() if lock else wanted, execution_options={"populate_existing": True})
    if row is None or not hmac.compare_digest(row.nonce_digest, _digest(nonce)) or row.good_until <= now():
        raise InvitationOverError
    return row


def _inviter(session: Session, row: StaffInvitation) -> AccountInfo | None:
    return None if row.invited_by is None else find_account(session, row.invited_by)


def _mail_invitation(session: Session, post: Postbox, row: StaffInvitation) -> None:
    path = _renew(session, post, row)
    inviter = _inviter(session, row)
    message = StaffInvited(inviter.name if inviter else post.tenant.name, row.role, path)
    queue_mail(session, post, message, Recipient("", row.email, row.language))


def _tell(session: Session, post: Postbox, account: Account, message: Message) -> None:
    queue_mail(session, post, message, Recipient(account.name, account.email, account.language))


def _invitation(session: Session, invitation_id: int) -> StaffInvitation:
    found = session.scalar(select(StaffInvitation).where(StaffInvitation.id == invitation_id).with_for_update())
    if found is None:
        raise NotFoundError
    return found


def _account(session: Session, account_id: int) -> Account:
    found = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if found is None:
        raise NotFoundError
    return found


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
