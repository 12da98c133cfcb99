"""Noticing which offers have become public since the last look, in one statement for a town and its neighbours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, delete, exists, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engagement.alerts.models import NoticedOffer
from engagement.catalogue.entries import has_room, is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.neighbours.queries import Town, agreed_towns
from engagement.tenancy.queries import own_settings
from engagement.tenancy.settings import Module

ITSELF = 0
"""In place of an opportunity: that the town has been looked at, be it that there was nothing."""
LOCK = 0x5EA2C4
KEPT_AFTER_THE_END = timedelta(days=400)
_SAME = (CatalogueEntry.tenant_id == NoticedOffer.town_id) & (
    CatalogueEntry.opportunity_id == NoticedOffer.opportunity_id
)


def towns_of(session: Session) -> list[Town]:
    """Return the neighbouring towns whose offers may be told of now."""
    return agreed_towns(session) if own_settings(session).has(Module.NEIGHBOURS) else []


def notice(session: Session) -> datetime:
    """Write down the offers that are public now and were not known, or have been published anew.

    One notice in a town waits for another, and its moment is taken after the wait: whoever has looked until that moment
    has seen all that is noticed up to it, and nothing is noticed for an earlier one later.

    Of a town that was not looked at before everything counts as known since it was published.
    """
    here = tenant_of(session)
    session.execute(text("SELECT pg_advisory_xact_lock(:lock, :tenant)"), {"lock": LOCK, "tenant": here})
    moment = now()
    towns = [here, *(town.id for town in towns_of(session))]
    statement = insert(NoticedOffer).from_select(
        ["tenant_id", "town_id", "opportunity_id", "published_at", "noticed_at"],
        _public(session, here, towns, moment),
    )
    fresh = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[NoticedOffer.tenant_id, NoticedOffer.town_id, NoticedOffer.opportunity_id],
            set_={"published_at": fresh.published_at, "noticed_at": fresh.noticed_at},
        )
    )
    _mark(session, towns, moment)
    return moment


def noticed_between(
    session: Session, since: datetime, until: datetime, towns: Collection[int]
) -> dict[tuple[int, int], datetime]:
    """Return what became known after ``since`` and up to ``until``, as town and opportunity, each with its moment.

    What has been closed since is no news, nor what is full: a waiting list is nothing to call people to.
    """
    rows = session.execute(
        select(NoticedOffer.town_id, NoticedOffer.opportunity_id, NoticedOffer.noticed_at)
        .join(CatalogueEntry, _SAME)
        .where(
            NoticedOffer.noticed_at > since,
            NoticedOffer.noticed_at <= until,
            NoticedOffer.town_id.in_(towns),
            is_live(now()),
            has_room(),
        )
    )
    return {(row.town_id, row.opportunity_id): row.noticed_at for row in rows}


def forget_notices(session: Session) -> int:
    """Delete what is known of offers that left the catalogue more than a year ago, and return how many there were.

    Until then one that comes back without being published anew is not told of as new.
    """
    gone = session.execute(
        delete(NoticedOffer)
        .where(
            NoticedOffer.noticed_at < now() - KEPT_AFTER_THE_END,
            NoticedOffer.opportunity_id != ITSELF,
            ~exists().where(_SAME),
        )
        .returning(NoticedOffer.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def _public(session: Session, here: int, towns: Collection[int], moment: datetime) -> Select[*tuple[Any, ...]]:
    """Return what is public and not known as it is: rows that need no change are not even locked."""
    entry = CatalogueEntry
    is_known = exists().where(
        _SAME, NoticedOffer.tenant_id == here, NoticedOffer.published_at >= CatalogueEntry.published_at
    )
    known = session.scalars(select(NoticedOffer.town_id).where(NoticedOffer.opportunity_id == ITSELF)).all()
    since = case((entry.tenant_id.in_(known), literal(moment)), else_=func.least(entry.published_at, moment))
    return select(literal(here), entry.tenant_id, entry.opportunity_id, entry.published_at, since).where(
        entry.tenant_id.in_(towns), is_live(moment), ~is_known
    )


def _mark(session: Session, towns: Collection[int], moment: datetime) -> None:
    here = tenant_of(session)
    rows = [
        {"tenant_id": here, "town_id": town, "opportunity_id": ITSELF, "published_at": moment, "noticed_at": moment}
        for town in towns
    ]
    session.execute(insert(NoticedOffer).values(rows).on_conflict_do_nothing())
