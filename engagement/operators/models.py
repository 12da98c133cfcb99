"""Those who run the installation: people, their entries into tenants, and what they did.

All three belong to the installation. A transaction of a tenant cannot see operators, sees the entries into its own
tenant, and can add to the record of deeds without reading it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.audit import LONGEST_REASON
from engagement.kernel.clock import now
from engagement.kernel.db import INSTALLATION, Base


class Operator(Base):
    """Somebody who runs the installation; signs in with a password and a second factor."""

    __tablename__ = "operator"
    __table_args__ = ({"comment": INSTALLATION},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    session_version: Mapped[int] = mapped_column(default=1)
    set_up_digest: Mapped[str | None] = mapped_column(String(64))
    set_up_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class OperatorEntry(Base):
    """Leave to act inside one tenant, for a reason and a limited time; it begins when its link is used."""

    __tablename__ = "operator_entry"
    __table_args__ = (
        Index(None, "tenant_id", "until"),
        Index(None, "operator_id", "until"),
        {"comment": INSTALLATION},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    operator_name: Mapped[str] = mapped_column(String(120))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    created_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class OperatorRecord(Base):
    """One deed of an operator, kept also when the tenant that it concerned is gone."""

    __tablename__ = "operator_record"
    __table_args__ = (Index(None, "at"), Index(None, "tenant_id", "at"), {"comment": INSTALLATION})

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    operator_id: Mapped[int | None]
    operator_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(80))
    tenant_id: Mapped[int | None]
    tenant_slug: Mapped[str] = mapped_column(String(63))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
