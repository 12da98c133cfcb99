"""A person's login inside one tenant, the links that sign in without a password, and roles in the municipality."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.db import Base, TenantOwned
from engagement.kernel.permissions import Role


class Account(TenantOwned, Base):
    """A login; the address is kept in lower case and is proven once a mailed link was used."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("tenant_id", "email"),)

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="de")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    session_version: Mapped[int] = mapped_column(default=1)
    email_proven_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignInLink(TenantOwned, Base):
    """A mailed link that signs in once; only a digest of its secret is kept.

    Using one proves the address it was mailed to: the account's, or ``new_email``, which then replaces it. A password
    that was given before the address was proven comes into force only by the mail that answered that very
    registration (``keeps_password``), so that nobody can leave a password of theirs on somebody else's address.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (foreign_key("account_id", "account", ondelete="CASCADE"), Index(None, "tenant_id", "account_id"))

    account_id: Mapped[int] = mapped_column(BigInteger)
    nonce_digest: Mapped[str] = mapped_column(String(64))
    keeps_password: Mapped[bool] = mapped_column(default=False)
    new_email: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(default=now)
    good_until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRole(TenantOwned, Base):
    """A person's role in the municipality's administration."""

    __tablename__ = "staff_role"
    __table_args__ = (
        foreign_key("account_id", "account", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[Role] = mapped_column(enumeration(Role))


class StaffInvitation(TenantOwned, Base):
    """Somebody was asked to join the municipality's team and has not answered yet.

    Accepted or withdrawn ones are gone; the audit trail knows of them without the address. Of the link only a digest
    is kept. ``invited_by`` is looked up when it is shown and may point to an account that is gone;
    an operator has none.
    """

    __tablename__ = "staff_invitation"
    __table_args__ = (UniqueConstraint("tenant_id", "email"),)

    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(enumeration(Role))
    language: Mapped[str] = mapped_column(String(5), default="de")
    nonce_digest: Mapped[str] = mapped_column(String(64))
    invited_by: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(default=now)
    good_until: Mapped[datetime]
