"""The public read model: one row per published opportunity, holding only what every visitor may see.

It is denormalised and carries no row-level security on reading, since full-text and trigram operators are not
leakproof and their indexes would go unused; every query names its tenant.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import REAL, BigInteger, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.db import DERIVED, PUBLIC_READ, Base, TenantOwned


class CatalogueEntry(Base):
    """A published opportunity as a visitor sees it; ``facts`` holds what only the detail page shows.

    One that was closed keeps its row with ``closed_at``, so that its address leads somewhere, but no list shows it.
    """

    __tablename__ = "catalogue_entry"
    __table_args__ = (
        Index(
            "ix_catalogue_entry_live", "tenant_id", "opportunity_id",
            postgresql_include=["closed_at", "expires_at", "ends_at", "starts_at", "time_kind"],
        ),
        Index(None, "tenant_id", "published_at"),
        Index(None, "tenant_id", "starts_at"),
        Index(None, "tenant_id", "organisation_id"),
        {"comment": PUBLIC_READ, "info": {DERIVED: True}},
    )  # fmt: skip

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(160))
    slug: Mapped[str] = mapped_column(String(63))
    summary: Mapped[str] = mapped_column(String(400))
    organisation_id: Mapped[int] = mapped_column(BigInteger)
    organisation_name: Mapped[str] = mapped_column(String(200))
    organisation_slug: Mapped[str] = mapped_column(String(63))
    category_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    target_group_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    category_slugs: Mapped[list[str]] = mapped_column(ARRAY(String(63)), server_default=text("'{}'"))
    category_names: Mapped[list[str]] = mapped_column(ARRAY(String(120)), server_default=text("'{}'"))
    target_group_slugs: Mapped[list[str]] = mapped_column(ARRAY(String(63)), server_default=text("'{}'"))
    target_group_names: Mapped[list[str]] = mapped_column(ARRAY(String(120)), server_default=text("'{}'"))
    district_id: Mapped[int | None] = mapped_column(BigInteger)
    district_name: Mapped[str] = mapped_column(String(120))
    place_kind: Mapped[str] = mapped_column(String(20))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_kind: Mapped[str] = mapped_column(String(20))
    slots: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    hours: Mapped[Decimal | None]
    hours_per: Mapped[str | None] = mapped_column(String(20))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    places: Mapped[int | None]
    places_taken: Mapped[int] = mapped_column(Integer, default=0)
    picture_sha256: Mapped[str | None] = mapped_column(String(64))
    picture_alt: Mapped[str] = mapped_column(String(300))
    picture_focus: Mapped[str] = mapped_column(String(2), default="", server_default="")
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)), server_default=text("'{}'"))
    minimum_age: Mapped[int | None]
    access: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=text("'{}'"))
    suited_for: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=text("'{}'"))
    taster: Mapped[bool] = mapped_column(server_default=text("false"))
    translations: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, server_default=text("'{}'"))
    closed_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    document: Mapped[str] = mapped_column(TSVECTOR)


class CatalogueStem(Base):
    """A word stem that occurs in a tenant's catalogue; a query word is widened to the stems that contain it."""

    __tablename__ = "catalogue_stem"
    __table_args__ = (
        Index(
            "ix_catalogue_stem_trigrams", "tenant_id", "stem",
            postgresql_using="gin", postgresql_ops={"stem": "gin_trgm_ops"},
        ),
        Index("ix_catalogue_stem_forwards", "tenant_id", "stem", postgresql_ops={"stem": "text_pattern_ops"}),
        {"comment": PUBLIC_READ, "info": {DERIVED: True}},
    )  # fmt: skip

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    stem: Mapped[str] = mapped_column(Text, primary_key=True)


Index(
    "ix_catalogue_stem_backwards", CatalogueStem.tenant_id, func.reverse(CatalogueStem.stem).label("backwards"),
    postgresql_ops={"backwards": "text_pattern_ops"},
)  # fmt: skip


class CataloguePosting(Base):
    """That a stem occurs in an entry, and how much it says about it: the document turned round, for the score."""

    __tablename__ = "catalogue_posting"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "stem", "opportunity_id", postgresql_include=["weight"]),
        {"comment": PUBLIC_READ, "info": {DERIVED: True}},
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    stem: Mapped[str] = mapped_column(Text)
    opportunity_id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    weight: Mapped[float] = mapped_column(REAL)


class SearchGroup(TenantOwned, Base):
    """A group of words that a town added: whoever types one of ``typed`` also finds what says one of ``found``."""

    __tablename__ = "search_group"

    typed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    found: Mapped[list[str]] = mapped_column(ARRAY(Text))
    both_ways: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)


class SearchGroupOff(TenantOwned, Base):
    """A group of words of the product that a town switched off, by its key."""

    __tablename__ = "search_group_off"
    __table_args__ = (Index(None, "tenant_id", "key", unique=True),)

    key: Mapped[str] = mapped_column(String(60))
