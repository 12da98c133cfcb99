"""Reading organisations and memberships."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.permissions import Role
from engagement.organisations.models import Membership, Organisation, Verification


@dataclass(frozen=True)
class MembershipInfo:
    """A person's place in one organisation."""

    organisation_id: int
    organisation_name: str
    organisation_slug: str
    verification: Verification
    role: Role


@dataclass(frozen=True)
class MemberInfo:
    """One person who acts for an organisation, as mails need them."""

    account_id: int
    name: str
    email: str
    language: str
    role: Role


def memberships_of(session: Session, account_id: int) -> list[MembershipInfo]:
    """Return the organisations that an account acts for, by name."""
    rows = session.execute(
        select(Membership.role, Organisation.id, Organisation.name, Organisation.slug, Organisation.verification)
        .join(
            Organisation,
            (Organisation.tenant_id == Membership.tenant_id) & (Organisation.id == Membership.organisation_id),
        )
        .where(Membership.account_id == account_id)
        .order_by(Organisation.name)
    )
    return [MembershipInfo(row.id, row.name, row.slug, row.verification, row.role) for row in rows]


def members_of(session: Session, organisation_id: int) -> list[MemberInfo]:
    """Return the people who act for an organisation, owners first."""
    rows = session.execute(
        select(Account.id, Account.name, Account.email, Account.language, Membership.role)
        .join(Account, (Account.tenant_id == Membership.tenant_id) & (Account.id == Membership.account_id))
        .where(Membership.organisation_id == organisation_id)
        .order_by(Membership.role.desc(), Account.id)
    )
    return [MemberInfo(row.id, row.name, row.email, row.language, row.role) for row in rows]
