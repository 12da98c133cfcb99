"""Associations, initiatives, foundations, parishes, schools, fire brigades … and the people who act for them."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.accounts.models import Account
from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.cropping import Focus
from engagement.kernel.db import Base, TenantOwned
from engagement.kernel.files import StoredFile
from engagement.kernel.permissions import Role
from engagement.kernel.week import Weekday
from engagement.organisations.kinds import Check, ClaimState, Former, Occasion, Verification
from engagement.tenancy.models import District, OrganisationKind

IMPORTED = text("external_id IS NOT NULL")


class Organisation(TenantOwned, Base):
    """A body that looks for volunteers.

    ``suspended_at`` hides it whatever its verification is, which stands again once the suspension is lifted.
    ``confirmed_at`` says when somebody last stood by its details, ``confirmation_asked_at`` when it was last asked to.
    ``answers_within_hours`` is the usual time to its first answer, None if too few people have asked.
    ``links`` are addresses on the web besides ``website``, as of its pages in social networks.
    ``internal_note`` is the municipality's own and never shown to the organisation.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        foreign_key("kind_id", "organisation_kind"),
        foreign_key("district_id", "district"),
        foreign_key("logo_file_id", "stored_file"),
        foreign_key("picture_file_id", "stored_file"),
        foreign_key("merged_into_id", "organisation"),
        CheckConstraint("(verification = 'merged') = (merged_into_id IS NOT NULL)", name="merged_somewhere"),
        Index(None, "tenant_id", "verification"),
        Index(None, "tenant_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        Index(
            None, "tenant_id", "source", "external_id", unique=True, postgresql_where=text("external_id IS NOT NULL")
        ),
    )

    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(63))
    kind_id: Mapped[int | None] = mapped_column(BigInteger)
    description: Mapped[str] = mapped_column(Text, default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(5), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    district_id: Mapped[int | None] = mapped_column(BigInteger)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    links: Mapped[list[str]] = mapped_column(ARRAY(String(300)), default=list, server_default=text("'{}'"))
    summary: Mapped[str] = mapped_column(String(200), default="", server_default="")
    founded_year: Mapped[int | None]
    logo_file_id: Mapped[int | None] = mapped_column(BigInteger)
    picture_file_id: Mapped[int | None] = mapped_column(BigInteger)
    picture_alt: Mapped[str] = mapped_column(String(300), default="", server_default="")
    picture_focus: Mapped[Focus] = mapped_column(enumeration(Focus), default=Focus.AUTOMATIC, server_default="")
    verification: Mapped[Verification] = mapped_column(enumeration(Verification), default=Verification.PENDING)
    verification_note: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None]
    internal_note: Mapped[str] = mapped_column(Text, default="")
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[datetime | None]
    confirmation_asked_at: Mapped[datetime | None]
    confirmation_reminded_at: Mapped[datetime | None]
    answers_within_hours: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(40), default="")
    external_id: Mapped[str | None] = mapped_column(String(80))
    source_digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    kind: Mapped[OrganisationKind | None] = relationship(viewonly=True)
    district: Mapped[District | None] = relationship(viewonly=True)
    logo: Mapped[StoredFile | None] = relationship(
        viewonly=True,
        primaryjoin="and_(Organisation.tenant_id == StoredFile.tenant_id, Organisation.logo_file_id == StoredFile.id)",
        foreign_keys="Organisation.logo_file_id",
    )
    picture: Mapped[StoredFile | None] = relationship(
        viewonly=True,
        primaryjoin=(
            "and_(Organisation.tenant_id == StoredFile.tenant_id, Organisation.picture_file_id == StoredFile.id)"
        ),
        foreign_keys="Organisation.picture_file_id",
    )


organisation_category = Table(
    "organisation_category",
    Base.metadata,
    Column("tenant_id", primary_key=True),
    Column("organisation_id", BigInteger, primary_key=True),
    Column("category_id", BigInteger, primary_key=True),
    ForeignKeyConstraint(
        ["tenant_id", "organisation_id"], ["organisation.tenant_id", "organisation.id"], ondelete="CASCADE"
    ),
    foreign_key("category_id", "category"),
    Index(None, "tenant_id", "category_id"),
)
"""The fields of engagement that an organisation has chosen for itself, whatever it looks for at the moment."""


class RegularTime(TenantOwned, Base):
    """A time of the week at which an organisation trains, meets or is open; ``last_day`` ends a season."""

    __tablename__ = "organisation_time"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_it_starts"),
        Index(None, "tenant_id", "organisation_id"),
    )

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    occasion: Mapped[Occasion] = mapped_column(enumeration(Occasion), default=Occasion.MEETING)
    weekday: Mapped[Weekday] = mapped_column(enumeration(Weekday))
    starts_at: Mapped[time]
    ends_at: Mapped[time | None]
    what: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    not_in_holidays: Mapped[bool] = mapped_column(default=False)
    last_day: Mapped[date | None]


class Membership(TenantOwned, Base):
    """A person acts for an organisation, as owner or editor."""

    __tablename__ = "membership"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        foreign_key("account_id", "account", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "organisation_id", "account_id"),
        Index(None, "tenant_id", "account_id"),
    )

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[Role] = mapped_column(enumeration(Role))
    created_at: Mapped[datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation] = relationship(viewonly=True)
    account: Mapped[Account] = relationship(viewonly=True)


class OrganisationCheck(TenantOwned, Base):
    """One thing that was looked at, and by whom: an account by id, as in the audit trail, or none for an operator."""

    __tablename__ = "organisation_check"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "organisation_id", "item"),
    )

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    item: Mapped[Check] = mapped_column(enumeration(Check))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    checked_at: Mapped[datetime] = mapped_column(default=now)


class Claim(TenantOwned, Base):
    """Somebody says that they belong to an organisation that is here already."""

    __tablename__ = "organisation_claim"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        Index(
            "uq_organisation_claim_open", "tenant_id", "organisation_id", "email",
            unique=True, postgresql_where=text("state = 'open'"),
        ),
        Index(None, "tenant_id", "state", "created_at"),
    )  # fmt: skip

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[ClaimState] = mapped_column(enumeration(ClaimState), default=ClaimState.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(viewonly=True)


class Invitation(TenantOwned, Base):
    """A mailed invitation to act for an organisation; ``version`` counts the mails, and only the last one's link works.

    One that hands the organisation over says in ``former`` what becomes of the inviting owner, or of all owners if it
    is the municipality's (``by_staff``).
    """

    __tablename__ = "organisation_invitation"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        Index(
            "uq_organisation_invitation_open", "tenant_id", "organisation_id", "email",
            unique=True, postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(None, "tenant_id", "good_until"),
    )  # fmt: skip

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(enumeration(Role))
    former: Mapped[Former] = mapped_column(enumeration(Former), default=Former.STAYS)
    invited_by_id: Mapped[int | None] = mapped_column(BigInteger)
    by_staff: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    good_until: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(viewonly=True)
