"""What stays of applications for the figures once they are deleted; it holds nothing about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, SQLColumnExpression, and_, case, cast, func, insert, select
from sqlalchemy.orm import Session

from engagement.applications.models import Application, ForgottenApplication
from engagement.tenancy.queries import own_time_zone

AN_HOUR = 3600


def keep_traces(session: Session, application_ids: Sequence[int]) -> None:
    """Note month, outcome and wait of applications that the caller is about to delete and holds the lock of."""
    zone = own_time_zone(session).key
    traces = select(
        Application.tenant_id,
        Application.opportunity_id,
        month_of(Application.created_at, zone),
        Application.state,
        hours_between(asked_at(), func.coalesce(Application.first_answered_at, in_vain(), Application.updated_at)),
        month_of(Application.first_answered_at, zone),
    ).where(Application.id.in_(application_ids))
    columns = ["tenant_id", "opportunity_id", "month", "state", "waited_hours", "answered_month"]
    session.execute(insert(ForgottenApplication).from_select(columns, traces))


def asked_at() -> SQLColumnExpression[datetime]:
    """Return since when the organisation could answer: who comes from the waiting list asks with their yes."""
    return func.coalesce(Application.left_queue_at, Application.created_at)


def in_vain() -> SQLColumnExpression[datetime | None]:
    """Return the beginning again for somebody who got no further than the waiting list: nobody owed them an answer."""
    only_queued = and_(Application.queued_at.is_not(None), Application.left_queue_at.is_(None))
    return case((only_queued, Application.created_at))


def month_of(moment: SQLColumnExpression[Any], zone: str) -> SQLColumnExpression[date]:
    """Return the first day of the month in which ``moment`` lies in ``zone``."""
    return cast(func.date_trunc("month", func.timezone(zone, moment)), Date)


def hours_between(first: SQLColumnExpression[Any], last: SQLColumnExpression[Any]) -> SQLColumnExpression[int]:
    """Return how many hours lie between two moments, begun ones counted whole, at least one."""
    return cast(func.greatest(1, func.ceil(func.extract("epoch", last - first) / AN_HOUR)), Integer)
