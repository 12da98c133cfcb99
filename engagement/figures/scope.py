"""What the figures are about: a period, and perhaps one field or one part of town; and the SQL that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    any_,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from engagement.applications.kinds import ApplicationState
from engagement.applications.models import Application, ForgottenApplication
from engagement.applications.traces import asked_at, hours_between, in_vain, month_of
from engagement.catalogue.entries import is_live
from engagement.catalogue.models import CatalogueEntry
from engagement.figures.periods import Period
from engagement.opportunities.models import Opportunity, opportunity_category

HOURS_COUNTED_SINGLY = 14 * 24
A_DAY = 24
Column = InstrumentedAttribute[int] | ColumnElement[int]


@dataclass(frozen=True)
class Scope:
    """What is counted.

    Args:
        tenant_id: whose.
        zone: in which its months begin.
        moment: the present, for those who wait still and for what is public now.
        period: in which applications came in, offers were published, organisations acted.
        category_id: only offers of this field.
        district_id: only offers in this part of town.
    """

    tenant_id: int
    zone: ZoneInfo
    moment: datetime
    period: Period
    category_id: int | None = None
    district_id: int | None = None

    @property
    def is_part(self) -> bool:
        """Tell whether only a part of the offers is meant, so that small numbers could point at people."""
        return self.category_id is not None or self.district_id is not None

    def month(self, moment: SQLColumnExpression[Any]) -> SQLColumnExpression[date]:
        """Return the month of a moment, in the tenant's zone."""
        return month_of(moment, self.zone.key)

    def within(self, moment: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """Return that a moment lies in the period."""
        first, after = self.period.bounds(self.zone)
        return (moment >= first) & (moment < after)

    def of_offers(self, opportunity_id: Column) -> list[ColumnElement[bool]]:
        """Return the conditions that the offer with this id is meant; none without a filter."""
        if not self.is_part:
            return []
        wanted = select(Opportunity.id).where(Opportunity.tenant_id == self.tenant_id)
        if self.district_id is not None:
            wanted = wanted.where(Opportunity.district_id == self.district_id)
        if self.category_id is not None:
            linked = select(opportunity_category.c.opportunity_id).where(
                opportunity_category.c.tenant_id == self.tenant_id,
                opportunity_category.c.category_id == self.category_id,
            )
            wanted = wanted.where(Opportunity.id.in_(linked))
        return [opportunity_id.in_(wanted)]

    def public_now(self) -> list[ColumnElement[bool]]:
        """Return the conditions of an entry of the catalogue that visitors see at this moment."""
        entry = CatalogueEntry
        conditions = [entry.tenant_id == self.tenant_id, is_live(self.moment)]
        if self.category_id is not None:
            conditions.append(literal(self.category_id, BigInteger) == any_(entry.category_ids))
        if self.district_id is not None:
            conditions.append(entry.district_id == self.district_id)
        return conditions


def applications_in(scope: Scope) -> Subquery:
    """Return the applications of the period, those that are deleted by now among them, one row each.

    ``hours`` is the time to the first answer if ``answered``, else the time waited in vain so far, or up to the
    withdrawal. Hours are counted singly for two weeks, then by the day, which keeps their number small.
    """
    return union_all(_kept(scope), _forgotten(scope)).subquery("applications")


def _kept(scope: Scope) -> Select[*tuple[Any, ...]]:
    until = func.coalesce(
        Application.first_answered_at,
        in_vain(),
        case((Application.state == ApplicationState.WITHDRAWN, Application.updated_at)),
        scope.moment,
    )
    return select(
        Application.opportunity_id,
        scope.month(Application.created_at).label("month"),
        Application.state,
        Application.first_answered_at.is_not(None).label("answered"),
        _coarse(hours_between(asked_at(), until)).label("hours"),
    ).where(
        Application.tenant_id == scope.tenant_id,
        scope.within(Application.created_at),
        *scope.of_offers(Application.opportunity_id),
    )


def _forgotten(scope: Scope) -> Select[*tuple[Any, ...]]:
    gone = ForgottenApplication
    return select(
        gone.opportunity_id,
        gone.month,
        gone.state,
        gone.answered_month.is_not(None).label("answered"),
        _coarse(gone.waited_hours).label("hours"),
    ).where(
        gone.tenant_id == scope.tenant_id,
        gone.month.between(scope.period.first, scope.period.last),
        *scope.of_offers(gone.opportunity_id),
    )


def _coarse(hours: SQLColumnExpression[int]) -> ColumnElement[int]:
    return case((hours <= HOURS_COUNTED_SINGLY, hours), else_=(hours + A_DAY - 1) // A_DAY * A_DAY)
