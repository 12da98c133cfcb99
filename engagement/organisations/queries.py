"""Reading organisations and memberships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from engagement.accounts.models import Account
from engagement.kernel.counting import counts_of
from engagement.kernel.geo import Point
from engagement.kernel.permissions import Role
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Membership, Organisation

__all__ = ["MemberInfo", "MembershipInfo", "OrganisationInfo", "Verification"]

Rows = TypeVarTuple("Rows")


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


@dataclass(frozen=True)
class OrganisationInfo:
    """An organisation with all that is known of it; empty text means "not said".

    Args:
        kind: name of its kind, "" if none was chosen.
        district: name of its part of the municipality, "" if none was chosen.
        links: addresses on the web besides the website.
        summary: one sentence for lists.
        logo_sha256: names its logo in the address of the picture, "" if it has none; the same goes for the picture.
        picture_focus: what matters in the picture, by ``kernel.cropping.Focus``.
        verification_note: what the municipality wrote when it turned the organisation down.
        suspended_at: since when it is hidden, None if it is not.
        suspension_reason: what the municipality wrote then.
        merged_into_id: the entry that it turned out to be, None if it is its own.
        confirmed_at: when somebody last said that the details are right.
        confirmation_asked_at: when it was last asked whether they are.
        answers_within_hours: how long it usually takes for its first answer, None if that is not known.
        source: name of the import it came from, "" if a person registered it.
    """

    id: int
    name: str
    slug: str
    kind_id: int | None
    kind: str
    description: str
    street: str
    postcode: str
    city: str
    district_id: int | None
    district: str
    point: Point | None
    contact_name: str
    email: str
    phone: str
    website: str
    links: tuple[str, ...]
    summary: str
    founded_year: int | None
    logo_file_id: int | None
    logo_sha256: str
    picture_file_id: int | None
    picture_sha256: str
    picture_alt: str
    picture_focus: str
    verification: Verification
    verification_note: str
    verified_at: datetime | None
    suspended_at: datetime | None
    suspension_reason: str
    merged_into_id: int | None
    confirmed_at: datetime | None
    confirmation_asked_at: datetime | None
    answers_within_hours: int | None
    source: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may see it."""
        return self.verification is Verification.VERIFIED and self.suspended_at is None


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


def find_member(session: Session, organisation_id: int, account_id: int) -> MemberInfo | None:
    """Return one person who acts for an organisation."""
    return next((one for one in members_of(session, organisation_id) if one.account_id == account_id), None)


def find_organisation(session: Session, organisation_id: int) -> OrganisationInfo | None:
    """Return the organisation with this id, whatever its state."""
    row = session.scalar(_whole().where(Organisation.id == organisation_id))
    return organisation_info(row) if row else None


def public_organisation(session: Session, organisation_id: int) -> OrganisationInfo | None:
    """Return the organisation with this id if everybody may see it."""
    found = find_organisation(session, organisation_id)
    return found if found and found.is_public else None


def public_survivor(session: Session, organisation_id: int) -> OrganisationInfo | None:
    """Return the organisation that this entry was merged into, if everybody may see it."""
    merged = find_organisation(session, organisation_id)
    if merged is None or merged.merged_into_id is None:
        return None
    return public_organisation(session, merged.merged_into_id)


def is_public() -> ColumnElement[bool]:
    """Return the condition that everybody may see an organisation."""
    return and_(Organisation.verification == Verification.VERIFIED, Organisation.suspended_at.is_(None))


def public_organisations(session: Session, *, page: int = 1, per_page: int = 50) -> list[OrganisationInfo]:
    """Return the verified organisations by name, all of them slice by slice; ``directory`` finds some.

    Args:
        session: open for the tenant.
        page: which slice, the first is 1.
        per_page: length of a slice.
    """
    chosen = _whole().where(is_public()).order_by(func.lower(Organisation.name), Organisation.id)
    return [organisation_info(row) for row in session.scalars(chosen.limit(per_page).offset((page - 1) * per_page))]


def count_public_organisations(session: Session) -> int:
    """Return how many verified organisations there are in all slices of ``public_organisations``."""
    return session.scalar(select(func.count()).select_from(Organisation).where(is_public())) or 0


def organisations_waiting(session: Session) -> list[OrganisationInfo]:
    """Return the organisations that the municipality has not looked at yet, the longest waiting first."""
    rows = session.scalars(
        _whole()
        .where(Organisation.verification == Verification.PENDING)
        .order_by(Organisation.created_at, Organisation.id)
    )
    return [organisation_info(row) for row in rows]


def count_organisations(session: Session) -> dict[Verification, int]:
    """Return how many organisations there are in each state."""
    counts = counts_of(session, select(Organisation.verification, func.count()).group_by(Organisation.verification))
    return {verification: counts.get(verification, 0) for verification in Verification}


def organisation_info(row: Organisation) -> OrganisationInfo:
    """Return the plain values of a row."""
    known = row.latitude is not None and row.longitude is not None
    made: dict[str, Any] = {
        "kind": row.kind.name if row.kind else "",
        "district": row.district.name if row.district else "",
        "point": Point(row.latitude or 0.0, row.longitude or 0.0) if known else None,
        "links": tuple(row.links),
        "logo_sha256": row.logo.sha256 if row.logo else "",
        "picture_sha256": row.picture.sha256 if row.picture else "",
    }
    own = {name: getattr(row, name) for name in OrganisationInfo.__dataclass_fields__ if name not in made}
    return OrganisationInfo(**own, **made)


def _whole() -> Select[Organisation]:
    return with_words(select(Organisation))


def with_words(statement: Select[*Rows]) -> Select[*Rows]:
    """Return a query of organisations that also reads what ``organisation_info`` says of each."""
    return statement.options(
        joinedload(Organisation.kind),
        joinedload(Organisation.district),
        joinedload(Organisation.logo),
        joinedload(Organisation.picture),
    )


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of organisations by id; those that are gone are left out."""
    wanted = select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(ids)))
    return {row.id: row.name for row in session.execute(wanted)}
