"""Reading accounts and roles, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account, StaffInvitation, StaffRole
from engagement.kernel.counting import counts_of
from engagement.kernel.permissions import PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class AccountInfo:
    """An account without its secrets."""

    id: int
    email: str
    name: str
    phone: str
    language: str
    session_version: int
    has_password: bool
    email_proven: bool


def find_account(session: Session, account_id: int) -> AccountInfo | None:
    """Return the account with this id."""
    return _info(session.scalar(select(Account).where(Account.id == account_id)))


def find_account_with_role(
    session: Session, account_id: int, beside: ColumnElement[bool]
) -> tuple[AccountInfo, Role | None, bool] | None:
    """Return the account with this id, its role in the municipality, and the answer to one more question.

    Each request of somebody signed in asks this; one way to the database is enough for it.

    Args:
        session: open for the tenant.
        account_id: which.
        beside: what else the caller wants to know, of features that stand above this one.
    """
    wanted = select(Account, StaffRole.role, beside).outerjoin(
        StaffRole, (StaffRole.account_id == Account.id) & (StaffRole.tenant_id == Account.tenant_id)
    )
    row = session.execute(wanted.where(Account.id == account_id)).one_or_none()
    found = _info(row[0]) if row else None
    return (found, row[1], bool(row[2])) if row and found else None


def account_by_email(session: Session, email: str) -> AccountInfo | None:
    """Return the account with this address, in whatever case it was written."""
    return _info(session.scalar(select(Account).where(Account.email == normalise_email(email))))


def staff_role_of(session: Session, account_id: int) -> Role | None:
    """Return the account's role in the municipality."""
    return session.scalar(select(StaffRole.role).where(StaffRole.account_id == account_id))


def staff_accounts(session: Session, role: Role | None = None) -> list[AccountInfo]:
    """Return the people of the municipality, admins first; only those of ``role`` if one is given."""
    statement = (
        select(Account)
        .join(StaffRole, (StaffRole.account_id == Account.id) & (StaffRole.tenant_id == Account.tenant_id))
        .order_by(StaffRole.role, Account.id)
    )
    rows = session.scalars(statement if role is None else statement.where(StaffRole.role == role))
    return [found for row in rows if (found := _info(row))]


def count_staff(session: Session) -> dict[Role, int]:
    """Return how many people of the municipality have each role."""
    return counts_of(session, select(StaffRole.role, func.count()).group_by(StaffRole.role))


def staff_who_may(session: Session, permission: Permission) -> list[AccountInfo]:
    """Return the people of the municipality whose role carries ``permission``."""
    roles = [role for role, held in PERMISSIONS.items() if permission in held]
    rows = session.scalars(
        select(Account)
        .join(StaffRole, (StaffRole.account_id == Account.id) & (StaffRole.tenant_id == Account.tenant_id))
        .where(StaffRole.role.in_(roles))
        .order_by(Account.id)
    )
    return [found for row in rows if (found := _info(row))]


def normalise_email(email: str) -> str:
    """Return an address in the one form in which it is kept and compared."""
    return email.strip().lower()


def _info(row: Account | None) -> AccountInfo | None:
    if row is None:
        return None
    return AccountInfo(
        id=row.id,
        email=row.email,
        name=row.name,
        phone=row.phone,
        language=row.language,
        session_version=row.session_version,
        has_password=row.password_hash is not None,
        email_proven=row.email_proven_at is not None,
    )


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of accounts by id; those that are gone are left out."""
    wanted = select(Account.id, Account.name).where(Account.id.in_(list(ids)))
    return {row.id: row.name for row in session.execute(wanted)}


def addresses_of_invitations(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the addresses that were invited to the team, by id; those accepted or withdrawn are left out."""
    wanted = select(StaffInvitation.id, StaffInvitation.email).where(StaffInvitation.id.in_(list(ids)))
    return {row.id: row.email for row in session.execute(wanted)}


@dataclass(frozen=True)
class StaffMember:
    """Somebody of the municipality's team; without a proven address they have never signed in."""

    account_id: int
    name: str
    email: str
    role: Role
    email_proven: bool
    last_sign_in_at: datetime | None


@dataclass(frozen=True)
class InvitedPerson:
    """Somebody who has been asked to join the team."""

    id: int
    email: str
    role: Role
    sent_at: datetime
    good_until: datetime


def staff_members(session: Session) -> list[StaffMember]:
    """Return the team, administrators first, each group by name."""
    rows = session.execute(
        select(Account, StaffRole.role)
        .join(StaffRole, (StaffRole.account_id == Account.id) & (StaffRole.tenant_id == Account.tenant_id))
        .order_by(StaffRole.role, Account.name, Account.id)
    )
    return [_member(account, role) for account, role in rows]


def staff_member(session: Session, account_id: int) -> StaffMember | None:
    """Return one person of the team."""
    return next((member for member in staff_members(session) if member.account_id == account_id), None)


def invited_people(session: Session) -> list[InvitedPerson]:
    """Return the invitations that nobody has accepted yet, latest first."""
    rows = session.scalars(select(StaffInvitation).order_by(StaffInvitation.sent_at.desc(), StaffInvitation.id))
    return [InvitedPerson(row.id, row.email, row.role, row.sent_at, row.good_until) for row in rows]


def _member(account: Account, role: Role) -> StaffMember:
    return StaffMember(
        account_id=account.id,
        name=account.name,
        email=account.email,
        role=role,
        email_proven=account.email_proven_at is not None,
        last_sign_in_at=account.last_sign_in_at,
    )


def administrators() -> ScalarSelect[int]:
    """Ask how many people can sign in and administrate: an address that is not proven lets nobody in."""
    return (
        select(func.count())
        .select_from(StaffRole)
        .join(Account, (Account.id == StaffRole.account_id) & (Account.tenant_id == StaffRole.tenant_id))
        .where(StaffRole.role == Role.ADMIN, Account.email_proven_at.is_not(None))
        .scalar_subquery()
    )
