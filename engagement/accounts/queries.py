"""Reading accounts and roles, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account, StaffRole
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


def account_by_email(session: Session, email: str) -> AccountInfo | None:
    """Return the account with this address, in whatever case it was written."""
    return _info(session.scalar(select(Account).where(Account.email == normalise_email(email))))


def staff_role_of(session: Session, account_id: int) -> Role | None:
    """Return the account's role in the municipality."""
    return session.scalar(select(StaffRole.role).where(StaffRole.account_id == account_id))


def staff_accounts(session: Session) -> list[AccountInfo]:
    """Return the people of the municipality, admins first."""
    rows = session.scalars(
        select(Account)
        .join(StaffRole, (StaffRole.account_id == Account.id) & (StaffRole.tenant_id == Account.tenant_id))
        .order_by(StaffRole.role, Account.id)
    )
    return [found for row in rows if (found := _info(row))]


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
