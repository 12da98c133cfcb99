"""How much waits, in one question to the database, and the lists behind two of the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from engagement.applications.models import Application
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.legal.kinds import BarrierState
from engagement.legal.models import BarrierReport
from engagement.mail.models import MailState, OutgoingMail
from engagement.moderation.kinds import OPEN
from engagement.moderation.models import Report
from engagement.moderation.offers import NOT_LOOKED_AT
from engagement.opportunities.kinds import State, TimeKind
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.organisations.kinds import ClaimState, Verification
from engagement.organisations.models import Claim, Organisation
from engagement.register.sleeping import sleeps
from engagement.tenancy.settings import AnswerTimes

EXPIRES_WITHIN = timedelta(days=14)
REMINDED = "organisation.remind_of_requests"
REMINDED_OF_END = "opportunity.remind_of_end"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many things of each kind wait.

    Args:
        claims: people who ask to look after an organisation that is here already.
        sleeping: entries of the register that nobody seems to stand by any more.
        opportunities_to_review: offers handed in, and changes of public ones where those are looked at first.
        not_looked_at: public offers that nobody has looked at; a duty only where offers are published at once.
        unanswered: requests without an answer for as long as is worth a look in this town.
        unanswered_long: those of them that are worth a call.
        unanswered_too_long: those of them that are worth worry.
        verified: organisations that everybody sees, which says whether the town has begun.
    """

    organisations_to_verify: int = 0
    claims: int = 0
    sleeping: int = 0
    opportunities_to_review: int = 0
    not_looked_at: int = 0
    reports: int = 0
    barriers: int = 0
    unanswered: int = 0
    unanswered_long: int = 0
    unanswered_too_long: int = 0
    expiring: int = 0
    failed_mails: int = 0
    verified: int = 0


@dataclass(frozen=True)
class Unanswered:
    """An organisation that owes answers; nothing about those who wait for them.

    Args:
        requests: how many wait for as long as is worth a look.
        since: when the oldest of them began to wait.
        reminded_at: when the municipality last sent a reminder.
    """

    organisation_id: int
    name: str
    contact_name: str
    email: str
    phone: str
    requests: int
    since: datetime
    reminded_at: datetime | None


@dataclass(frozen=True)
class Expiring:
    """An offer that leaves the public pages within two weeks unless somebody stands by it.

    Those with a date or an end of their own are over then, and nobody can help it; they are not among them.
    """

    opportunity_id: int
    title: str
    organisation_id: int
    organisation_name: str
    phone: str
    expires_at: datetime
    reminded_at: datetime | None

    @property
    def last_moment(self) -> datetime:
        """Return when visitors see it last; an expiry at midnight belongs to the day before."""
        return self.expires_at - timedelta(seconds=1)


def what_waits(session: Session, times: AnswerTimes) -> Waiting:
    """Return all numbers of the start page with one statement.

    Args:
        session: open for the tenant.
        times: after how many days an answer is late, as the tenant has decided.
    """
    counts = {
        "organisations_to_verify": _count(Organisation, Organisation.verification == Verification.PENDING),
        "claims": _count(Claim, Claim.state == ClaimState.OPEN),
        "sleeping": _count(Organisation, sleeps()),
        "opportunities_to_review": _count(Opportunity, Opportunity.state == State.IN_REVIEW)
        + _count(OpportunityEdit, OpportunityEdit.waiting_since.is_not(None)),
        "not_looked_at": _count(Opportunity, NOT_LOOKED_AT),
        "reports": _count(Report, Report.state.in_(OPEN)),
        "barriers": _count(BarrierReport, BarrierReport.state == BarrierState.NEW),
        "unanswered": _count(Application, _unanswered(times.days_to_look)),
        "unanswered_long": _count(Application, _unanswered(times.days_to_call)),
        "unanswered_too_long": _count(Application, _unanswered(times.days_to_worry)),
        "expiring": _count(Opportunity, *_expires_soon()),
        "failed_mails": _count(
            OutgoingMail, OutgoingMail.state == MailState.FAILED, OutgoingMail.dismissed_at.is_(None)
        ),
        "verified": _count(Organisation, Organisation.verification == Verification.VERIFIED),
    }
    row = session.execute(select(*(number.label(name) for name, number in counts.items()))).one()
    return Waiting(**row._asdict())


