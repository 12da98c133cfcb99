"""Counting attempts in fixed windows, across all processes, without keeping an address.

The counter is written on a connection of its own, so that a request that fails and rolls back still counts.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, String, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.db import INSTALLATION, Base
from engagement.kernel.errors import RateLimitedError


class RateCount(Base):
    """Attempts of one bucket in one window; the bucket is a keyed digest that nobody can trace back."""

    __tablename__ = "rate_count"
    __table_args__ = ({"comment": INSTALLATION},)

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Limit:
    """At most ``attempts`` within ``window``."""

    name: str
    attempts: int
    window: timedelta


class RateLimiter:
    """Counts and refuses.

    Args:
        engine: the application's own.
        secret_key: keys the digest of what is counted.
    """

    def __init__(self, engine: Engine, secret_key: str) -> None:
        self._engine = engine
        self._key = secret_key.encode()

    def hit(self, limit: Limit, *parts: object) -> None:
        """Count one attempt by what ``parts`` name (a network address, an account …).

        Raises:
            RateLimitedError: there were too many in this window.
        """
        current = now()
        seconds = int(limit.window.total_seconds())
        start = datetime.fromtimestamp(int(current.timestamp()) // seconds * seconds, tz=current.tzinfo)
        if self._count(self._bucket(limit, parts), start) > limit.attempts:
            raise RateLimitedError(retry_after=seconds - int((current - start).total_seconds()))

    def forget_before(self, moment: datetime) -> None:
        """Drop the counts of windows that began before ``moment``."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(delete(RateCount).where(RateCount.window_start < moment))

    def _count(self, bucket: str, start: datetime) -> int:
        statement = (
            insert(RateCount)
            .values(bucket=bucket, window_start=start, attempts=1)
            .on_conflict_do_update(
                index_elements=[RateCount.bucket, RateCount.window_start],
                set_={"attempts": RateCount.attempts + 1},
            )
            .returning(RateCount.attempts)
        )
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return int(connection.execute(statement).scalar_one())

    def _bucket(self, limit: Limit, parts: tuple[object, ...]) -> str:
        text = "\0".join([limit.name, *map(str, parts)])
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
