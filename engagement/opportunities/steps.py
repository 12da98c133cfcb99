"""One step in an opportunity's life: the state, the trace in the audit trail, and the public entry, together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.opportunities import policy
from engagement.opportunities.edits import edit_of, take_over
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.policy import Action
from engagement.opportunities.publication import write_catalogue


def move(session: Session, row: Opportunity, action: Action, *, note: str = "") -> None:
    """Go to the state where ``action`` leads; a note of the municipality lasts until the next step.

    Raises:
        ConflictError: the state rules this out.
    """
    state = policy.target(row.state, action)
    if state is None:
        raise ConflictError(gettext("The offer has changed in the meantime. Please look at it again."))
    before = {"state": row.state, "review_note": row.review_note}
    if row.state is State.PUBLISHED and state is not State.PUBLISHED:
        _leave_the_public(session, row)
    row.closed_at = _closed_at(row, state)
    row.state, row.review_note = state, note
    row.handed_in_at = (row.handed_in_at or now()) if state is State.IN_REVIEW else None
    row.revision += 1
    if action is not Action.CLOSE:
        row.updated_at = now()
    before, after = changes(before, {"state": row.state, "review_note": row.review_note})
    record(session, f"opportunity.{action}", "opportunity", row.id, before=before, after=after)
    write_catalogue(session, row.id)


def _closed_at(row: Opportunity, state: State) -> datetime | None:
    """Return since when it has been off the public pages, once ``state`` is reached."""
    if state is State.PUBLISHED:
        return None
    return now() if row.state is State.PUBLISHED else row.closed_at


def _leave_the_public(session: Session, row: Opportunity) -> None:
    """There is no public version any more, so an edit beside it becomes the opportunity."""
    edit = edit_of(session, row)
    if edit:
        row.handed_in_at = edit.waiting_since
        take_over(session, row, edit)
