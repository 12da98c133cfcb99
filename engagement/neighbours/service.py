"""Agreeing to share with a neighbour, and refusing to. Each town writes its own word and no other's.

The other town learns of it by mail, which a job writes in that town's own scope: nobody here can see whom it goes to.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.accounts.queries import staff_who_may
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.kernel.errors import ConflictError, NotFoundError
from engagement.kernel.i18n import gettext
from engagement.kernel.permissions import Permission
from engagement.kernel.queue import defer
from engagement.mail.message import Recipient
from engagement.mail.service import Postbox, queue_mail
from engagement.neighbours.mails import message_for
from engagement.neighbours.models import NeighbourConsent
from engagement.neighbours.policy import AGREEABLE, REFUSABLE, Relation
from engagement.neighbours.queries import find_town, neighbours, relation_to

TELL = "neighbours.tell"
LONGEST_NOTE = 1000


def agree(session: Session, town_slug: str, note: str = "") -> Relation:
    """Agree to share with another town: ask it to, or say yes if it has asked already.

    Args:
        session: open for the tenant that agrees.
        town_slug: the other town.
        note: a word for its staff.

    Returns:
        How the two stand to each other now.

    Raises:
        NotFoundError: there is no such other town.
        ConflictError: this town has agreed already.
    """
    town_id = _town_id(session, town_slug)
    row = _own_row(session, town_id)
    if relation_to(session, town_id) not in AGREEABLE:
        raise ConflictError(gettext("You have agreed to this already."))
    row.agreed_at, row.note = now(), note.strip()
    return _say(session, row, "neighbour.agree")


def refuse(session: Session, town_slug: str) -> Relation:
    """Decline the other town's request, withdraw one's own, or end what was agreed; it takes effect at once.

    Raises:
        NotFoundError: there is no such other town.
        ConflictError: there is nothing to refuse.
    """
    town_id = _town_id(session, town_slug)
    row = _own_row(session, town_id)
    if relation_to(session, town_id) not in REFUSABLE:
        raise ConflictError(gettext("There is nothing to end here any more."))
    row.agreed_at, row.refused_at, row.note = None, now(), ""
    return _say(session, row, "neighbour.refuse")


def tell(session: Session, post: Postbox, consent_id: int) -> int:
    """Write to those who decide in the session's town what another one has said; return to how many.

    What is told is how things stand when this runs, not when the job was queued.

    Args:
        session: open for the town that is told.
        post: of the same town.
        consent_id: of the other town's word.
    """
    speaker = session.scalar(
        select(NeighbourConsent.tenant_id).where(
            NeighbourConsent.id == consent_id, NeighbourConsent.neighbour_id == tenant_of(session)
        )
    )
    found = next((one for one in neighbours(session) if one.town.id == speaker), None)
    message = message_for(found) if found else None
    if message is None:
        return 0
    people = staff_who_may(session, Permission.TENANT_NEIGHBOUR_MANAGE)
    for person in people:
        queue_mail(session, post, message, Recipient(person.name, person.email, person.language))
    return len(people)


def _say(session: Session, row: NeighbourConsent, action: str) -> Relation:
    session.flush()
    stands = relation_to(session, row.neighbour_id)
    record(session, action, "tenant", row.neighbour_id, after={"relation": stands, "note": row.note})
    defer(session, TELL, row.id, tenant_id=row.neighbour_id)
    return stands


def _own_row(session: Session, town_id: int) -> NeighbourConsent:
    """Return the session's town's own word about another town under lock, a new silent one if there is none."""
    here = tenant_of(session)
    row = session.scalar(
        select(NeighbourConsent)
        .where(NeighbourConsent.tenant_id == here, NeighbourConsent.neighbour_id == town_id)
        .with_for_update()
    )
    if row is None:
        row = NeighbourConsent(neighbour_id=town_id, note="")
        session.add(row)
        session.flush()
    return row


def _town_id(session: Session, slug: str) -> int:
    town = find_town(session, slug)
    if town is None:
        raise NotFoundError
    return town.id
