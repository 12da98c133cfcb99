"""A tenant, its hosts, and the words it sorts its offers by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.kernel.clock import now
from engagement.kernel.db import INSTALLATION, PUBLIC_READ, Base, TenantOwned
from engagement.kernel.files import StoredFile

HANDED_ON = {"part_of_template": True}
"""Marks a table whose rows another town may start with: words and rules, nothing about people."""


class Tenant(Base):
    """One municipality's instance: name, look, texts and addresses."""

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint("brand_colour ~ '^#[0-9a-f]{6}$'", name="brand_colour"),
        CheckConstraint("(deletion_requested_at IS NULL) = (delete_after IS NULL)", name="deletion_has_a_day"),
        Index(None, "delete_after", postgresql_where=text("delete_after IS NOT NULL")),
        CheckConstraint("accent_colour ~ '^#[0-9a-f]{6}$'", name="accent_colour"),
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
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    resumed_at: Mapped[datetime | None]
    deletion_requested_at: Mapped[datetime | None]
    delete_after: Mapped[datetime | None]

    hosts: Mapped[list[TenantHost]] = relationship(order_by="TenantHost.host", back_populates="tenant")
    branding: Mapped[Branding | None] = relationship(viewonly=True)


class TenantHost(Base):
    """A host name under which a tenant answers; one of them is used in links."""

    __tablename__ = "tenant_host"
    __table_args__ = (
        Index(None, "tenant_id", unique=True, postgresql_where=text("is_primary")),
        Index("ix_tenant_host_of_tenant", "tenant_id"),
        {"comment": INSTALLATION},
    )

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    is_primary: Mapped[bool] = mapped_column(default=False)

    tenant: Mapped[Tenant] = relationship(back_populates="hosts")


class TenantKey(TenantOwned, Base):
    """What signs a tenant's mailed links. It moves with the tenant, so that links in old mails go on working.

    A row of its own, behind the wall, since the tenant's row can be read from every tenant.
    """

    __tablename__ = "tenant_key"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    secret: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Look:
    """What a site looks like beyond the tenant's own row: logo, picture and texts of the home page.

    A picture is named by its digest, which stays the same wherever the tenant's rows are moved to.
    """

    headline: Mapped[str] = mapped_column(String(200), default="")
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    logo_alt: Mapped[str] = mapped_column(String(200), default="")
    logo_width: Mapped[int] = mapped_column(default=0)
    logo_height: Mapped[int] = mapped_column(default=0)
    picture_sha256: Mapped[str | None] = mapped_column(String(64))
    picture_alt: Mapped[str] = mapped_column(String(300), default="")
    picture_width: Mapped[int] = mapped_column(default=0)
    picture_height: Mapped[int] = mapped_column(default=0)
    picture_credit: Mapped[str] = mapped_column(String(200), default="")
    box_title: Mapped[str] = mapped_column(String(120), default="")
    box_text: Mapped[str] = mapped_column(Text, default="")


def _picture_keys() -> tuple[ForeignKeyConstraint, ...]:
    """A picture that a look shows cannot be thrown away."""
    file = StoredFile.__table__.c
    key = [file.tenant_id, file.sha256]
    return tuple(ForeignKeyConstraint(["tenant_id", column], key) for column in ("logo_sha256", "picture_sha256"))


class Branding(Look, TenantOwned, Base):
    """The look of a tenant's site now; a tenant that has changed nothing has no row. Everybody may read it."""

    __tablename__ = "branding"
    __table_args__ = (UniqueConstraint("tenant_id"), *_picture_keys(), {"comment": PUBLIC_READ})


class BrandingVersion(Look, TenantOwned, Base):
    """A look as it was until it was changed, whole, so that it can be brought back."""

    __tablename__ = "branding_version"
    __table_args__ = _picture_keys()

    replaced_at: Mapped[datetime] = mapped_column(default=now)
    name: Mapped[str] = mapped_column(String(120))
    platform_name: Mapped[str] = mapped_column(String(120))
    claim: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text)
    brand_colour: Mapped[str] = mapped_column(String(7))
    accent_colour: Mapped[str] = mapped_column(String(7))


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
    __table_args__ = (UniqueConstraint("tenant_id", "slug"), {"info": HANDED_ON})

    icon: Mapped[str] = mapped_column(String(63), default="", server_default="")


class TargetGroup(Word, Base):
    """Whom an engagement is for."""

    __tablename__ = "target_group"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"), {"info": HANDED_ON})


class OrganisationKind(Word, Base):
    """What sort of body an organisation is."""

    __tablename__ = "organisation_kind"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"), {"info": HANDED_ON})


class District(Word, Base):
    """A part of the municipality, with its postcodes and a point near its middle."""

    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    postcodes: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list, server_default=text("'{}'"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
