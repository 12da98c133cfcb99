"""The one source of the current time, in UTC; a test can stop it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def stopped(at: datetime) -> Iterator[datetime]:
    """Hold the clock at ``at`` (aware) for the length of the block."""
    token = _stopped_at.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _stopped_at.reset(token)


def months_ago(months: int) -> datetime:
    """Return the same time of day so many calendar months back, at the latest on the last day of that month."""
    at = now()
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
