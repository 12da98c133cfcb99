"""Offers change hands when two entries of the same organisation are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.opportunities.freinet.columns import digest_after_move
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import write_catalogue_of
from engagement.opportunities.queries import whole


def adopt_offers(session: Session, survivor_id: int, absorbed_id: int) -> int:
    """Move all offers of one organisation to another, their applications with them, and return how many these were.

    The catalogue is rewritten, so that visitors find them under the organisation that stays.
    """
    rows = session.scalars(whole().where(Opportunity.organisation_id == absorbed_id)).all()
    moment, moving = now(), [row.id for row in rows]
    for row in rows:
        if row.source_digest:
            row.source_digest = digest_after_move(row, survivor_id, moment)
        row.organisation_id = survivor_id
    session.flush()
    session.expire_all()
    write_catalogue_of(session, moving)
    for opportunity_id in moving:
        before, after = {"organisation_id": absorbed_id}, {"organisation_id": survivor_id}
        record(session, "opportunity.move", "opportunity", opportunity_id, before=before, after=after)
    return len(moving)
