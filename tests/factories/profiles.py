"""Lets organisations say something of themselves."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from engagement.kernel.week import Weekday
from engagement.organisations.models import Organisation
from engagement.organisations.profiles import ProfileValues, update_profile
from engagement.organisations.times import TimeOfWeek


def time_of_week(**values: Any) -> TimeOfWeek:
    """A training on Monday evening; give what the test is about."""
    usual: dict[str, Any] = {
        "weekday": Weekday.MONDAY,
        "starts_at": time(18, 0),
        "ends_at": time(19, 30),
        "what": "Training",
    }
    return TimeOfWeek(**(usual | values))


def give_profile(session: Session, organisation: Organisation, **values: Any) -> None:
    """Describe an organisation by fields of ``ProfileValues``."""
    update_profile(session, organisation.id, ProfileValues(**values))
