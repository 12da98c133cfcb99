"""Who is signed in, with all roles, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, g
from flask_login import LoginManager, UserMixin, current_user

from engagement.accounts.queries import find_account, staff_role_of
from engagement.kernel.audit import GUEST, Actor, ActorKind, act_as
from engagement.kernel.db import current_session
from engagement.kernel.permissions import Permission, Role, allows
from engagement.organisations.queries import MembershipInfo, memberships_of


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of a session.

    Args:
        tenant_id: where the account is; a session of one city is nothing in another.
        account_id: the account.
        session_version: changes when all sessions of the account are ended.
        staff_role: role in the municipality, None for citizens.
        memberships: organisations the person acts for.
    """

    tenant_id: int
    account_id: int
    session_version: int
    name: str
    email: str
    phone: str
    language: str
    staff_role: Role | None
    memberships: tuple[MembershipInfo, ...]

    def get_id(self) -> str:
        """Return what the session cookie holds."""
        return f"{self.tenant_id}:{self.account_id}:{self.session_version}"

    def roles_in(self, organisation_id: int | None) -> frozenset[Role]:
        """Return the person's roles towards an organisation (None: towards none)."""
        roles = {Role.VISITOR, Role.ACCOUNT}
        roles |= {member.role for member in self.memberships if member.organisation_id == organisation_id}
        if self.staff_role:
            roles.add(self.staff_role)
        return frozenset(roles)

    def may(self, permission: Permission, organisation_id: int | None = None) -> bool:
        """Tell whether the person may do this, where it matters towards this organisation."""
        return allows(self.roles_in(organisation_id), permission)


def signed_in() -> SignedIn | None:
    """Return the person of this request, None for a visitor."""
    return cast("SignedIn", current_user) if current_user.is_authenticated else None


def person() -> SignedIn:
    """Return the person of this request, in a view that only signed-in people reach."""
    found = signed_in()
    if found is None:
        raise LookupError("this view is not open to visitors")
    return found


def load_person(account_id: int) -> SignedIn | None:
    """Read an account of the request's tenant with its roles."""
    session = current_session()
    account = find_account(session, account_id)
    if account is None:
        return None
    return SignedIn(
        tenant_id=g.tenant.id,
        account_id=account.id,
        session_version=account.session_version,
        name=account.name,
        email=account.email,
        phone=account.phone,
        language=account.language,
        staff_role=staff_role_of(session, account.id),
        memberships=tuple(memberships_of(session, account.id)),
    )


def init_login(app: Flask) -> None:
    """Let Flask-Login keep sessions; it sets a cookie for people who sign in and for nobody else."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def say_who_acts() -> None:
    """Name the person in the audit records of this request."""
    someone = signed_in()
    act_as(current_session(), Actor(ActorKind.ACCOUNT, someone.account_id) if someone else GUEST)


def _load(cookie_value: str) -> SignedIn | None:
    parts = cookie_value.split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or "tenant" not in g:  # noqa: PLR2004
        return None
    tenant_id, account_id, version = map(int, parts)
    if tenant_id != g.tenant.id:
        return None
    found = load_person(account_id)
    return found if found and found.session_version == version else None
