"""A citizen's sign-up for an opportunity, and what both sides write about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engagement.applications.kinds import ApplicationState, Author, Wish
from engagement.kernel.clock import now
from engagement.kernel.columns import enumeration, foreign_key
from engagement.kernel.db import Base, TenantOwned
from engagement.opportunities.models import Opportunity


class SignUp(TenantOwned, Base):
    """A guest's form that waits for the mailed link; gone after seven days if nobody confirms it.

    Once it is confirmed its personal data move to the application, and only the way there is left.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        foreign_key("application_id", "application", ondelete="CASCADE"),
        Index(None, "tenant_id", "created_at"),
    )

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[Wish] = mapped_column(enumeration(Wish), default=Wish.JOIN, server_default=Wish.JOIN)
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    application_id: Mapped[int | None] = mapped_column(BigInteger)


class Application(TenantOwned, Base):
    """A confirmed sign-up; one live one a person and opportunity, which the database itself sees to.

    ``version`` counts every change, so that nobody answers what they have not seen; ``waiting_since`` says since when
    the club owes an answer, None if it does not. On a waiting list ``queued_at`` gives the order and ``kept_until``
    says until when a free place is kept for a yes; after the yes, at ``left_queue_at``, it is kept until the club has
    decided.
    """

    __tablename__ = "application"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        foreign_key("account_id", "account"),
        Index(
            "uq_application_live", "tenant_id", "opportunity_id", "email",
            unique=True, postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(None, "tenant_id", "opportunity_id", "state"),
        Index(None, "tenant_id", "account_id"),
        Index(None, "tenant_id", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
        Index(None, "tenant_id", "created_at"),
        Index(None, "tenant_id", "opportunity_id", "queued_at", postgresql_where=text("state = 'queued'")),
    )  # fmt: skip

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[Wish] = mapped_column(enumeration(Wish), default=Wish.JOIN, server_default=Wish.JOIN)
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[ApplicationState] = mapped_column(enumeration(ApplicationState), default=ApplicationState.NEW)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    first_answered_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    queued_at: Mapped[datetime | None]
    left_queue_at: Mapped[datetime | None]
    keeps_place: Mapped[bool] = mapped_column(default=False, server_default=false())
    kept_until: Mapped[datetime | None]

    opportunity: Mapped[Opportunity] = relationship(viewonly=True)
    messages: Mapped[list[ApplicationMessage]] = relationship(
        viewonly=True, order_by="ApplicationMessage.id", back_populates="application"
    )


class ApplicationMessage(TenantOwned, Base):
    """One message of the thread; ``account_id`` is the member who wrote for the organisation."""

    __tablename__ = "application_message"
    __table_args__ = (
        foreign_key("application_id", "application", ondelete="CASCADE"),
        foreign_key("account_id", "account"),
        Index(None, "tenant_id", "application_id"),
    )

    application_id: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[Author] = mapped_column(enumeration(Author))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    application: Mapped[Application] = relationship(viewonly=True, back_populates="messages")


class ForgottenApplication(TenantOwned, Base):
    """What stays of an application that was deleted when its time was over: nothing of the person, no text, no day.

    Without it the figures of older months would hold accepted applications only. ``waited_hours`` counts to the first
    answer (then ``answered_month`` is set) or, without one, to the withdrawal; months are given by their first day.
    """

    __tablename__ = "forgotten_application"
    __table_args__ = (
        foreign_key("opportunity_id", "opportunity", ondelete="CASCADE"),
        Index(None, "tenant_id", "month"),
        Index(None, "tenant_id", "opportunity_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    month: Mapped[date]
    state: Mapped[ApplicationState] = mapped_column(enumeration(ApplicationState))
    waited_hours: Mapped[int]
    answered_month: Mapped[date | None]
