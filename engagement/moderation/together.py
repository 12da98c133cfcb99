"""Deciding on many offers at once, as before a festival: each on its own, so that one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.mail.service import Postbox
from engagement.opportunities.queries import find_opportunity
from engagement.opportunities.review import approve, mark_looked_at


@dataclass(frozen=True)
class Chosen:
    """An offer with the ``revision`` that the person had before them."""

    opportunity_id: int
    revision: int


@dataclass(frozen=True)
class Outcome:
    """How many were decided on, and the titles of those that were left alone."""

    done: int
    left: tuple[str, ...]


def approve_together(session: Session, post: Postbox, chosen: Iterable[Chosen]) -> Outcome:
    """Approve each offer that has not changed since it was listed and lacks nothing."""
    return _each(session, chosen, lambda one: approve(session, post, one.opportunity_id, seen=one.revision))


def look_at_together(session: Session, chosen: Iterable[Chosen]) -> Outcome:
    """Note of each offer that has not changed since it was listed that it was looked at."""
    return _each(session, chosen, lambda one: mark_looked_at(session, one.opportunity_id, seen=one.revision))


def _each(session: Session, chosen: Iterable[Chosen], decide: Callable[[Chosen], None]) -> Outcome:
    done, left = 0, []
    for one in chosen:
        try:
            with session.begin_nested():
                decide(one)
        except NotFoundError:
            continue
        except (ConflictError, InvalidInputError):
            found = find_opportunity(session, one.opportunity_id)
            left.append(found.title if found else "")
        else:
            done += 1
    return Outcome(done, tuple(left))
