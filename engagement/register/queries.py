"""The register as staff read it: filtered, searched with typing mistakes, sorted, in slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.accounts.models import Account
from engagement.kernel.permissions import Role
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.kinds import Verification
from engagement.organisations.likeness import near, nearness
from engagement.organisations.models import Membership, Organisation
from engagement.register.sleeping import sleeps
from engagement.tenancy.models import District, OrganisationKind


class Filter(StrEnum):
    """Which part of the register is asked for."""

    ALL = "all"
    WAITING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    SLEEPING = "sleeping"
    ALONE = "alone"
    MERGED = "merged"


class Order(StrEnum):
    """By what the register is sorted."""

    USUAL = "usual"
    NAME = "name"
    NEWEST = "newest"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Asked:
    """What staff ask the register for.

    Args:
        part: which entries.
        text: a word of the name, the place, the contact or the addresses; typing mistakes are allowed in the name.
        order: the usual one has those first that wait, or with a text those that fit best.
    """

    part: Filter = Filter.ALL
    text: str = ""
    order: Order = Order.USUAL


@dataclass(frozen=True)
class RegisterLine:
    """One entry of the register.

    Args:
        members: how many people act for it.
        offers: how many offers are published.
        merged_into: name of the entry that it turned out to be, "" if it is its own.
    """

    id: int
    name: str
    slug: str
    kind: str
    district: str
    street: str
    postcode: str
    city: str
    contact_name: str
    email: str
    phone: str
    website: str
    source: str
    verification: Verification
    verified_at: datetime | None
    suspended_at: datetime | None
    confirmed_at: datetime | None
    created_at: datetime
    members: int
    owners: str
    offers: int
    merged_into_id: int | None
    merged_into: str


def entries(session: Session, asked: Asked, *, page: int = 1, per_page: int = 50) -> list[RegisterLine]:
    """Return a slice of what is asked for, the first is 1."""
    statement = register_statement(asked).limit(per_page).offset((page - 1) * per_page)
    return [RegisterLine(**row._asdict()) for row in session.execute(statement)]


def count_entries(session: Session, asked: Asked) -> int:
    """Return how many entries there are in all slices of ``entries``."""
    return session.scalar(_chosen(select(func.count()).select_from(Organisation), asked)) or 0


def count_by_filter(session: Session) -> dict[Filter, int]:
    """Return how many entries each part of the register has."""
    counts = [func.count().filter(condition()) for condition in CONDITIONS.values()]
    found = session.execute(select(*counts).select_from(Organisation)).one()
    return dict(zip(CONDITIONS, found, strict=True))


def register_statement(asked: Asked) -> Select[Any]:
    """Return the statement that reads ``RegisterLine`` rows in their order, whole, for a list or an export."""
    kind, district, survivor = aliased(OrganisationKind), aliased(District), aliased(Organisation)
    team, offers, mine = _team(), _offers(), Organisation.tenant_id
    columns = [getattr(Organisation, name) for name in _OWN]
    statement = (
        select(
            *columns,
            func.coalesce(kind.name, "").label("kind"),
            func.coalesce(district.name, "").label("district"),
            func.coalesce(survivor.name, "").label("merged_into"),
            func.coalesce(team.c.members, 0).label("members"),
            func.coalesce(team.c.owners, "").label("owners"),
            func.coalesce(offers.c.published, 0).label("offers"),
        )
        .outerjoin(kind, (kind.tenant_id == mine) & (kind.id == Organisation.kind_id))
        .outerjoin(district, (district.tenant_id == mine) & (district.id == Organisation.district_id))
        .outerjoin(survivor, (survivor.tenant_id == mine) & (survivor.id == Organisation.merged_into_id))
        .outerjoin(team, (team.c.tenant_id == mine) & (team.c.organisation_id == Organisation.id))
        .outerjoin(offers, (offers.c.tenant_id == mine) & (offers.c.organisation_id == Organisation.id))
    )
    return _chosen(statement, asked).order_by(*_order(asked))


_OWN = (
    "id", "name", "slug", "street", "postcode", "city", "contact_name", "email", "phone", "website", "source",
    "verification", "verified_at", "suspended_at", "confirmed_at", "created_at", "merged_into_id",
)  # fmt: skip


def _live() -> ColumnElement[bool]:
    return Organisation.verification != Verification.MERGED


def _alone() -> ColumnElement[bool]:
    return _live() & Organisation.id.not_in(select(Membership.organisation_id))


def _in_state(verification: Verification) -> Callable[[], ColumnElement[bool]]:
    return lambda: Organisation.verification == verification


CONDITIONS: dict[Filter, Callable[[], ColumnElement[bool]]] = {
    Filter.ALL: _live,
    Filter.WAITING: _in_state(Verification.PENDING),
    Filter.VERIFIED: _in_state(Verification.VERIFIED),
    Filter.REJECTED: _in_state(Verification.REJECTED),
    Filter.SUSPENDED: lambda: Organisation.suspended_at.is_not(None),
    Filter.SLEEPING: sleeps,
    Filter.ALONE: _alone,
    Filter.MERGED: _in_state(Verification.MERGED),
}


def _chosen(statement: Select[Any], asked: Asked) -> Select[Any]:
    statement = statement.where(CONDITIONS[asked.part]())
    text = asked.text.strip()
    if not text:
        return statement
    facts = ("city", "postcode", "street", "contact_name", "email", "website")
    return statement.where(
        or_(near(text), *(getattr(Organisation, name).icontains(text, autoescape=True) for name in facts))
    )


def _order(asked: Asked) -> list[Any]:
    by_name = [func.lower(Organisation.name), Organisation.id]
    if asked.order is Order.NEWEST:
        return [Organisation.created_at.desc(), Organisation.id.desc()]
    if asked.order is Order.CONFIRMED:
        return [Organisation.confirmed_at.asc().nulls_first(), *by_name]
    if asked.order is Order.NAME:
        return by_name
    if asked.text.strip():
        return [nearness(asked.text.strip()).desc(), *by_name]
    waits = Organisation.verification == Verification.PENDING
    return [waits.desc(), case((waits, Organisation.created_at)), *by_name]


def _team() -> CTE:
    words = Account.name + " <" + Account.email + ">"
    return (
        select(
            Membership.tenant_id,
            Membership.organisation_id,
            func.count().label("members"),
            func.string_agg(words, ", ").filter(Membership.role == Role.OWNER).label("owners"),
        )
        .join(Account, (Account.tenant_id == Membership.tenant_id) & (Account.id == Membership.account_id))
        .group_by(Membership.tenant_id, Membership.organisation_id)
        .cte("team")
        .prefix_with("MATERIALIZED")
    )


def _offers() -> CTE:
    return (
        select(Opportunity.tenant_id, Opportunity.organisation_id, func.count().label("published"))
        .where(Opportunity.state == State.PUBLISHED)
        .group_by(Opportunity.tenant_id, Opportunity.organisation_id)
        .cte("offers")
        .prefix_with("MATERIALIZED")
    )
