from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from engagement.kernel import clock
from engagement.kernel.db import db
from engagement.kernel.errors import RateLimitedError
from engagement.kernel.ratelimit import Limit, RateLimiter

LIMIT = Limit("try", 3, timedelta(minutes=10))
START = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def limiter(app: Flask) -> RateLimiter:
    with app.app_context():
        return RateLimiter(db.engine, "k" * 32)


def test_the_fourth_attempt_is_refused_until_the_window_ends(limiter: RateLimiter) -> None:
    with clock.stopped(START):
        for _ in range(3):
            limiter.hit(LIMIT, "192.0.2.1")
        with pytest.raises(RateLimitedError) as refused:
            limiter.hit(LIMIT, "192.0.2.1")
        assert 0 < refused.value.retry_after <= 600
        limiter.hit(LIMIT, "192.0.2.2")
    with clock.stopped(START + timedelta(minutes=10)):
        limiter.hit(LIMIT, "192.0.2.1")


def test_what_is_counted_cannot_be_read_from_the_table_and_is_forgotten(limiter: RateLimiter, app: Flask) -> None:
    with clock.stopped(START):
        limiter.hit(LIMIT, "192.0.2.1")
    with app.app_context(), db.engine.connect() as connection:
        assert "192.0.2.1" not in str(connection.execute(text("SELECT * FROM rate_count")).all())
        limiter.forget_before(START + timedelta(hours=1))
        assert connection.scalar(text("SELECT count(*) FROM rate_count")) == 0
