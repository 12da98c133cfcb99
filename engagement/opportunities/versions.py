"""Approved versions of an opportunity: what staff saw when they let it out, so that the next look shows what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.orm import Session, aliased

from engagement.accounts.models import Account
from engagement.kernel.audit import actor_of
from engagement.kernel.clock import now
from engagement.opportunities.content import as_json, from_json
from engagement.opportunities.models import Opportunity, OpportunityVersion
from engagement.opportunities.rows import values_of
from engagement.opportunities.values import OpportunityValues

MOST_KEPT = 10
"""Of one opportunity. Only the newest is compared with; the others answer "what did it say last month"."""
KEPT = timedelta(days=365)
"""Older ones name contact persons who may long be gone (storage limitation, Art. 5 (1) (e) GDPR); the newest stays."""


@dataclass(frozen=True)
class VersionInfo:
    """An approved version; ``approved_by`` is empty if the account is gone."""

    values: OpportunityValues
    kept_at: datetime
    approved_by: str


def note_look(session: Session, row: Opportunity) -> None:
    """Note that the municipality has approved the present content, and keep it for comparison."""
    row.looked_at, row.needs_look = now(), False
    version = OpportunityVersion(
        opportunity_id=row.id,
        content=as_json(values_of(session, row)),
        account_id=actor_of(session).account_id,
        kept_at=now(),
    )
    session.add(version)
    session.flush()
    of_row = OpportunityVersion.opportunity_id == row.id
    newest = select(OpportunityVersion.id).where(of_row).order_by(OpportunityVersion.id.desc()).limit(MOST_KEPT)
    session.execute(delete(OpportunityVersion).where(of_row, OpportunityVersion.id.not_in(newest)))


def last_approved(session: Session, opportunity_id: int) -> VersionInfo | None:
    """Return the version that was approved last, None if none was."""
    found = session.execute(
        select(OpportunityVersion, Account.name)
        .outerjoin(
            Account,
            and_(Account.tenant_id == OpportunityVersion.tenant_id, Account.id == OpportunityVersion.account_id),
        )
        .where(OpportunityVersion.opportunity_id == opportunity_id)
        .order_by(OpportunityVersion.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    version, name = found
    return VersionInfo(from_json(version.content), version.kept_at, name or "")


def forget_old_versions(session: Session) -> int:
    """Delete the versions that are older than a year and not the newest of their opportunity; return how many."""
    newer = aliased(OpportunityVersion)
    replaced = exists().where(
        newer.tenant_id == OpportunityVersion.tenant_id,
        newer.opportunity_id == OpportunityVersion.opportunity_id,
        newer.id > OpportunityVersion.id,
    )
    gone = session.scalars(
        delete(OpportunityVersion)
        .where(OpportunityVersion.kept_at < now() - KEPT, replaced)
        .returning(OpportunityVersion.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)
