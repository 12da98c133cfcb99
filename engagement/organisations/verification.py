"""What staff look at before they verify an organisation, and what they note for each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.audit import HIDDEN, record
from engagement.kernel.clock import now
from engagement.organisations.kinds import Check
from engagement.organisations.models import Organisation, OrganisationCheck
from engagement.organisations.service import locked_organisation

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Checked:
    """Who looked at something and when; ``by`` is "" once the person's account is gone."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Review:
    """What has been looked at, and the municipality's own note, which the organisation never sees."""

    checks: dict[Check, Checked]
    note: str


def review_of(session: Session, organisation_id: int) -> Review:
    """Return what has been looked at so far."""
    rows = session.execute(
        select(Organisation.internal_note, OrganisationCheck.item, OrganisationCheck.checked_at, Account.name)
        .outerjoin(
            OrganisationCheck,
            (OrganisationCheck.tenant_id == Organisation.tenant_id)
            & (OrganisationCheck.organisation_id == Organisation.id),
        )
        .outerjoin(
            Account,
            (Account.tenant_id == OrganisationCheck.tenant_id) & (Account.id == OrganisationCheck.account_id),
        )
        .where(Organisation.id == organisation_id)
    ).all()
    checks = {row.item: Checked(row.name or "", row.checked_at) for row in rows if row.item}
    return Review(checks, rows[0].internal_note if rows else "")


def keep_review(
    session: Session, organisation_id: int, checks: Collection[Check], note: str, *, account_id: int | None
) -> None:
    """Note what has been looked at; what was ticked before keeps its person and time.

    Args:
        session: open for the tenant.
        organisation_id: which one.
        checks: everything that is ticked now.
        note: for the colleagues.
        account_id: who ticked it; None for an operator, who has no account.

    Raises:
        NotFoundError: there is no such organisation.
    """
    organisation = locked_organisation(session, organisation_id)
    before = review_of(session, organisation_id)
    gone, fresh = set(before.checks) - set(checks), set(checks) - set(before.checks)
    session.execute(
        delete(OrganisationCheck).where(
            OrganisationCheck.organisation_id == organisation_id, OrganisationCheck.item.in_(gone)
        )
    )
    moment = now()
    for item in sorted(fresh):
        session.add(
            OrganisationCheck(organisation_id=organisation_id, item=item, account_id=account_id, checked_at=moment)
        )
    organisation.internal_note = note.strip()
    session.flush()
    if gone or fresh or note.strip() != before.note:
        _record(session, organisation_id, before, Review({item: Checked("", moment) for item in checks}, note.strip()))


def _record(session: Session, organisation_id: int, before: Review, after: Review) -> None:
    """The note may speak of people, so the trail only says that it changed."""
    note: dict[str, object] = {"internal_note": HIDDEN} if before.note != after.note else {}
    was: dict[str, object] = {"checks": set(before.checks), **note}
    becomes: dict[str, object] = {"checks": set(after.checks), **note}
    record(session, "organisation.check", "organisation", organisation_id, before=was, after=becomes)
