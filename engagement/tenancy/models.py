"""A tenant, its hosts, and the words it sorts its offers by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.kernel.clock import now
from engagement.kernel.db import INSTALLATION, Base, TenantOwned


class Tenant(Base):
    """One municipality's instance: name, look, texts and addresses."""

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint("brand_colour ~ '^#[0-9a-f]{6}$'", name="brand_colour"),
        {"comment": INSTALLATION},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    platform_name: Mapped[str] = mapped_column(String(120))
    claim: Mapped[str] = mapped_column(String(200), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    brand_colour: Mapped[str] = mapped_column(String(7), default="#1f4e9e")
    accent_colour: Mapped[str] = mapped_column(String(7), default="#f2c230")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=lambda: ["de", "en"])
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Berlin")
    mail_from: Mapped[str] = mapped_column(String(254), default="")
    postal_address: Mapped[str] = mapped_column(Text, default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    official_key: Mapped[str] = mapped_column(String(8), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    hosts: Mapped[list[TenantHost]] = relationship(order_by="TenantHost.host", back_populates="tenant")


class TenantHost(Base):
    """A host name under which a tenant answers; one of them is used in links."""

    __tablename__ = "tenant_host"
    __table_args__ = (
        Index(None, "tenant_id", unique=True, postgresql_where=text("is_primary")),
        {"comment": INSTALLATION},
    )

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    is_primary: Mapped[bool] = mapped_column(default=False)

    tenant: Mapped[Tenant] = relationship(back_populates="hosts")


class Word(TenantOwned):
    """What all words of a tenant have in common.

    Args:
        slug: the tail of addresses that filter by the word.
        former_slugs: those it had before it was renamed, and those of words that were merged into it.
        names: in other languages, by their codes; what is missing is looked up in the words that the product ships.
        retired_at: since when it is no longer offered for new things; None while it is.
    """

    slug: Mapped[str] = mapped_column(String(63))
    former_slugs: Mapped[list[str]] = mapped_column(ARRAY(String(63)), default=list, server_default=text("'{}'"))
    name: Mapped[str] = mapped_column(String(120))
    names: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]


class Category(Word, Base):
    """A field of engagement, as the tenant calls it; ``icon`` names its drawing, whatever it is called."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    icon: Mapped[str] = mapped_column(String(63), default="", server_default="")


class TargetGroup(Word, Base):
    """Whom an engagement is for."""

    __tablename__ = "target_group"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)


class OrganisationKind(Word, Base):
    """What sort of body an organisation is."""

    __tablename__ = "organisation_kind"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)


class District(Word, Base):
    """A part of the municipality, with its postcodes and a point near its middle."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    postcodes: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list, server_default=text("'{}'"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
