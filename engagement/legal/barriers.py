"""The feedback that every accessible site of a public body has to offer (Directive (EU) 2016/2102, article 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_accounts
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import DEFAULT_LANGUAGE, gettext
from engagement.legal.kinds import BarrierState
from engagement.legal.mails import BarrierAnswered, BarrierReported
from engagement.legal.models import BarrierReport
from engagement.legal.queries import load_facts
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail

KEEP_CLOSED = timedelta(days=365)
"""As the privacy page says; long enough for an enforcement procedure to refer to it."""


@dataclass(frozen=True)
class Barrier:
    """What a person reports; ``place`` is a path of this site, ``email`` is empty if no answer is wanted."""

    message: str
    place: str = ""
    email: str = ""
    language: str = DEFAULT_LANGUAGE


def report_barrier(session: Session, post: Postbox, barrier: Barrier) -> int:
    """Keep a reported barrier, tell the municipality, and return its id."""
    row = BarrierReport(place=barrier.place, message=barrier.message, email=barrier.email, language=barrier.language)
    session.add(row)
    session.flush()
    record(session, "barrier.report", "barrier_report", row.id, after={"place": barrier.place})
    message = BarrierReported(row.id, barrier.place, barrier.message, barrier.email)
    for recipient in _municipality(session, post):
        queue_mail(session, post, message, recipient, reply_to=barrier.email)
    return row.id


def close_barrier(session: Session, post: Postbox, report_id: int, answer: str) -> None:
    """Answer a reported barrier by mail, or note what was done if nobody waits for an answer.

    Args:
        session: open for the tenant.
        post: where mails go out.
        report_id: which one.
        answer: in words for the person; a note for colleagues if there is no address.

    Raises:
        NotFoundError: there is no such report.
        ConflictError: it has been answered already.
        InvalidInputError: somebody waits for an answer, and there is none.
    """
    row = session.scalar(select(BarrierReport).where(BarrierReport.id == report_id).with_for_update())
    if row is None:
        raise NotFoundError
    if row.state is BarrierState.CLOSED:
        raise ConflictError(gettext("This has been answered already."))
    if row.email and not answer.strip():
        raise InvalidInputError({"answer": gettext("Please write an answer: the person waits for one.")})
    row.state, row.answer, row.closed_at = BarrierState.CLOSED, answer.strip(), now()
    session.flush()
    record(session, "barrier.close", "barrier_report", row.id, after={"answered_by_mail": bool(row.email)})
    if row.email:
        message = BarrierAnswered(row.message, row.answer)
        reply_to = load_facts(session).email or post.tenant.contact_email
        queue_mail(session, post, message, Recipient("", row.email, row.language), reply_to=reply_to)


def forget_closed_barriers(session: Session) -> int:
    """Delete the reports that were closed a year ago, and return how many.

    Storage limitation, article 5 paragraph 1 letter e GDPR.
    """
    overdue = (BarrierReport.state == BarrierState.CLOSED, BarrierReport.closed_at < now() - KEEP_CLOSED)
    return len(session.scalars(delete(BarrierReport).where(*overdue).returning(BarrierReport.id)).all())


def _municipality(session: Session, post: Postbox) -> list[Recipient]:
    """The address that the statement itself names, or everybody of the staff if there is none."""
    address = load_facts(session).email or post.tenant.contact_email
    if address:
        return [Recipient(post.tenant.name, address, DEFAULT_LANGUAGE)]
    return [Recipient(person.name, person.email, person.language) for person in staff_accounts(session)]
