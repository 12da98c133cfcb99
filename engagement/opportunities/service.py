"""Making and changing opportunities, and leading them through their life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session, joinedload

from engagement.kernel.audit import changes, record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.slugs import slugify
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.opportunities import policy
from engagement.opportunities.kinds import State
from engagement.opportunities.mails import OpportunityReleased, OpportunitySentBack
from engagement.opportunities.models import Opportunity, opportunity_category, opportunity_target_group
from engagement.opportunities.policy import Action, Missing
from engagement.opportunities.publication import write_catalogue
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.values import OpportunityValues
from engagement.organisations.kinds import Verification
from engagement.organisations.queries import members_of
from engagement.tenancy.models import Tenant

__all__ = [
    "OpportunityValues",
    "archive",
    "close",
    "close_expired",
    "confirm",
    "create_opportunity",
    "pause",
    "publish",
    "reopen",
    "restore",
    "send_back",
    "submit_for_review",
    "update_opportunity",
    "withdraw_from_review",
]


def create_opportunity(  # noqa: PLR0913 - imports say where a record comes from and when it was made there
    session: Session,
    organisation_id: int,
    values: OpportunityValues,
    *,
    source: str = "",
    external_id: str | None = None,
    source_digest: str = "",
    created_at: datetime | None = None,
    edited_at: datetime | None = None,
) -> int:
    """Make a draft and return its id.

    Args:
        session: open for the tenant.
        organisation_id: who posts it.
        values: what describes it.
        source: name of the import it comes from.
        external_id: its id there.
        source_digest: of its content there.
        created_at: when it was made there; now if None.
        edited_at: when it was changed there last; ``created_at`` if None.

    Raises:
        InvalidInputError: values that cannot be kept.
    """
    _refuse(policy.invalid(values, State.DRAFT))
    made = created_at or now()
    row = Opportunity(
        **values.columns(),
        organisation_id=organisation_id,
        slug=slugify(values.title),
        source=source,
        external_id=external_id,
        source_digest=source_digest,
        created_at=made,
        updated_at=edited_at or made,
    )
    session.add(row)
    session.flush()
    _link(session, row.id, values)
    record(session, "opportunity.create", "opportunity", row.id, after={"title": row.title, "source": source})
    return row.id


def update_opportunity(
    session: Session,
    opportunity_id: int,
    values: OpportunityValues,
    *,
    seen: datetime | None = None,
    source_digest: str | None = None,
    edited_at: datetime | None = None,
) -> None:
    """Describe an opportunity anew; saving one that visitors see stands by it, so it stays for another while.

    Args:
        session: open for the tenant.
        opportunity_id: which one.
        values: what describes it now; all fields, not only changed ones.
        seen: the ``updated_at`` that the person had before them; not checked if None.
        source_digest: of its content in the import; unchanged if None. An import need not give a complete one.
        edited_at: when it was changed at the source; now if None.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: somebody else changed it since, or it is archived.
        InvalidInputError: values that cannot be kept, or something is missing in one that visitors see.
    """
    row = _opportunity(session, opportunity_id)
    _refuse_changed(row, seen)
    if row.state not in policy.EDITABLE:
        raise ConflictError(gettext("This offer is in the archive. Please bring it back before you change it."))
    _refuse(policy.invalid(values, row.state))
    if row.state in policy.SHOWN_OR_ASKED_FOR and source_digest is None:
        _refuse(policy.missing_for_publication(values, shown_already=row.state is State.PUBLISHED))
    before, after = _apply(session, row, values)
    row.slug, row.updated_at = slugify(values.title), edited_at or now()
    row.source_digest = row.source_digest if source_digest is None else source_digest
    if row.state is State.PUBLISHED:
        row.expires_at = policy.expiry(values, now(), _zone(session))
    if after:
        record(session, "opportunity.update", "opportunity", row.id, before=before, after=after)
    write_catalogue(session, row.id)


def publish(
    session: Session,
    opportunity_id: int,
    *,
    by_moderator: bool = False,
    complete: bool = True,
    published_at: datetime | None = None,
    post: Postbox | None = None,
) -> State:
    """Let everybody see an opportunity, or hand it to the municipality if its organisation is not verified yet.

    Args:
        session: open for the tenant.
        opportunity_id: which one, in any state from which it can be published (again).
        by_moderator: the municipality itself publishes it.
        complete: refuse what lacks something; imports bring what was published elsewhere as it is.
        published_at: since when it is published; now if None.
        post: where the members are told that the municipality published it; nobody is told without.

    Returns:
        The state it is in now: published or in review.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its organisation was rejected or suspended, or its state rules this out.
        InvalidInputError: something is missing.
    """
    row = _opportunity(session, opportunity_id)
    suspended = row.organisation.suspended_at is not None
    action = policy.publishing_action(
        row.state, row.organisation.verification, by_moderator=by_moderator, suspended=suspended
    )
    if action is None:
        raise ConflictError(_why_not(row))
    if complete:
        _refuse(policy.missing_for_publication(_values(session, row)))
    if action is not Action.SUBMIT:
        row.published_at = published_at or now()
        row.expires_at = policy.expiry(_values(session, row), now(), _zone(session))
    _move(session, row, action)
    if post and by_moderator:
        visible = row.organisation.verification is Verification.VERIFIED
        message = OpportunityReleased(row.id, row.organisation_id, row.title, visible)
        _tell_members(session, post, row.organisation_id, message)
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
    row = _opportunity(session, opportunity_id)
    if row.organisation.suspended_at or row.organisation.verification in policy.SILENCED:
        raise ConflictError(_why_not(row))
    _refuse(policy.missing_for_publication(_values(session, row)))
    _move(session, row, Action.SUBMIT)


def send_back(session: Session, opportunity_id: int, note: str, *, post: Postbox | None = None) -> None:
    """Give an opportunity in review back to its organisation.

    Args:
        session: open for the tenant.
        opportunity_id: which one.
        note: what should change, in words for the members.
        post: where the members are told; nobody is told without.

    Raises:
        NotFoundError: there is no such opportunity.
        ConflictError: its state rules this out.
    """
    row = _opportunity(session, opportunity_id)
    _move(session, row, Action.SEND_BACK, note=note.strip())
    if post:
        message = OpportunitySentBack(row.id, row.organisation_id, row.title, row.review_note)
        _tell_members(session, post, row.organisation_id, message)


def withdraw_from_review(session: Session, opportunity_id: int) -> None:
    """Take an opportunity back before the municipality has looked at it; errors as in ``send_back``."""
    _do(session, opportunity_id, Action.WITHDRAW)


def pause(session: Session, opportunity_id: int) -> None:
    """Take an opportunity from the public for a while; errors as in ``send_back``."""
    _do(session, opportunity_id, Action.PAUSE)


def confirm(session: Session, opportunity_id: int) -> None:
    """Stand by a published opportunity, so that it stays for another while; errors as in ``send_back``."""
    row = _opportunity(session, opportunity_id)
    row.expires_at = policy.expiry(_values(session, row), now(), _zone(session))
    _move(session, row, Action.CONFIRM)


def close(session: Session, opportunity_id: int) -> None:
    """End an opportunity; errors as in ``send_back``."""
    _do(session, opportunity_id, Action.CLOSE)


def archive(session: Session, opportunity_id: int) -> None:
    """Put an opportunity out of the way; errors as in ``send_back``."""
    _do(session, opportunity_id, Action.ARCHIVE)


def restore(session: Session, opportunity_id: int) -> None:
    """Bring an archived opportunity back as a draft; errors as in ``send_back``."""
    _do(session, opportunity_id, Action.RESTORE)


DOINGS: dict[Action, Callable[[Session, int], object]] = {
    Action.PUBLISH: publish,
    Action.SUBMIT: submit_for_review,
    Action.WITHDRAW: withdraw_from_review,
    Action.PAUSE: pause,
    Action.REOPEN: reopen,
    Action.CONFIRM: confirm,
    Action.CLOSE: close,
    Action.ARCHIVE: archive,
    Action.RESTORE: restore,
}
"""What the members of an organisation can do with its opportunities."""


def close_expired(session: Session) -> int:
    """Close the published opportunities whose time has passed, and return how many these were."""
    rows = session.scalars(
        select(Opportunity)
        .where(Opportunity.state == State.PUBLISHED, Opportunity.expires_at <= now())
        .order_by(Opportunity.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _move(session, row, Action.CLOSE)
    return len(rows)


def _do(session: Session, opportunity_id: int, action: Action) -> None:
    _move(session, _opportunity(session, opportunity_id), action)


def _move(session: Session, row: Opportunity, action: Action, *, note: str = "") -> None:
    """Go to the state where ``action`` leads; a note of the municipality lasts until the next step."""
    state = policy.target(row.state, action)
    if state is None:
        raise ConflictError(gettext("The offer has changed in the meantime. Please look at it again."))
    before = {"state": row.state, "review_note": row.review_note}
    row.state, row.review_note = state, note
    if action is not Action.CLOSE:
        row.updated_at = now()
    before, after = changes(before, {"state": row.state, "review_note": row.review_note})
    record(session, f"opportunity.{action}", "opportunity", row.id, before=before, after=after)
    write_catalogue(session, row.id)


def _tell_members(session: Session, post: Postbox, organisation_id: int, message: Message) -> None:
    for member in members_of(session, organisation_id):
        queue_mail(session, post, message, Recipient(member.name, member.email, member.language))


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


def _opportunity(session: Session, opportunity_id: int) -> Opportunity:
    found = session.scalar(
        select(Opportunity)
        .options(joinedload(Opportunity.organisation, innerjoin=True))
        .where(Opportunity.id == opportunity_id)
        .with_for_update(of=Opportunity)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError
    return found


def _values(session: Session, row: Opportunity) -> OpportunityValues:
    session.flush()
    info = find_opportunity(session, row.id)
    if info is None:
        raise NotFoundError
    return info.values()


def _apply(session: Session, row: Opportunity, values: OpportunityValues) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write ``values`` into the row and its links; return what changed, before and after."""
    known = _values(session, row)
    columns = values.columns()
    was = {**known.columns(), "category_ids": set(known.category_ids), "target_group_ids": set(known.target_group_ids)}
    becomes = {**columns, "category_ids": set(values.category_ids), "target_group_ids": set(values.target_group_ids)}
    for name, value in columns.items():
        setattr(row, name, value)
    _link(session, row.id, values)
    return changes(was, becomes)


def _link(session: Session, opportunity_id: int, values: OpportunityValues) -> None:
    session.flush()
    for table, column, ids in (
        (opportunity_category, "category_id", values.category_ids),
        (opportunity_target_group, "target_group_id", values.target_group_ids),
    ):
        _replace(session, table, column, opportunity_id, ids)


def _replace(session: Session, table: Table, column: str, opportunity_id: int, ids: tuple[int, ...]) -> None:
    key = {"tenant_id": tenant_of(session), "opportunity_id": opportunity_id}
    session.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
    if ids:
        session.execute(table.insert(), [{**key, column: word} for word in dict.fromkeys(ids)])


def _refuse(missing: list[Missing]) -> None:
    if missing:
        raise InvalidInputError({problem.field: str(problem.message) for problem in missing})


def _refuse_changed(row: Opportunity, seen: datetime | None) -> None:
    if seen is not None and row.updated_at != seen:
        raise ConflictError(gettext("Somebody else has changed this offer in the meantime."))


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(session.scalar(select(Tenant.time_zone).where(Tenant.id == tenant_of(session))) or "UTC")
