"""How long each organisation usually takes for its first answer, worked out anew every night."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engagement.applications.kinds import ApplicationState
from engagement.figures.periods import month_at, usual_period
from engagement.figures.scope import Scope, applications_in
from engagement.figures.statistics import LEAST_GROUP, Wait, waiting_time
from engagement.kernel.clock import now
from engagement.kernel.db import tenant_of
from engagement.opportunities.models import Opportunity
from engagement.organisations.pace import note_paces
from engagement.tenancy.queries import own_time_zone

HALF = 0.5


def work_out_paces(session: Session) -> int:
    """Keep with each organisation its median time to the first answer, and return how many have one.

    This month and the twelve before it count. Whoever still waits is counted with the time so far (Kaplan and Meier, as
    in ``statistics.waiting_time``). Nothing is said of an organisation that fewer than five people have asked: it would
    be about them, and about chance.
    """
    waits: dict[int, list[Wait]] = defaultdict(list)
    for organisation_id, hours, answered, number in session.execute(_counted(session)):
        waits[organisation_id].append(Wait(hours, number * answered, number * (not answered)))
    enough = {key: some for key, some in waits.items() if sum(w.answered + w.unanswered for w in some) >= LEAST_GROUP}
    medians = {key: waiting_time(some, HALF) for key, some in enough.items()}
    known = {key: hours for key, hours in medians.items() if hours is not None}
    note_paces(session, known)
    return len(known)


def _counted(session: Session) -> Select[int, int, bool, int]:
    zone = own_time_zone(session)
    scope = Scope(tenant_of(session), zone, now(), usual_period(month_at(now(), zone)))
    each = applications_in(scope)
    by = (Opportunity.organisation_id, each.c.hours, each.c.answered)
    return (
        select(*by, func.count())
        .join(each, (Opportunity.id == each.c.opportunity_id) & (Opportunity.tenant_id == scope.tenant_id))
        .where(each.c.state != ApplicationState.QUEUED)
        .group_by(*by)
    )
