"""What somebody wants to hear of, when they heard of it, and since when an offer is known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engagement.alerts.rhythm import Rhythm
from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.db import Base, TenantOwned


class SavedSearch(TenantOwned, Base):
    """One search of one person, with an account (``account_id``) or by an address alone (``email``).

    ``wanted`` is what ``alerts.wanted`` keeps, ``search_key`` its digest, so that the same search is run once however
    many want it. ``label`` says it in words and ``arguments`` is the query string of its page. Everything up to
    ``looked_until`` has been told. ``interest_at`` is the last thing that the person did about it themselves.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        foreign_key("account_id", "account", ondelete="CASCADE"),
        Index(None, "tenant_id", "account_id"),
        Index(None, "tenant_id", "email"),
        Index(None, "tenant_id", "looked_until"),
    )

    account_id: Mapped[int | None] = mapped_column(BigInteger)
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    search_key: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(600))
    arguments: Mapped[str] = mapped_column(String(4000))
    rhythm: Mapped[Rhythm] = mapped_column(enumeration(Rhythm))
    weekday: Mapped[int]
    consent_version: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    looked_until: Mapped[datetime] = mapped_column(default=now)
    interest_at: Mapped[datetime] = mapped_column(default=now)
    asked_at: Mapped[datetime | None]


class SearchDigest(TenantOwned, Base):
    """That a digest was written; at most one for a search and a turn, in the transaction that queues its mail."""

    __tablename__ = "search_digest"
    __table_args__ = (
        foreign_key("search_id", "saved_search", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "search_id", "turn"),
    )

    search_id: Mapped[int] = mapped_column(BigInteger)
    turn: Mapped[date]
    mail_id: Mapped[int | None] = mapped_column(BigInteger)
    offers: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)


class NoticedOffer(TenantOwned, Base):
    """Since when this town knows that an offer is public, its own or a neighbour's (``town_id``).

    An offer may be published long before it can be seen, while its organisation waits to be verified. So what is new
    is told from when it was first seen, not from ``published_at``, which tells only whether it was published anew.
    ``opportunity_id`` 0 stands for the town itself: that it has been looked at.
    """

    __tablename__ = "noticed_offer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "town_id", "opportunity_id"),
        Index(None, "tenant_id", "noticed_at"),
        Index(None, "town_id"),
    )

    town_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
