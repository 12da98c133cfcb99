"""Making and changing opportunities, and leading them through their life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.kernel.slugs import slugify
from engagement.opportunities import policy
from engagement.opportunities.edits import discard, drop, edit_of, hold
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.opportunities.pictures import order_picture
from engagement.opportunities.policy import Action
from engagement.opportunities.publication import write_catalogue
from engagement.opportunities.rows import apply_values, link_words, locked, look_of, refuse, values_of
from engagement.opportunities.steps import move
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.kinds import Verification
from engagement.tenancy.queries import own_time_zone

__all__ = [
    "OpportunityValues",
    "archive",
    "close",
    "close_expired",
    "confirm",
    "create_opportunity",
    "discard_edit",
    "pause",
    "publish",
    "reopen",
    "restore",
    "submit_for_review",
    "update_opportunity",
    "withdraw_from_review",
]


def create_opportunity(session: Session, organisation_id: int, values: OpportunityValues) -> int:
    """Make a draft and return its id.

    Args:
        session: open for the tenant.
        organisation_id: who posts it.
        values: what describes it.

    Raises:
        InvalidInputError: values that cannot be kept.
    """
    refuse(policy.invalid(values, State.DRAFT))
    moment = now()
    row = Opportunity(
        **values.columns(),
        organisation_id=organisation_id,
        slug=slugify(values.title),
        created_at=moment,
        updated_at=moment,
    )
    session.add(row)
    session.flush()
    link_words(session, row.id, values)
    order_picture(session, values)
    record(session, "opportunity.create", "opportunity", row.id, after={"title": row.title})
    return row.id


def update_opportunity(
    session: Session,
    opportunity_id: int,
    values: OpportunityValues,
    *,
    seen: datetime | None = None,
) -> None:
    """Describe an opportunity anew; saving one that visitors see stands by it, so it stays for another while.

    Where the municipality looks at changes first, visitors go on seeing the approved version until it has.

    Args:
        session: open for the tenant.
        opportunity_id: which one.
        values: what describes it now; all fields, not only changed ones.
        seen: the ``updated_at`` that the person had before them; not checked if None.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: somebody else changed it since, or it is archived.
        InvalidInputError: values that cannot be kept, or something is missing in one that visitors see.
    """
    row = locked(session, opportunity_id)
    edit = edit_of(session, row)
    _refuse_changed(edit.updated_at if edit else row.updated_at, seen)
    _refuse_values(row, values)
    order_picture(session, values)
    if row.state is State.PUBLISHED and look_of(session, row).holds_edits:
        hold(session, row, edit, values)
    else:
        drop(session, edit)
        _write(session, row, values)
    if row.state is State.PUBLISHED:
        _stand_by(session, row)
    write_catalogue(session, row.id)


def publish(session: Session, opportunity_id: int, *, published_at: datetime | None = None) -> State:
    """Let everybody see an opportunity, or hand it to the municipality if it wants to look at it first.

    Args:
        session: open for the tenant.
        opportunity_id: which one, in any state from which it can be published (again).
        published_at: since when it is published; now if None.

    Returns:
        The state it is in now: published or in review.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its organisation was rejected or suspended, or its state rules this out.
        InvalidInputError: something is missing.
    """
    row = locked(session, opportunity_id)
    suspended = row.organisation.suspended_at is not None
    action = policy.publishing_action(
        row.state, row.organisation.verification, look=look_of(session, row), suspended=suspended
    )
    if action is None:
        raise ConflictError(_why_not(row))
    values = values_of(session, row)
    refuse(policy.missing_for_publication(values))
    if action is not Action.SUBMIT:
        row.published_at = published_at or now()
        row.expires_at = policy.expiry(values, now(), own_time_zone(session))
    move(session, row, action)
    return row.state


def reopen(session: Session, opportunity_id: int) -> State:
    """Publish a paused or closed opportunity again, with the rules and errors of ``publish``."""
    return publish(session, opportunity_id)


def submit_for_review(session: Session, opportunity_id: int) -> None:
    """Ask the municipality to look at an opportunity.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its organisation was rejected or suspended, or its state rules this out.
        InvalidInputError: something is missing.
    """
    row = locked(session, opportunity_id)
    if row.organisation.suspended_at or row.organisation.verification in policy.SILENCED:
        raise ConflictError(_why_not(row))
    refuse(policy.missing_for_publication(values_of(session, row)))
    move(session, row, Action.SUBMIT)


def withdraw_from_review(session: Session, opportunity_id: int) -> None:
    """Take an opportunity back before the municipality has looked at it; errors as in ``confirm``."""
    _do(session, opportunity_id, Action.WITHDRAW)


def pause(session: Session, opportunity_id: int) -> None:
    """Take an opportunity from the public for a while; errors as in ``confirm``."""
    _do(session, opportunity_id, Action.PAUSE)


def confirm(session: Session, opportunity_id: int) -> None:
    """Stand by a published opportunity, so that it stays for another while.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its state rules this out.
    """
    row = locked(session, opportunity_id)
    _stand_by(session, row)
    move(session, row, Action.CONFIRM)


def discard_edit(session: Session, opportunity_id: int) -> None:
    """Throw away the changes that visitors do not see yet; errors as in ``confirm``."""
    row = locked(session, opportunity_id)
    edit = edit_of(session, row)
    if edit is None:
        raise ConflictError(gettext("The offer has changed in the meantime. Please look at it again."))
    discard(session, row, edit)


def close(session: Session, opportunity_id: int) -> None:
    """End an opportunity; errors as in ``confirm``."""
    _do(session, opportunity_id, Action.CLOSE)


def archive(session: Session, opportunity_id: int) -> None:
    """Put an opportunity out of the way; errors as in ``confirm``."""
    _do(session, opportunity_id, Action.ARCHIVE)


def restore(session: Session, opportunity_id: int) -> None:
    """Bring an archived opportunity back as a draft; errors as in ``confirm``."""
    _do(session, opportunity_id, Action.RESTORE)


DOINGS: dict[Action, Callable[[Session, int], object]] = {
    Action.PUBLISH: publish,
    Action.SUBMIT: submit_for_review,
    Action.WITHDRAW: withdraw_from_review,
    Action.PAUSE: pause,
    Action.REOPEN: reopen,
    Action.CONFIRM: confirm,
    Action.DISCARD: discard_edit,
    Action.CLOSE: close,
    Action.ARCHIVE: archive,
    Action.RESTORE: restore,
}
"""What the members of an organisation can do with its opportunities."""


def close_expired(session: Session) -> int:
    """Close the published opportunities whose time has passed, and return how many these were.

    One whose edit waits for the municipality goes into review instead: perhaps the new date is the point of the edit.
    """
    rows = session.scalars(
        select(Opportunity)
        .options(joinedload(Opportunity.organisation, innerjoin=True))
        .where(Opportunity.state == State.PUBLISHED, Opportunity.expires_at <= now())
        .order_by(Opportunity.id)
        .with_for_update(skip_locked=True, of=Opportunity)
    ).all()
    for row in rows:
        edit = edit_of(session, row)
        move(session, row, Action.RECHECK if edit and edit.waiting_since else Action.CLOSE)
    return len(rows)


def _do(session: Session, opportunity_id: int, action: Action) -> None:
    move(session, locked(session, opportunity_id), action)


def _stand_by(session: Session, row: Opportunity) -> None:
    row.expires_at = policy.expiry(values_of(session, row), now(), own_time_zone(session))


def _why_not(row: Opportunity) -> str:
    if row.organisation.suspended_at:
        return gettext(
            "The municipality has suspended your organisation, so it cannot publish offers for the time being. "
            "Please talk to the municipality."
        )
    if row.organisation.verification is Verification.REJECTED:
        return gettext(
            "The municipality has turned your organisation down, so it cannot publish offers. "
            "Please talk to the municipality."
        )
    if row.state is State.IN_REVIEW:
        return gettext("The municipality is looking at this offer already.")
    return gettext("The offer has changed in the meantime. Please look at it again.")


def _refuse_values(row: Opportunity, values: OpportunityValues) -> None:
    if row.state not in policy.EDITABLE:
        raise ConflictError(gettext("This offer is in the archive. Please bring it back before you change it."))
    refuse(policy.invalid(values, row.state))
    if row.state in policy.SHOWN_OR_ASKED_FOR:
        refuse(policy.missing_for_publication(values, shown_already=row.state is State.PUBLISHED))


def _write(session: Session, row: Opportunity, values: OpportunityValues) -> None:
    before, after = apply_values(session, row, values)
    row.updated_at = now()
    if after:
        record(session, "opportunity.update", "opportunity", row.id, before=before, after=after)


def _refuse_changed(updated_at: datetime, seen: datetime | None) -> None:
    if seen is not None and updated_at != seen:
        raise ConflictError(gettext("Somebody else has changed this offer in the meantime."))
