"""The waiting list of an opportunity whose places are all taken: who gets a place that is free again.

It stands in order of arrival. A free place is kept for the first in line, who is asked by mail; a yes makes an ordinary
request of it, for which the place stays kept until the organisation has decided. All of it happens under the lock of
``changes.lock_places``, so that no place is kept for two.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from engagement.applications import notify
from engagement.applications.changes import count_places, lock_places, locked, move, note
from engagement.applications.kinds import Action, ApplicationState
from engagement.applications.models import Application
from engagement.applications.queries import places_of
from engagement.catalogue.queries import find_entry
from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.kernel.errors import ConflictError
from engagement.kernel.i18n import gettext
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity

KEPT_FOR = timedelta(days=3)
"""How long a place is kept for somebody who is asked. A weekend, which many spend without their mails, fits into it; a
place that nobody fills for longer helps nobody. It is the same in every town, since the mails say it."""

_IN_LINE = (Application.state == ApplicationState.QUEUED, Application.keeps_place.is_(False))


def has_line(session: Session, opportunity_id: int) -> bool:
    """Tell whether somebody who comes now has to queue: all places are taken, or others wait for those that are not."""
    if places_of(session, opportunity_id).full:
        return True
    others = exists().where(Application.opportunity_id == opportunity_id, *_IN_LINE)
    return bool(session.scalar(select(others)))


def offer_free_places(session: Session, post: Postbox, opportunity_id: int) -> int:
    """Keep each free place for the next in line and ask them, and return how many were asked.

    Nothing happens while visitors cannot see the opportunity: nobody is looked for then.
    """
    lock_places(session, opportunity_id)
    if find_entry(session, opportunity_id) is None:
        return 0
    waiting = select(Application).where(Application.opportunity_id == opportunity_id, *_IN_LINE)
    first = waiting.order_by(Application.queued_at, Application.id).limit(places_of(session, opportunity_id).free)
    rows = session.scalars(first.with_for_update().execution_options(populate_existing=True)).all()
    for row in rows:
        _keep_place(session, post, row)
    if rows:
        count_places(session, opportunity_id)
    return len(rows)


def take_place(session: Session, post: Postbox, application_id: int) -> None:
    """Say yes to the place that is kept; that this is the applicant is for the caller to know.

    Raises:
        NotFoundError: there is no such application.
        ConflictError: no place is kept for it, or not any more.
    """
    application = locked(session, application_id)
    if application.kept_until is None or application.kept_until <= now():
        raise ConflictError(gettext("This place is no longer kept for you."))
    step = move(application, Action.TAKE_PLACE)
    application.left_queue_at = now()
    note(session, application, step)
    notify.tell_club_of_new_application(session, post, application_id)


def tend_waiting_lists(session: Session, post: Postbox) -> None:
    """Pass on the places that nobody said yes to in time, and offer those that are free for another reason.

    Such a reason is an organisation that wants more people than before, or goes on after a break.
    """
    overdue = select(Application.id).where(
        Application.state == ApplicationState.QUEUED, Application.kept_until <= now()
    )
    for application_id in session.scalars(overdue.order_by(Application.id)).all():
        _let_lapse(session, post, application_id)
    for opportunity_id in session.scalars(_with_free_places()).all():
        offer_free_places(session, post, opportunity_id)


def _with_free_places() -> Select[int]:
    waits = exists().where(
        Application.tenant_id == Opportunity.tenant_id, Application.opportunity_id == Opportunity.id, *_IN_LINE
    )
    free = or_(Opportunity.places.is_(None), Opportunity.places_taken < Opportunity.places)
    return select(Opportunity.id).where(waits, free).order_by(Opportunity.id)


def _keep_place(session: Session, post: Postbox, row: Application) -> None:
    row.keeps_place, row.kept_until = True, now() + KEPT_FOR
    row.version += 1
    record(session, "application.keep_place", "application", row.id)
    session.flush()
    notify.tell_of_free_place(session, post, row.id, KEPT_FOR)


def _let_lapse(session: Session, post: Postbox, application_id: int) -> None:
    application = locked(session, application_id)
    if application.kept_until is None or application.kept_until > now():
        return
    note(session, application, move(application, Action.LAPSE))
    notify.tell_of_lapse(session, post, application_id)
