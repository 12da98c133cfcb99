"""Reports by visitors: taken, worked on, answered, and forgotten.

The way is that of Article 16 of Regulation (EU) 2022/2065 (Digital Services Act): everybody can give notice of an offer
electronically and easily, with reasons, the exact place, and if they like a name and an address (paragraph 2); whoever
leaves an address gets a confirmation of receipt without undue delay (4) and the decision with the possibilities for
redress (5); a person decides (6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_accounts
from engagement.accounts.recipients import staff_recipients
from engagement.catalogue.queries import find_entry
from engagement.kernel.audit import actor_of, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.moderation.kinds import CLOSED, OPEN, ReportReason, ReportState
from engagement.moderation.mails import ReportAnswered, ReportReceived, UnlawfulReported
from engagement.moderation.models import Report
from engagement.opportunities.queries import find_opportunity

REPORTER_KEPT = timedelta(days=183)
"""After a report was closed. Whoever disagrees has at least six months to say so (Art. 20 (1) DSA); then nobody needs
the person's name, address and words any more (storage limitation, Art. 5 (1) (e) GDPR). Reason and outcome stay."""


@dataclass(frozen=True)
class ReportValues:
    """What a visitor says; without ``email`` there is no answer."""

    reason: ReportReason
    text: str
    name: str = ""
    email: str = ""
    language: str = "de"


@dataclass(frozen=True)
class Decision:
    """How a report ends.

    Args:
        state: done (something was wrong and has been mended) or dismissed.
        answer: for whoever reported it.
        with_others: also close the other open reports about the same offer, with the same answer.
    """

    state: ReportState
    answer: str = ""
    with_others: bool = False


def report_offer(session: Session, post: Postbox, opportunity_id: int, values: ReportValues) -> int:
    """Take a report, confirm its receipt, tell staff at once if it is urgent, and return its id.

    Args:
        session: open for the tenant.
        post: where mails go out.
        opportunity_id: of an offer that visitors see.
        values: what the visitor says.

    Raises:
        NotFoundError: visitors do not see such an offer.
    """
    entry = find_entry(session, opportunity_id)
    if entry is None:
        raise NotFoundError
    row = Report(
        opportunity_id=opportunity_id,
        reason=values.reason,
        text=values.text.strip(),
        name=values.name.strip(),
        email=values.email.strip(),
        language=values.language,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    after = {"reason": values.reason, "opportunity_id": opportunity_id}
    record(session, "report.create", "report", row.id, after=after)
    if row.email:
        received = ReportReceived(entry.title, row.reason, row.id)
        queue_mail(session, post, received, Recipient(row.name, row.email, row.language))
    if row.reason is ReportReason.UNLAWFUL:
        urgent = UnlawfulReported(row.id, entry.title, entry.organisation_name)
        for recipient in staff_recipients(session, post.tenant):
            queue_mail(session, post, urgent, recipient)
    return row.id


def take_report(session: Session, report_id: int, *, assigned_to_id: int | None, note: str) -> None:
    """Say who looks after a report and what colleagues should know; one with somebody is in progress.

    Args:
        session: open for the tenant.
        report_id: which one.
        assigned_to_id: account of somebody of the municipality, None for nobody.
        note: for colleagues only.

    Raises:
        NotFoundError: there is no such report.
        ConflictError: it is closed.
        InvalidInputError: the account is not of the municipality.
    """
    row = _locked(session, report_id)
    if row.state in CLOSED:
        raise ConflictError(gettext("This report is closed already."))
    if assigned_to_id is not None and assigned_to_id not in {person.id for person in staff_accounts(session)}:
        raise InvalidInputError({"assigned_to": gettext("Please choose somebody of your team.")})
    before = {"state": row.state, "assigned_to_id": row.assigned_to_id}
    row.assigned_to_id, row.note = assigned_to_id, note.strip()
    row.state = ReportState.IN_PROGRESS if assigned_to_id is not None else ReportState.NEW
    row.version += 1
    after = {"state": row.state, "assigned_to_id": row.assigned_to_id}
    record(session, "report.take", "report", row.id, before=before, after=after)
    session.flush()


def close_report(
    session: Session, post: Postbox, report_id: int, decision: Decision, *, seen: int | None = None
) -> int:
    """Decide on a report, answer whoever left an address, and return how many reports were closed.

    Args:
        session: open for the tenant.
        post: where the answer goes out.
        report_id: which one.
        decision: how it ends.
        seen: the ``version`` that the person had before them; not checked if None.

    Raises:
        NotFoundError: there is no such report.
        ConflictError: it is closed already, or has changed since it was looked at.
        InvalidInputError: somebody waits for an answer, and there is none.
    """
    row = _locked(session, report_id)
    if row.state in CLOSED:
        raise ConflictError(gettext("This report is closed already."))
    if seen is not None and row.version != seen:
        raise ConflictError(
            gettext("A colleague has changed this report since you opened it. Please look at it again.")
        )
    rows = [row, *(_others(session, row) if decision.with_others else [])]
    if any(one.email for one in rows) and not decision.answer.strip():
        raise InvalidInputError({"answer": gettext("Somebody waits for an answer. Please write one.")})
    for one in rows:
        _close(session, post, one, decision)
    return len(rows)


def reopen_report(session: Session, report_id: int) -> None:
    """Work on a closed report again.

    Raises:
        NotFoundError: there is no such report.
        ConflictError: it is open.
    """
    row = _locked(session, report_id)
    if row.state in OPEN:
        raise ConflictError(gettext("This report is open already."))
    before = {"state": row.state}
    row.state = ReportState.IN_PROGRESS if row.assigned_to_id is not None else ReportState.NEW
    row.closed_at = row.closed_by_id = None
    row.version += 1
    record(session, "report.reopen", "report", row.id, before=before, after={"state": row.state})
    session.flush()


def forget_reporters(session: Session) -> int:
    """Blank who reported what in their words, half a year after it was decided; return how many reports these were."""
    gone = session.scalars(
        update(Report)
        .where(Report.state.in_(CLOSED), Report.closed_at < now() - REPORTER_KEPT, Report.forgotten_at.is_(None))
        .values(name="", email="", text="", answer="", note="", forgotten_at=now())
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        record(session, "report.forget", "report", None, after={"count": len(gone)})
    return len(gone)


def _close(session: Session, post: Postbox, row: Report, decision: Decision) -> None:
    before = {"state": row.state}
    row.state, row.answer = decision.state, decision.answer.strip()
    row.closed_at, row.closed_by_id = now(), actor_of(session).account_id
    row.version += 1
    record(session, "report.close", "report", row.id, before=before, after={"state": row.state})
    session.flush()
    if row.email:
        offer = find_opportunity(session, row.opportunity_id)
        answered = ReportAnswered(offer.title if offer else "", row.id, row.state, row.answer)
        queue_mail(session, post, answered, Recipient(row.name, row.email, row.language))


def _others(session: Session, row: Report) -> list[Report]:
    statement = (
        select(Report)
        .where(Report.opportunity_id == row.opportunity_id, Report.id != row.id, Report.state.in_(OPEN))
        .order_by(Report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _locked(session: Session, report_id: int) -> Report:
    statement = select(Report).where(Report.id == report_id).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError
    return found
