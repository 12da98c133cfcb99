"""A volunteer role that an organisation posts; ongoing or dated."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.cropping import Focus
from engagement.kernel.db import Base, TenantOwned
from engagement.kernel.files import StoredFile
from engagement.opportunities.kinds import HoursPer, PlaceKind, State, TimeKind
from engagement.organisations.models import Organisation
from engagement.tenancy.models import Category, District, TargetGroup

IMPORTED = text("external_id IS NOT NULL")


def _link_table(name: str, column: str, target: str) -> Table:
    return Table(
        name,
        Base.metadata,
        Column("tenant_id", primary_key=True),
        Column("opportunity_id", BigInteger, primary_key=True),
        Column(column, BigInteger, primary_key=True),
        ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"], ["opportunity.tenant_id", "opportunity.id"], ondelete="CASCADE"
        ),
        foreign_key(column, target),
        Index(None, "tenant_id", column),
    )


opportunity_category = _link_table("opportunity_category", "category_id", "category")
opportunity_target_group = _link_table("opportunity_target_group", "target_group_id", "target_group")


class Opportunity(TenantOwned, Base):
    """What an organisation looks for. Empty text means "not said"; an access flag of None means "not known".

    ``revision`` counts every change of content or state, so that nobody decides on what they have not seen.
    ``closed_at`` says when it left the public pages, None if it has not been there or is there now.
    ``looked_at`` says when the municipality approved the present content, None if it has not; ``needs_look`` that it
    wants to see the next version before everybody does; ``handed_in_at`` since when it has been asked for a look.
    """

    __tablename__ = "opportunity"
    __table_args__ = (
        foreign_key("organisation_id", "organisation", ondelete="CASCADE"),
        foreign_key("district_id", "district"),
        foreign_key("picture_file_id", "stored_file"),
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("places_taken >= 0", name="places_taken_not_negative"),
        CheckConstraint(
            "time_kind <> 'dated' OR starts_at IS NOT NULL OR state IN ('draft', 'archived')", name="dated_has_start"
        ),
        Index(None, "tenant_id", "organisation_id", "state"),
        Index(None, "tenant_id", "state", "expires_at"),
        Index(None, "tenant_id", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index(None, "tenant_id", postgresql_where=text("state = 'published' AND looked_at IS NULL")),
        Index(
            None, "tenant_id", "source", "external_id", unique=True, postgresql_where=text("external_id IS NOT NULL")
        ),
    )

    organisation_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(160))
    slug: Mapped[str] = mapped_column(String(63))
    summary: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    plain_summary: Mapped[str] = mapped_column(String(600), default="", server_default="")
    translations: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    state: Mapped[State] = mapped_column(enumeration(State), default=State.DRAFT)
    review_note: Mapped[str] = mapped_column(Text, default="")

    place_kind: Mapped[PlaceKind] = mapped_column(enumeration(PlaceKind), default=PlaceKind.DISTRICT)
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(5), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    district_id: Mapped[int | None] = mapped_column(BigInteger)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    time_kind: Mapped[TimeKind] = mapped_column(enumeration(TimeKind), default=TimeKind.ONGOING)
    slots: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    hours_per: Mapped[HoursPer | None] = mapped_column(enumeration(HoursPer))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_note: Mapped[str] = mapped_column(String(300), default="")
    places: Mapped[int | None]
    places_taken: Mapped[int] = mapped_column(default=0)

    skills: Mapped[list[str]] = mapped_column(ARRAY(String(80)), default=list)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list)
    minimum_age: Mapped[int | None]
    suited_for: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list, server_default=text("'{}'"))
    taster: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    driving_licence: Mapped[str] = mapped_column(String(20), default="")
    certificate_of_conduct: Mapped[bool] = mapped_column(default=False)

    training: Mapped[str] = mapped_column(String(300), default="")
    insurance: Mapped[bool] = mapped_column(default=False)
    expenses: Mapped[str] = mapped_column(String(300), default="")
    allowance: Mapped[str] = mapped_column(String(300), default="")

    step_free: Mapped[bool | None]
    accessible_toilet: Mapped[bool | None]
    public_transport: Mapped[bool | None]
    hearing_support: Mapped[bool | None]

    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    picture_file_id: Mapped[int | None] = mapped_column(BigInteger)
    picture_alt: Mapped[str] = mapped_column(String(300), default="")
    picture_focus: Mapped[Focus] = mapped_column(enumeration(Focus), default=Focus.AUTOMATIC, server_default="")

    source: Mapped[str] = mapped_column(String(40), default="")
    external_id: Mapped[str | None] = mapped_column(String(80))
    source_digest: Mapped[str] = mapped_column(String(64), default="")
    revision: Mapped[int] = mapped_column(default=1)
    needs_look: Mapped[bool] = mapped_column(default=False)
    looked_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation] = relationship(viewonly=True)
    district: Mapped[District | None] = relationship(viewonly=True)
    picture: Mapped[StoredFile | None] = relationship(viewonly=True)
    categories: Mapped[list[Category]] = relationship(
        secondary=opportunity_category, viewonly=True, order_by=Category.position
    )
    target_groups: Mapped[list[TargetGroup]] = relationship(
        secondary=opportunity_target_group, viewonly=True, order_by=TargetGroup.position
    )
    edit: Mapped[OpportunityEdit | None] = relationship(viewonly=True, uselist=False)


class OpportunityEdit(TenantOwned, Base):
    """A changed version of a published opportunity that visitors do not see yet; the opportunity keeps the public one.

    ``waiting_since`` is None once the municipality has sent the edit back with a ``note``.
    """

    __tablename__ = "opportunity_edit"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        foreign_key("picture_file_id", "stored_file"),
        UniqueConstraint("tenant_id", "opportunity_id"),
        Index(None, "tenant_id", "picture_file_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    picture_file_id: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, default="")
    waiting_since: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)

    picture: Mapped[StoredFile | None] = relationship(viewonly=True)


class OpportunityVersion(TenantOwned, Base):
    """The content of an opportunity as somebody of the municipality approved it, to tell later what has changed."""

    __tablename__ = "opportunity_version"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        Index(None, "tenant_id", "opportunity_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    kept_at: Mapped[datetime] = mapped_column(default=now)
