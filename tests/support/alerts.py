"""Lets a town's worker look for new offers, at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engagement.jobs.alerts import tell_everyone
from engagement.jobs.runtime import Runtime
from engagement.kernel.clock import stopped
from engagement.mail.models import OutgoingMail
from tests.factories.applications import mails
from tests.factories.catalogue import make_entry

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""At noon; everything begins here."""
A_DAY = timedelta(days=1)


def offer_at(session: Session, moment: datetime, **values: Any) -> int:
    """Publish an offer at a moment and return its id."""
    with stopped(moment):
        return make_entry(session, published_at=moment, **values)


def look_at(worker: Runtime, session: Session, moment: datetime) -> list[OutgoingMail]:
    """Let the worker look and return all digests that were ever written."""
    session.commit()
    with stopped(moment):
        tell_everyone(worker)
    session.expire_all()
    found = mails(session, "new-offers")
    session.commit()
    return found
