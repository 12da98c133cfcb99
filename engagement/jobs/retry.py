"""When a job that failed is tried again."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from engagement.mail.delivery import retry_delay


class TryLaterError(Exception):
    """A task asks to be run again after ``wait``; what it has done so far is committed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


class Backoff(BaseRetryStrategy):
    """As long as a task asks for, or by the schedule of the mails after an error that nobody foresaw."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, None for never."""
        wait = exception.wait if isinstance(exception, TryLaterError) else retry_delay(job.attempts + 1)
        return None if wait is None else RetryDecision(retry_in={"seconds": int(wait.total_seconds())})
