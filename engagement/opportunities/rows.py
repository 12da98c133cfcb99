"""What every change of an opportunity needs: its row locked, its content written, its rules asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session, joinedload

from engagement.kernel.audit import changes
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.slugs import slugify
from engagement.mail.message import Message, Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.opportunities.models import Opportunity, opportunity_category, opportunity_target_group
from engagement.opportunities.policy import Look, Missing
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.values import UNORDERED, OpportunityValues
from engagement.organisations.queries import members_of
from engagement.tenancy.queries import own_settings


def locked(session: Session, opportunity_id: int) -> Opportunity:
    """Return the row with its organisation; nobody else can change it until the transaction ends.

    Raises:
        NotFoundError: there is no such opportunity.
    """
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


def refuse_unseen(row: Opportunity, revision: int | None) -> None:
    """Let nobody decide on what they have not seen.

    Args:
        row: as it is.
        revision: what the person had before them; not checked if None.

    Raises:
        ConflictError: it has changed since.
    """
    if revision is not None and row.revision != revision:
        raise ConflictError(gettext("The offer has changed since you opened it. Please look at it again."))


def values_of(session: Session, row: Opportunity) -> OpportunityValues:
    """Return what describes the opportunity now.

    Raises:
        NotFoundError: it is gone.
    """
    session.flush()
    info = find_opportunity(session, row.id)
    if info is None:
        raise NotFoundError
    return info.values()


def differences(known: OpportunityValues, values: OpportunityValues) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns and links that differ, as they were and as they become."""
    return changes(_comparable(known), _comparable(values))


def apply_values(
    session: Session, row: Opportunity, values: OpportunityValues
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write ``values`` into the row and its links; return what changed, before and after.

    Content that differs has not been approved by anybody.
    """
    before, after = differences(values_of(session, row), values)
    for name, value in values.columns().items():
        setattr(row, name, value)
    row.slug = slugify(values.title)
    link_words(session, row.id, values)
    if after:
        row.revision += 1
        row.looked_at = None
    return before, after


def link_words(session: Session, opportunity_id: int, values: OpportunityValues) -> None:
    """Tie an opportunity to the words of the tenant's vocabulary that describe it."""
    session.flush()
    for table, column, ids in (
        (opportunity_category, "category_id", values.category_ids),
        (opportunity_target_group, "target_group_id", values.target_group_ids),
    ):
        _replace(session, table, column, opportunity_id, ids)


def refuse(missing: list[Missing]) -> None:
    """Raise an ``InvalidInputError`` that names everything in ``missing``, if there is anything."""
    if missing:
        raise InvalidInputError({problem.field: str(problem.message) for problem in missing})


def look_of(session: Session, row: Opportunity) -> Look:
    """Return what the municipality has to do before everybody sees the opportunity."""
    moderation = own_settings(session).moderation
    return Look(moderation, approved=row.looked_at is not None, demanded=row.needs_look)


def tell_members(session: Session, post: Postbox, organisation_id: int, message: Message) -> None:
    """Mail ``message`` to everybody who acts for the organisation."""
    for member in members_of(session, organisation_id):
        queue_mail(session, post, message, Recipient(member.name, member.email, member.language))


def _comparable(values: OpportunityValues) -> dict[str, Any]:
    return {**values.columns(), **{name: set(getattr(values, name)) for name in UNORDERED}}


def _replace(session: Session, table: Table, column: str, opportunity_id: int, ids: tuple[int, ...]) -> None:
    key = {"tenant_id": tenant_of(session), "opportunity_id": opportunity_id}
    session.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
    if ids:
        session.execute(table.insert(), [{**key, column: word} for word in dict.fromkeys(ids)])
