"""What the municipality does with opportunities: approve, look after, send back, take off the public pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.mail.service import Postbox
from engagement.opportunities import policy
from engagement.opportunities.edits import edit_of, edit_values, take_over
from engagement.opportunities.kinds import State
from engagement.opportunities.mails import (
    EditReleased,
    EditSentBack,
    OpportunityReleased,
    OpportunitySentBack,
    OpportunityTakenDown,
)
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.opportunities.policy import Action
from engagement.opportunities.publication import write_catalogue
from engagement.opportunities.rows import locked, refuse, refuse_unseen, tell_members, values_of
from engagement.opportunities.steps import move
from engagement.opportunities.versions import note_look
from engagement.organisations.kinds import Verification
from engagement.tenancy.queries import own_time_zone


def approve(session: Session, post: Postbox, opportunity_id: int, *, seen: int | None = None) -> None:
    """Let everybody see what waits for a look: the opportunity, or the edit of one that is public.

    Args:
        session: open for the tenant.
        post: where the members are told.
        opportunity_id: which one.
        seen: the ``revision`` that the person had before them; not checked if None.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: nothing of it waits, it has changed since it was looked at, or its organisation was rejected.
        InvalidInputError: something is missing, for example because the date is over by now.
    """
    row = locked(session, opportunity_id)
    refuse_unseen(row, seen)
    edit = _waiting_edit(session, row)
    if edit:
        _release_edit(session, post, row, edit)
    elif row.state is State.IN_REVIEW:
        _publish(session, post, row)
    else:
        raise ConflictError(gettext("This offer does not wait for a check any more."))


def mark_looked_at(session: Session, opportunity_id: int, *, seen: int | None = None) -> None:
    """Note that somebody has looked at what is published, and found nothing wrong; arguments as in ``approve``.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: it is not published, or has changed since it was looked at.
    """
    row = locked(session, opportunity_id)
    refuse_unseen(row, seen)
    if row.state is not State.PUBLISHED:
        raise ConflictError(gettext("This offer is not published any more."))
    note_look(session, row)
    record(session, "opportunity.look", "opportunity", row.id)


def send_back(
    session: Session, opportunity_id: int, note: str, *, post: Postbox | None = None, seen: int | None = None
) -> None:
    """Give an opportunity in review, or the edit of a public one, back to its organisation.

    The approved version of a public one stays public. The next version waits for a look whatever the tenant's policy.

    Args:
        session: open for the tenant.
        opportunity_id: which one.
        note: what should change, in words for the members.
        post: where the members are told; nobody is told without.
        seen: as in ``approve``.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its state rules this out, or it has changed since it was looked at.
    """
    row = locked(session, opportunity_id)
    refuse_unseen(row, seen)
    edit, words = _waiting_edit(session, row), note.strip()
    row.needs_look = True
    if edit:
        edit.note, edit.waiting_since = words, None
        row.revision += 1
        record(session, "opportunity.send_back_edit", "opportunity", row.id, after={"note": words})
    else:
        move(session, row, Action.SEND_BACK, note=words)
    session.flush()
    if post:
        kind = EditSentBack if edit else OpportunitySentBack
        tell_members(session, post, row.organisation_id, kind(row.id, row.organisation_id, row.title, words))


def unpublish(session: Session, post: Postbox, opportunity_id: int, note: str, *, seen: int | None = None) -> None:
    """Take an opportunity off the public pages at once, and tell its members why.

    They can improve it and hand it in; the municipality then looks at it whatever the tenant's policy. The mail is the
    statement of reasons that Article 17 of Regulation (EU) 2022/2065 (Digital Services Act) asks for.

    Args:
        session: open for the tenant.
        post: where the members are told.
        opportunity_id: which one.
        note: the reason, in words for the members.
        seen: as in ``approve``.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: it is not published, or has changed since it was looked at.
    """
    row = locked(session, opportunity_id)
    refuse_unseen(row, seen)
    move(session, row, Action.UNPUBLISH, note=note.strip())
    row.needs_look = True
    write_catalogue(session, row.id)
    message = OpportunityTakenDown(row.id, row.organisation_id, row.title, row.review_note)
    tell_members(session, post, row.organisation_id, message)


def _publish(session: Session, post: Postbox, row: Opportunity) -> None:
    suspended = row.organisation.suspended_at is not None
    action = policy.publishing_action(row.state, row.organisation.verification, by_moderator=True, suspended=suspended)
    if action is None:
        raise ConflictError(
            gettext("The organisation was turned down or suspended, so its offers cannot be published.")
        )
    values = values_of(session, row)
    refuse(policy.missing_for_publication(values))
    row.published_at, row.expires_at = now(), policy.expiry(values, now(), own_time_zone(session))
    note_look(session, row)
    move(session, row, action)
    visible = row.organisation.verification is Verification.VERIFIED
    tell_members(
        session, post, row.organisation_id, OpportunityReleased(row.id, row.organisation_id, row.title, visible)
    )


def _release_edit(session: Session, post: Postbox, row: Opportunity, edit: OpportunityEdit) -> None:
    values = edit_values(session, edit)
    refuse(policy.missing_for_publication(values, shown_already=True))
    before, after = take_over(session, row, edit)
    row.updated_at, row.expires_at = now(), policy.expiry(values, now(), own_time_zone(session))
    note_look(session, row)
    record(session, "opportunity.approve_edit", "opportunity", row.id, before=before, after=after)
    write_catalogue(session, row.id)
    tell_members(session, post, row.organisation_id, EditReleased(row.id, row.organisation_id, row.title))


def _waiting_edit(session: Session, row: Opportunity) -> OpportunityEdit | None:
    edit = edit_of(session, row) if row.state is State.PUBLISHED else None
    return edit if edit and edit.waiting_since else None
