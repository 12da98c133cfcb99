"""Offers as staff see them: what waits, what nobody has looked at yet, and what has happened to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from engagement.accounts.models import Account, StaffRole
from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.audit import AuditRecord
from engagement.kernel.clock import now
from engagement.moderation.kinds import OPEN, Stand
from engagement.moderation.models import Report
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.organisations.kinds import Verification
from engagement.organisations.models import Organisation

MOST_OF_HISTORY = 40
_EDIT_WAITS = OpportunityEdit.waiting_since.is_not(None)
_HANDED_IN = func.coalesce(OpportunityEdit.waiting_since, Opportunity.handed_in_at, Opportunity.updated_at)
NOT_LOOKED_AT = and_(Opportunity.state == State.PUBLISHED, Opportunity.looked_at.is_(None))


@dataclass(frozen=True)
class OfferLine:
    """An offer as one line of the municipality's list.

    Args:
        title: the newest one, of the edit if there is one.
        edit_waits: the offer is public and a changed version of it waits.
        handed_in_at: since when it waits; when it was changed last if it does not.
        open_reports: how many reports about it wait for a decision.
        revision: what the person who reads the list has seen of it.
    """

    id: int
    title: str
    summary: str
    state: State
    organisation_id: int
    organisation_name: str
    verification: Verification
    edit_waits: bool
    handed_in_at: datetime
    updated_at: datetime
    looked_at: datetime | None
    open_reports: int
    revision: int


@dataclass(frozen=True)
class Event:
    """Something that happened to an offer.

    Args:
        action: as in the audit trail.
        note: what the municipality wrote, if it did.
        name: of whoever did it, "" for the system, guests and accounts that are gone.
        by_staff: it was somebody of the municipality.
    """

    at: datetime
    action: str
    note: str
    name: str
    by_staff: bool


def offers(session: Session, stand: Stand, *, search: str = "", page: int = 1, per_page: int = 25) -> list[OfferLine]:
    """Return offers: those that wait by how long they do, the others by what was changed last.

    Args:
        session: open for the tenant.
        stand: which part of the list.
        search: part of a title or of an organisation's name.
        page: which slice, the first is 1.
        per_page: length of a slice.
    """
    first = _HANDED_IN if stand is Stand.WAITING else Opportunity.updated_at.desc()
    statement = _joined(select(*_columns())).where(_stands(stand), _matches(search)).order_by(first, Opportunity.id)
    rows = session.execute(statement.limit(per_page).offset((page - 1) * per_page))
    return [OfferLine(**row._asdict()) for row in rows]


def count_offers(session: Session, *, search: str = "") -> dict[Stand, int]:
    """Return how many offers there are in each part of the list, in one statement."""
    counts = [func.count().filter(_stands(stand)).label(stand.value) for stand in Stand]
    row = session.execute(_joined(select(*counts).select_from(Opportunity)).where(_matches(search))).one()
    return {stand: getattr(row, stand.value) for stand in Stand}


def handed_in_between(session: Session, since: datetime, until: datetime) -> list[OfferLine]:
    """Return what still waits and was handed in after ``since`` and not after ``until``, the oldest first."""
    statement = _joined(select(*_columns())).where(_stands(Stand.WAITING), since < _HANDED_IN, until >= _HANDED_IN)
    rows = session.execute(statement.order_by(_HANDED_IN, Opportunity.id))
    return [OfferLine(**row._asdict()) for row in rows]


def history_of(session: Session, opportunity_id: int) -> list[Event]:
    """Return what happened to an offer, the newest first, at most 40 steps back."""
    note = func.coalesce(AuditRecord.after["review_note"].astext, AuditRecord.after["note"].astext, "")
    rows = session.execute(
        select(
            AuditRecord.at,
            AuditRecord.action,
            note.label("note"),
            func.coalesce(Account.name, "").label("name"),
            StaffRole.role.is_not(None).label("by_staff"),
        )
        .outerjoin(Account, (Account.tenant_id == AuditRecord.tenant_id) & (Account.id == AuditRecord.actor_account_id))
        .outerjoin(StaffRole, (StaffRole.tenant_id == Account.tenant_id) & (StaffRole.account_id == Account.id))
        .where(AuditRecord.subject_kind == "opportunity", AuditRecord.subject_id == opportunity_id)
        .order_by(AuditRecord.id.desc())
        .limit(MOST_OF_HISTORY)
    )
    return [Event(**row._asdict()) for row in rows]


def _columns() -> tuple[Any, ...]:
    open_reports = (
        select(func.count())
        .select_from(Report)
        .where(
            Report.tenant_id == Opportunity.tenant_id, Report.opportunity_id == Opportunity.id, Report.state.in_(OPEN)
        )
        .scalar_subquery()
    )
    said = {name: func.coalesce(OpportunityEdit.content[name].astext, column) for name, column in _NEWEST.items()}
    return (
        *(column.label(name) for name, column in said.items()),
        Opportunity.id, Opportunity.state, Opportunity.organisation_id, Opportunity.updated_at, Opportunity.looked_at,
        Opportunity.revision,
        Organisation.name.label("organisation_name"),
        Organisation.verification,
        _EDIT_WAITS.label("edit_waits"),
        _HANDED_IN.label("handed_in_at"),
        open_reports.label("open_reports"),
    )  # fmt: skip


_NEWEST: dict[str, Any] = {"title": Opportunity.title, "summary": Opportunity.summary}


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.join(
        Organisation,
        (Organisation.tenant_id == Opportunity.tenant_id) & (Organisation.id == Opportunity.organisation_id),
    ).outerjoin(
        OpportunityEdit,
        (OpportunityEdit.tenant_id == Opportunity.tenant_id) & (OpportunityEdit.opportunity_id == Opportunity.id),
    )


def _stands(stand: Stand) -> ColumnElement[bool]:
    if stand is Stand.WAITING:
        return or_(Opportunity.state == State.IN_REVIEW, _EDIT_WAITS)
    if stand is Stand.NOT_LOOKED_AT:
        return NOT_LOOKED_AT
    if stand is Stand.PUBLIC:
        shown = (CatalogueEntry.tenant_id == Opportunity.tenant_id) & (CatalogueEntry.opportunity_id == Opportunity.id)
        return exists().where(shown, is_live(now()))
    if stand is Stand.SENT_BACK:
        return or_(Opportunity.review_note != "", OpportunityEdit.note != "")
    return true()


def _matches(search: str) -> ColumnElement[bool]:
    words = search.strip()
    if not words:
        return true()
    parts = (Opportunity.title, Organisation.name, OpportunityEdit.content["title"].astext)
    return or_(*(part.icontains(words, autoescape=True) for part in parts))
