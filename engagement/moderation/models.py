"""Reports by visitors, the texts that staff have prepared, and how far staff have been told what waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.db import Base, TenantOwned
from engagement.moderation.kinds import ReportReason, ReportState, TextPurpose
from engagement.tenancy.models import HANDED_ON


class Report(TenantOwned, Base):
    """What a visitor finds wrong with an offer. Name, address and words are gone some months after it was closed.

    ``assigned_to_id`` and ``closed_by_id`` name accounts as the audit trail does, without a key, so that erasing an
    account leaves the report; ``version`` counts every change.
    """

    __tablename__ = "report"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        Index(None, "tenant_id", "state", "created_at"),
        Index(None, "tenant_id", "opportunity_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[ReportReason] = mapped_column(enumeration(ReportReason))
    text: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[ReportState] = mapped_column(enumeration(ReportState), default=ReportState.NEW)
    assigned_to_id: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PreparedText(TenantOwned, Base):
    """A text that staff often need, to be chosen and changed before it is sent."""

    __tablename__ = "prepared_text"
    __table_args__ = (Index(None, "tenant_id", "purpose"), {"info": HANDED_ON})

    purpose: Mapped[TextPurpose] = mapped_column(enumeration(TextPurpose))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)


class StaffDigest(TenantOwned, Base):
    """The last mail that told staff what is new: it spoke of everything up to ``covers_until``."""

    __tablename__ = "staff_digest"
    __table_args__ = (Index(None, "tenant_id", unique=True),)

    covers_until: Mapped[datetime]
    sent_at: Mapped[datetime | None]
