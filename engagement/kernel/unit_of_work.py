"""One request or job, one transaction, one commit at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


class Vote:
    """Lets the edge spoil the commit, for an answer that is an error without being an exception."""

    def __init__(self) -> None:
        self.keep = True


@contextmanager
def unit_of_work(session: Session) -> Iterator[Vote]:
    """Commit when the block ends well, roll back when it raises or its vote was spoilt."""
    vote = Vote()
    try:
        yield vote
    except BaseException:
        session.rollback()
        raise
    if vote.keep:
        session.commit()
    else:
        session.rollback()
