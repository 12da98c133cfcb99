"""Who is here, with all roles, as plain values: an account of the tenant, an operator inside it, or an operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, g
from flask_login import LoginManager, UserMixin, current_user

from engagement.accounts.queries import find_account_with_role
from engagement.kernel.audit import GUEST, Actor, ActorKind, Office, act_as
from engagement.kernel.clock import now
from engagement.kernel.db import current_session
from engagement.kernel.errors import NotFoundError
from engagement.kernel.permissions import Permission, Role, allows
from engagement.operators.queries import EntryInfo, find_entry, find_operator, open_entries, somebody_inside
from engagement.operators.sign_in import SESSION_LASTS
from engagement.organisations.queries import MembershipInfo, memberships_of

OPERATOR = "operator"
VISIT = "visit"


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The person of a session.

    Args:
        tenant_id: where the account is; a session of one city is nothing in another.
        account_id: the account.
        session_version: changes when all sessions of the account are ended.
        staff_role: role in the municipality, None for citizens.
        memberships: organisations the person acts for.
        is_visited: whether an operator is inside the tenant meanwhile.
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
    is_visited: bool = False

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


@dataclass(frozen=True)
class VisitingOperator(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """An operator inside a tenant by an entry: acts as an admin, has no account and no organisation there."""

    tenant_id: int
    entry: EntryInfo

    def get_id(self) -> str:
        """Return what the session cookie holds."""
        return f"{VISIT}:{self.tenant_id}:{self.entry.id}"

    def may(self, permission: Permission, _organisation_id: int | None = None) -> bool:
        """Tell whether an admin may do this."""
        return allows(frozenset({Role.VISITOR, Role.ADMIN}), permission)


@dataclass(frozen=True)
class SignedInOperator(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """An operator on the installation's own pages; inside a tenant this is nobody.

    Args:
        operator_id: which.
        session_version: changes when all sessions of the operator are ended.
        since: when both factors were given.
    """

    operator_id: int
    session_version: int
    name: str
    email: str
    since: datetime

    def get_id(self) -> str:
        """Return what the session cookie holds."""
        return f"{OPERATOR}:{self.operator_id}:{self.session_version}:{int(self.since.timestamp())}"

    @property
    def office(self) -> Office:
        """Return what records say of the operator."""
        return Office(self.operator_id, self.name)

    def may(self, permission: Permission, _organisation_id: int | None = None) -> bool:
        """Tell whether operators may do this."""
        return allows(frozenset({Role.OPERATOR}), permission)


Somebody = SignedIn | VisitingOperator | SignedInOperator


def somebody() -> Somebody | None:
    """Return who is here, of whatever kind; None for a visitor."""
    return cast("Somebody", current_user) if current_user.is_authenticated else None


def signed_in() -> SignedIn | None:
    """Return the account of this request, None for a visitor and for an operator."""
    found = somebody()
    return found if isinstance(found, SignedIn) else None


def person() -> SignedIn:
    """Return the account of this request, in a view that only accounts reach.

    Raises:
        NotFoundError: an operator is here, who has no account and none of its things.
    """
    found = signed_in()
    if found is None:
        raise NotFoundError
    return found


def acting_account_id() -> int | None:
    """Return the account that acts in a view of the municipality, None if it is an operator inside."""
    found = signed_in()
    return found.account_id if found else None


def visiting_operator() -> VisitingOperator | None:
    """Return the operator who is inside this tenant by this request's session."""
    found = somebody()
    return found if isinstance(found, VisitingOperator) else None


def operator_here() -> SignedInOperator | None:
    """Return the operator on the installation's own pages."""
    found = somebody()
    return found if isinstance(found, SignedInOperator) else None


def visits_to_tell() -> list[EntryInfo]:
    """Return the operators inside whom this request's page must name: to themselves, and to the municipality."""
    visit = visiting_operator()
    if visit:
        return [visit.entry]
    someone = signed_in()
    if someone and someone.staff_role and someone.is_visited:
        return open_entries(current_session(), someone.tenant_id)
    return []


def load_person(account_id: int) -> SignedIn | None:
    """Read an account of the request's tenant with its roles."""
    session = current_session()
    found = find_account_with_role(session, account_id, somebody_inside(g.tenant.id))
    if found is None:
        return None
    account, staff_role, is_visited = found
    return SignedIn(
        tenant_id=g.tenant.id,
        account_id=account.id,
        session_version=account.session_version,
        name=account.name,
        email=account.email,
        phone=account.phone,
        language=account.language,
        staff_role=staff_role,
        memberships=tuple(memberships_of(session, account.id)),
        is_visited=is_visited,
    )


def init_login(app: Flask) -> None:
    """Let Flask-Login keep sessions; it sets a cookie for people who sign in and for nobody else."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def say_who_acts() -> None:
    """Name the person in the audit records of this request."""
    someone = somebody()
    actor = GUEST
    if isinstance(someone, SignedIn):
        actor = Actor(ActorKind.ACCOUNT, someone.account_id)
    elif isinstance(someone, VisitingOperator):
        actor = Actor(ActorKind.OPERATOR, office=someone.entry.office)
    elif isinstance(someone, SignedInOperator):
        actor = Actor(ActorKind.OPERATOR, office=someone.office)
    act_as(current_session(), actor)


def _load(cookie_value: str) -> Somebody | None:
    """Return whom a cookie names: an operator on the installation's pages; an account or a visit in a tenant."""
    kind, _, rest = cookie_value.partition(":")
    named = kind in {OPERATOR, VISIT}
    match kind if named else "", _numbers(rest if named else cookie_value):
        case "operator", [operator_id, version, since] if "installation" in g:
            return _operator(operator_id, version, since)
        case "visit", [tenant_id, entry_id] if "tenant" in g:
            return _visit(tenant_id, entry_id)
        case "", [tenant_id, account_id, version] if "tenant" in g:
            return _account(tenant_id, account_id, version)
    return None


def _numbers(text: str) -> list[int]:
    parts = text.split(":")
    return [int(part) for part in parts] if all(part.isascii() and part.isdigit() for part in parts) else []


def _account(tenant_id: int, account_id: int, version: int) -> SignedIn | None:
    found = load_person(account_id) if tenant_id == g.tenant.id else None
    return found if found and found.session_version == version else None


def _visit(tenant_id: int, entry_id: int) -> VisitingOperator | None:
    found = find_entry(current_session(), entry_id) if tenant_id == g.tenant.id else None
    return VisitingOperator(tenant_id, found) if found and found.tenant_id == tenant_id and found.is_open else None


def _operator(operator_id: int, version: int, since: int) -> SignedInOperator | None:
    began = datetime.fromtimestamp(since, UTC)
    found = find_operator(current_session(), operator_id)
    if found is None or found.is_disabled or found.session_version != version or now() - began >= SESSION_LASTS:
        return None
    return SignedInOperator(found.id, version, found.name, found.email, began)
