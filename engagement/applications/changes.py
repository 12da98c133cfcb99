"""What every change of an application needs: its row locked, its state moved by policy, the places counted anew."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.applications.kinds import Action, ApplicationState, Author
from engagement.applications.models import Application, ApplicationMessage
from engagement.applications.policy import holds_place, may_keep_place, next_state, waits_for_club
from engagement.applications.queries import places_of
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.opportunities import publication
from engagement.opportunities.models import Opportunity

LONGEST_MESSAGE = 4000


@dataclass(frozen=True)
class Step:
    """A change of state; ``moves_place`` says that it takes a place or frees one."""

    action: Action
    before: ApplicationState
    after: ApplicationState
    moves_place: bool


def lock_places(session: Session, opportunity_id: int) -> None:
    """Let nobody else give places of the opportunity away, or free them, until the transaction ends.

    Every change takes this lock before that of an application: two that count places, each of which holds what the
    other one has to read, would wait for each other for ever. Rows that refer to the opportunity can still be written.
    """
    session.execute(select(Opportunity.id).where(Opportunity.id == opportunity_id).with_for_update(key_share=True))


def locked(session: Session, application_id: int) -> Application:
    """Return the application, which nobody else can change until the transaction ends.

    Raises:
        NotFoundError: there is no such application.
    """
    opportunity_id = session.scalar(select(Application.opportunity_id).where(Application.id == application_id))
    if opportunity_id is not None:
        lock_places(session, opportunity_id)
    row = session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError
    return row


def move(application: Application, action: Action) -> Step:
    """Change the state by policy.

    Raises:
        ConflictError: the policy rules it out.
    """
    before, held = application.state, holds_place(application.state, kept=application.keeps_place)
    after = next_state(action, before)
    if after is None:
        raise ConflictError(_why_not(before))
    application.state, application.updated_at = after, now()
    application.version += 1
    application.keeps_place = application.keeps_place and may_keep_place(after)
    application.kept_until = application.kept_until if after is ApplicationState.QUEUED else None
    if not waits_for_club(action, after):
        application.waiting_since = application.waiting_since if action is Action.REPLY else None
    elif application.waiting_since is None:
        application.waiting_since = now()
    return Step(action, before, after, held != holds_place(after, kept=application.keeps_place))


def note(session: Session, application: Application, step: Step) -> None:
    """Record the change, without a word of what was written, and count the places anew."""
    before, after = {"state": step.before}, {"state": step.after}
    record(session, f"application.{step.action}", "application", application.id, before=before, after=after)
    session.flush()
    if step.moves_place:
        count_places(session, application.opportunity_id)


def count_places(session: Session, opportunity_id: int) -> None:
    """Count under the opportunity's lock: of two acceptances at once the second must count the first."""
    lock_places(session, opportunity_id)
    publication.note_places_taken(session, opportunity_id, places_of(session, opportunity_id).taken)


def write(session: Session, application: Application, author: Author, text: str, account_id: int | None = None) -> None:
    """Add a message to the thread.

    Raises:
        InvalidInputError: it is empty or too long.
    """
    if not text.strip():
        raise InvalidInputError({"text": gettext("Please write a few words.")})
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInputError(
            {"text": gettext("Please shorten this to %(max)d characters.", max=LONGEST_MESSAGE)},
        )
    session.add(
        ApplicationMessage(application_id=application.id, author=author, account_id=account_id, body=text.strip())
    )


def _why_not(state: ApplicationState) -> str:
    reasons = {
        ApplicationState.ACCEPTED: gettext("This request has already been accepted."),
        ApplicationState.DECLINED: gettext("This request has already been declined."),
        ApplicationState.WITHDRAWN: gettext("This request has been withdrawn."),
    }
    return str(reasons.get(state) or gettext("That is not possible any more"))
