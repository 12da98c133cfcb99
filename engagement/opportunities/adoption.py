"""Offers change hands when two entries of the same organisation are merged."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import write_catalogue_of


def adopt_offers(session: Session, survivor_id: int, absorbed_id: int) -> int:
    """Move all offers of one organisation to another, their applications with them, and return how many these were.

    The catalogue is rewritten, so that visitors find them under the organisation that stays.
    """
    moving = session.scalars(select(Opportunity.id).where(Opportunity.organisation_id == absorbed_id)).all()
    session.execute(
        update(Opportunity).where(Opportunity.id.in_(moving)).values(organisation_id=survivor_id),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    write_catalogue_of(session, moving)
    for opportunity_id in moving:
        before, after = {"organisation_id": absorbed_id}, {"organisation_id": survivor_id}
        record(session, "opportunity.move", "opportunity", opportunity_id, before=before, after=after)
    return len(moving)
