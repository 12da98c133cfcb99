"""Those who run the installation, and their entries into tenants.

Both belong to the installation. A transaction of a tenant cannot see operators, and sees the entries into its own
tenant.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, String
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
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
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
