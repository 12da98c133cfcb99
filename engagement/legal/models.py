"""What the legal pages are made of: the town's facts, the versions of its texts, and reports of barriers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration
from engagement.kernel.db import Base, TenantOwned
from engagement.legal.kinds import BarrierState, LegalPage, TextKind


class LegalFacts(TenantOwned, Base):
    """The facts that fill the legal pages; ``said`` is a ``facts.Facts``."""

    __tablename__ = "legal_facts"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    said: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class TextVersion(TenantOwned, Base):
    """One state of a legal page in one language; a new one is added, an old one never changes.

    ``template_version`` is that of the product's template at the time, so that staff see when it was improved since.
    The account is named by id, as in the audit trail: erasing one leaves no name behind.
    """

    __tablename__ = "text_version"
    __table_args__ = (UniqueConstraint("tenant_id", "page", "language", "number"),)

    page: Mapped[LegalPage] = mapped_column(enumeration(LegalPage))
    language: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    kind: Mapped[TextKind] = mapped_column(enumeration(TextKind))
    body: Mapped[str] = mapped_column(Text, default="")
    template_version: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)


class BarrierReport(TenantOwned, Base):
    """Something that kept a person from using the site, and what was answered."""

    __tablename__ = "barrier_report"
    __table_args__ = (Index(None, "tenant_id", "state", "created_at"),)

    place: Mapped[str] = mapped_column(String(300), default="")
    message: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[BarrierState] = mapped_column(enumeration(BarrierState), default=BarrierState.NEW)
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
