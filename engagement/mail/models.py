"""Mail on its way: the whole message lies in the tenant's own row; the job that sends it knows only the id."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration
from engagement.kernel.db import Base, TenantOwned
from engagement.mail.server import LineSecurity


class MailState(StrEnum):
    """Where a mail is: waiting or retried, handed to the mail server, or given up."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class MailAccount(TenantOwned, Base):
    """A tenant's own access to a mail server; without one its mails go through the installation's.

    The password is sealed (``kernel.sealing``). ``failing_since`` is when the server first refused us in a row: the
    mails wait meanwhile, and somebody of the municipality should look at the settings.
    """

    __tablename__ = "mail_account"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    host: Mapped[str] = mapped_column(String(253))
    port: Mapped[int]
    security: Mapped[LineSecurity] = mapped_column(enumeration(LineSecurity))
    login: Mapped[str] = mapped_column(String(254), default="")
    sealed_password: Mapped[bytes | None] = mapped_column(LargeBinary, info={"bound_to_installation": True})
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    proven_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)


class OutgoingMail(TenantOwned, Base):
    """One mail to one person."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index(None, "tenant_id", "state", "queued_at"),)

    kind: Mapped[str] = mapped_column(String(60))
    from_name: Mapped[str] = mapped_column(String(200))
    from_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(254))
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    message_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[MailState] = mapped_column(enumeration(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    queued_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]
