"""What a town has said about a neighbour; an agreement is two such rows, one of each town."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.db import BOTH_SIDES, Base, TenantOwned


class NeighbourConsent(TenantOwned, Base):
    """Whether a town wants to share with another one, and since when; both of them read it, only the first writes it.

    ``refused_at`` says when it last declined, ended or withdrew: what the other side had agreed to before that no
    longer counts. ``note`` is for the other town's staff.
    """

    __tablename__ = "neighbour_consent"
    __table_args__ = (
        UniqueConstraint("tenant_id", "neighbour_id"),
        Index(None, "neighbour_id"),
        {"comment": BOTH_SIDES},
    )

    neighbour_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    agreed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
