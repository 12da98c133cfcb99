"""Associations, initiatives, foundations, parishes, schools, fire brigades … and the people who act for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.accounts.models import Account
from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.db import Base, TenantOwned
from engagement.kernel.files import StoredFile
from engagement.kernel.permissions import Role
from engagement.organisations.kinds import Verification
from engagement.tenancy.models import District, OrganisationKind

IMPORTED = text("external_id IS NOT NULL")


class Organisation(TenantOwned, Base):
    """A body that looks for volunteers."""

    __tablename__ = "organisation"
    __table_args__ = (
        foreign_key("kind_id", "organisation_kind"),
        foreign_key("district_id", "district"),
        foreign_key("logo_file_id", "stored_file"),
        Index(None, "tenant_id", "verification"),
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
    logo_file_id: Mapped[int | None] = mapped_column(BigInteger)
    verification: Mapped[Verification] = mapped_column(enumeration(Verification), default=Verification.PENDING)
    verification_note: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(40), default="")
    external_id: Mapped[str | None] = mapped_column(String(80))
    source_digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    kind: Mapped[OrganisationKind | None] = relationship(viewonly=True)
    district: Mapped[District | None] = relationship(viewonly=True)
    logo: Mapped[StoredFile | None] = relationship(viewonly=True)


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
