"""Telling staff that something waits, in one mail an hour at most."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.accounts.recipients import staff_recipients
from engagement.kernel.clock import now
from engagement.mail.service import Postbox, queue_mail
from engagement.moderation.kinds import ReportReason, ReportState
from engagement.moderation.mails import MOST_NAMED, NewForStaff
from engagement.moderation.models import Report, StaffDigest
from engagement.moderation.offers import handed_in_between

EVERY = timedelta(hours=1)
SETTLES = timedelta(minutes=1)
"""Longer than a request takes: what is being written this moment belongs to the next mail, and is not lost."""


def tell_staff_what_is_new(session: Session, post: Postbox) -> bool:
    """Mail staff what was handed in or reported since the last such mail, unless that was less than an hour ago.

    Reports of something unlawful were told at once and are not in it. Tells whether a mail went out.

    Args:
        session: open for the tenant.
        post: where mails go out.
    """
    moment = now()
    last = session.scalar(select(StaffDigest).with_for_update())
    if last and last.sent_at and moment - last.sent_at < EVERY:
        return False
    until = moment - SETTLES
    since = last.covers_until if last else until - EVERY
    news = _news(session, since, until)
    if news is None:
        return False
    for recipient in staff_recipients(session, post.tenant):
        queue_mail(session, post, news, recipient)
    if last is None:
        last = StaffDigest()
        session.add(last)
    last.covers_until, last.sent_at = until, moment
    session.flush()
    return True


def _news(session: Session, since: datetime, until: datetime) -> NewForStaff | None:
    waiting = handed_in_between(session, since, until)
    reports = _new_reports(session, since, until)
    if not waiting and not reports:
        return None
    named = tuple((line.title, line.organisation_name) for line in waiting[:MOST_NAMED])
    return NewForStaff(named, len(waiting), reports)


def _new_reports(session: Session, since: datetime, until: datetime) -> int:
    statement = select(func.count()).where(
        Report.state == ReportState.NEW,
        Report.reason != ReportReason.UNLAWFUL,
        Report.created_at > since,
        Report.created_at <= until,
    )
    return session.scalar(statement) or 0
