"""Figures about applications by the month in which they came in: how many, how long they waited, what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.figures.scope import Scope, applications_in
from engagement.figures.statistics import LEAST_GROUP, Wait, too_small, waiting_time

MOST = 0.9
OPEN = (ApplicationState.NEW, ApplicationState.IN_CONTACT, ApplicationState.QUEUED)


@dataclass(frozen=True)
class Requests:
    """The applications of a month or of the whole period.

    Figures about fewer than five people are None; ``total`` is so only where the offers are a part of the town's.

    Args:
        month: None for the whole period.
        total: confirmed applications.
        accepted: of them, as things stand now; ``declined`` and the other states likewise.
        unanswered: still new, or withdrawn before the organisation had answered.
        median_hours: within which half of them got the first answer; None also if too few have one yet.
        most_hours: within which nine of ten did.
    """

    month: date | None
    total: int | None
    accepted: int | None = None
    declined: int | None = None
    open: int | None = None
    withdrawn: int | None = None
    unanswered: int | None = None
    median_hours: int | None = None
    most_hours: int | None = None

    @property
    def acceptance(self) -> float | None:
        """Return the accepted ones among those accepted or declined, None if these are fewer than five."""
        if self.accepted is None or self.declined is None:
            return None
        decided = self.accepted + self.declined
        return self.accepted / decided if decided >= LEAST_GROUP else None


@dataclass(frozen=True)
class Counted:
    """Equal applications: as many of one month in the same state that waited equally long."""

    month: date
    state: ApplicationState
    answered: bool
    hours: int
    number: int


def count_applications(session: Session, scope: Scope) -> list[Counted]:
    """Return the applications of the period, equal ones together."""
    each = applications_in(scope)
    kinds = (each.c.month, each.c.state, each.c.answered, each.c.hours)
    rows = session.execute(select(*kinds, func.count().label("number")).group_by(*kinds))
    return [Counted(*row) for row in rows]


def requests_by_month(counted: Iterable[Counted], scope: Scope) -> tuple[Requests, ...]:
    """Return what there was in each month of the period, small groups hidden."""
    by_month: dict[date, list[Counted]] = {month: [] for month in scope.period.months}
    for one in counted:
        by_month[one.month].append(one)
    totals = [_number(group) for group in by_month.values()]
    hidden = too_small(totals) if scope.is_part else frozenset()
    return tuple(
        Requests(month, None) if place in hidden else _requests(month, group)
        for place, (month, group) in enumerate(by_month.items())
    )


def requests_in_all(counted: Iterable[Counted], scope: Scope) -> Requests:
    """Return what there was in the whole period."""
    group = list(counted)
    small = 0 < _number(group) < LEAST_GROUP
    return Requests(None, None) if small and scope.is_part else _requests(None, group)


def _requests(month: date | None, group: list[Counted]) -> Requests:
    total = _number(group)
    if 0 < total < LEAST_GROUP:
        return Requests(month, total)
    states: Counter[ApplicationState] = Counter()
    for one in group:
        states[one.state] += one.number
    waits = [Wait(one.hours, one.number * one.answered, one.number * (not one.answered)) for one in group]
    return Requests(
        month,
        total,
        accepted=states[ApplicationState.ACCEPTED],
        declined=states[ApplicationState.DECLINED],
        open=sum(states[one] for one in OPEN),
        withdrawn=states[ApplicationState.WITHDRAWN],
        unanswered=sum(wait.unanswered for wait in waits),
        median_hours=waiting_time(waits, 0.5),
        most_hours=waiting_time(waits, MOST),
    )


def _number(group: Iterable[Counted]) -> int:
    return sum(one.number for one in group)
