"""Reading reports, as plain values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from engagement.accounts.models import Account
from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.counting import counts_of
from engagement.moderation.kinds import OPEN, ReportReason, ReportState
from engagement.moderation.models import Report
from engagement.opportunities.kinds import State
from engagement.opportunities.models import Opportunity
from engagement.organisations.models import Organisation

MOST_OF_ONE_OFFER = 50


@dataclass(frozen=True)
class ReportInfo:
    """A report with the offer that it is about.

    Args:
        assigned_to: name of whoever looks after it, "" if nobody does.
        closed_by: name of whoever decided, "" if the account is gone.
        is_public: visitors see the offer.
        forgotten_at: since when its words and its author are gone.
    """

    id: int
    opportunity_id: int
    title: str
    slug: str
    offer_state: State
    is_public: bool
    organisation_id: int
    organisation_name: str
    reason: ReportReason
    text: str
    name: str
    email: str
    state: ReportState
    assigned_to_id: int | None
    assigned_to: str
    note: str
    answer: str
    closed_by: str
    created_at: datetime
    closed_at: datetime | None
    forgotten_at: datetime | None
    version: int

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for a decision."""
        return self.state in OPEN

    @property
    def is_urgent(self) -> bool:
        """Tell whether it should not wait."""
        return self.is_open and self.reason is ReportReason.UNLAWFUL


@dataclass(frozen=True)
class ReportGroup:
    """What was reported about one offer; there is at least one report."""

    reports: tuple[ReportInfo, ...]

    @property
    def first(self) -> ReportInfo:
        """Return the oldest one, which knows the offer as well as the others."""
        return self.reports[0]

    @property
    def is_urgent(self) -> bool:
        """Tell whether one of them should not wait."""
        return any(report.is_urgent for report in self.reports)


def find_report(session: Session, report_id: int) -> ReportInfo | None:
    """Return the report with this id."""
    row = session.execute(_reports().where(Report.id == report_id)).one_or_none()
    return _info(row) if row else None


def reports_about(session: Session, opportunity_id: int) -> list[ReportInfo]:
    """Return what was reported about an offer, open reports first, then the newest; at most 50."""
    order = (Report.state.in_(OPEN).desc(), Report.id.desc())
    statement = _reports().where(Report.opportunity_id == opportunity_id).order_by(*order).limit(MOST_OF_ONE_OFFER)
    return [_info(row) for row in session.execute(statement)]


def report_groups(
    session: Session, states: Collection[ReportState], *, page: int = 1, per_page: int = 20
) -> list[ReportGroup]:
    """Return the reports in these states, those about one offer together.

    Urgent ones come first, then the longest waiting; among closed ones the newest.

    Args:
        session: open for the tenant.
        states: which ones.
        page: which slice of the offers, the first is 1.
        per_page: length of a slice.
    """
    chosen = Report.state.in_(states)
    urgent = func.max(case((Report.reason == ReportReason.UNLAWFUL, 1), else_=0))
    order = (
        (urgent.desc(), func.min(Report.created_at)) if set(states) <= OPEN else (func.max(Report.created_at).desc(),)
    )
    slice_of_offers = session.execute(
        select(Report.opportunity_id, func.array_agg(Report.id).label("report_ids"))
        .where(chosen)
        .group_by(Report.opportunity_id)
        .order_by(*order, Report.opportunity_id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    reports_of: dict[int, list[int]] = {row.opportunity_id: row.report_ids for row in slice_of_offers}
    found: dict[int, list[ReportInfo]] = {number: [] for number in reports_of}
    # picked first: before the first ANALYZE, PostgreSQL would read all reports anew for each offer of the town
    picked = select(Report).where(Report.id.in_(chain.from_iterable(reports_of.values())))
    report = aliased(Report, picked.cte("picked").prefix_with("MATERIALIZED", dialect="postgresql"))
    for row in session.execute(_reports(report).order_by(report.created_at, report.id)):
        found[row.opportunity_id].append(_info(row))
    return [ReportGroup(tuple(reports)) for reports in found.values() if reports]


def count_report_groups(session: Session, states: Collection[ReportState]) -> int:
    """Return how many offers there are in all slices of ``report_groups``."""
    statement = select(func.count(Report.opportunity_id.distinct())).where(Report.state.in_(states))
    return session.scalar(statement) or 0


def count_reports(session: Session) -> dict[ReportState, int]:
    """Return how many reports are in each state."""
    counts = counts_of(session, select(Report.state, func.count()).group_by(Report.state))
    return {state: counts.get(state, 0) for state in ReportState}


def _reports(of: type[Report] = Report) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads reports with all that is shown of them; ``of``: where their rows come from."""
    helper, decider = aliased(Account), aliased(Account)
    is_public = exists().where(
        CatalogueEntry.tenant_id == of.tenant_id,
        CatalogueEntry.opportunity_id == of.opportunity_id,
        CatalogueEntry.closed_at.is_(None),
    )
    own = (
        of.id, of.opportunity_id, of.reason, of.text, of.name, of.email, of.state,
        of.assigned_to_id, of.note, of.answer, of.created_at, of.closed_at, of.forgotten_at,
        of.version,
    )  # fmt: skip
    return (
        select(
            *own,
            Opportunity.title,
            Opportunity.slug,
            Opportunity.state.label("offer_state"),
            Opportunity.organisation_id,
            is_public.label("is_public"),
            Organisation.name.label("organisation_name"),
            func.coalesce(helper.name, "").label("assigned_to"),
            func.coalesce(decider.name, "").label("closed_by"),
        )
        .join(Opportunity, (Opportunity.tenant_id == of.tenant_id) & (Opportunity.id == of.opportunity_id))
        .join(
            Organisation,
            (Organisation.tenant_id == Opportunity.tenant_id) & (Organisation.id == Opportunity.organisation_id),
        )
        .outerjoin(helper, (helper.tenant_id == of.tenant_id) & (helper.id == of.assigned_to_id))
        .outerjoin(decider, (decider.tenant_id == of.tenant_id) & (decider.id == of.closed_by_id))
    )


def _info(row: Row[*tuple[Any, ...]]) -> ReportInfo:
    return ReportInfo(**row._asdict())