def count_owing_organisations(session: Session, days: int) -> int:
    """Return how many organisations ``unanswered`` lists in all."""
    return session.scalar(select(func.count()).select_from(_owing(days).subquery())) or 0


def unanswered(session: Session, days: int, *, page: int = 1, per_page: int = 50) -> list[Unanswered]:
    """Return the organisations that owe answers for so many days or longer, the one that owes longest first."""
    statement = _owing(days).order_by(func.min(Application.waiting_since), Organisation.id)
    rows = session.execute(statement.limit(per_page).offset((page - 1) * per_page))
    return [Unanswered(**row._asdict()) for row in rows]


def owed_by(session: Session, organisation_id: int, days: int) -> Unanswered | None:
    """Return what one organisation owes for so many days or longer, None if that is nothing."""
    row = session.execute(_owing(days).where(Organisation.id == organisation_id)).one_or_none()
    return Unanswered(**row._asdict()) if row else None


def count_expiring(session: Session) -> int:
    """Return how many offers ``expiring`` lists in all."""
    return session.scalar(select(func.count()).select_from(Opportunity).where(*_expires_soon())) or 0


def expiring(session: Session, *, page: int = 1, per_page: int = 50) -> list[Expiring]:
    """Return the offers that end within two weeks, the next to end first."""
    statement = _ending(*_expires_soon()).order_by(Opportunity.expires_at, Opportunity.id)
    rows = session.execute(statement.limit(per_page).offset((page - 1) * per_page))
    return [Expiring(**row._asdict()) for row in rows]


def find_expiring(session: Session, opportunity_id: int) -> Expiring | None:
    """Return one offer if it ends within two weeks."""
    row = session.execute(_ending(*_expires_soon(), Opportunity.id == opportunity_id)).one_or_none()
    return Expiring(**row._asdict()) if row else None


def _count(model: type[Any], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _unanswered(days: int) -> ColumnElement[bool]:
    return Application.waiting_since <= now() - timedelta(days=days)


def _expires_soon() -> tuple[ColumnElement[bool], ...]:
    return (
        Opportunity.state == State.PUBLISHED,
        Opportunity.time_kind == TimeKind.ONGOING,
        Opportunity.ends_at.is_(None),
        Opportunity.expires_at > now(),
        Opportunity.expires_at <= now() + EXPIRES_WITHIN,
    )


def _owing(days: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Organisation.id.label("organisation_id"),
            Organisation.name,
            Organisation.contact_name,
            Organisation.email,
            Organisation.phone,
            func.count().label("requests"),
            func.min(Application.waiting_since).label("since"),
            _last(REMINDED, "organisation", Organisation).label("reminded_at"),
        )
        .join(
            Opportunity,
            (Opportunity.tenant_id == Organisation.tenant_id) & (Opportunity.organisation_id == Organisation.id),
        )
        .join(
            Application,
            (Application.tenant_id == Opportunity.tenant_id) & (Application.opportunity_id == Opportunity.id),
        )
        .where(_unanswered(days))
        .group_by(Organisation.tenant_id, Organisation.id)
    )


def _ending(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Opportunity.id.label("opportunity_id"),
            Opportunity.title,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation_name"),
            Organisation.phone,
            Opportunity.expires_at,
            _last(REMINDED_OF_END, "opportunity", Opportunity).label("reminded_at"),
        )
        .join(
            Organisation,
            (Organisation.tenant_id == Opportunity.tenant_id) & (Organisation.id == Opportunity.organisation_id),
        )
        .where(*conditions)
    )


def _last(action: str, subject_kind: str, subject: type[Organisation | Opportunity]) -> ScalarSelect[datetime]:
    """Return when something was last done with each row, from the audit trail."""
    return (
        select(func.max(AuditRecord.at))
        .where(
            AuditRecord.tenant_id == subject.tenant_id,
            AuditRecord.subject_kind == subject_kind,
            AuditRecord.subject_id == subject.id,
            AuditRecord.action == action,
        )
        .scalar_subquery()
    )
