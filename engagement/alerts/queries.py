"""Reading saved searches, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engagement.accounts.queries import normalise_email
from engagement.alerts.models import SavedSearch
from engagement.alerts.rhythm import Rhythm


@dataclass(frozen=True)
class SearchInfo:
    """A saved search; ``email`` is empty for one of an account."""

    id: int
    account_id: int | None
    email: str
    label: str
    arguments: str
    rhythm: Rhythm
    weekday: int
    confirmed: bool
    paused: bool
    asked: bool
    created_at: datetime


def find_search(session: Session, search_id: int) -> SearchInfo | None:
    """Return a search of the session's tenant, None if there is none."""
    return _one(session, SavedSearch.id == search_id)


def search_of_account(session: Session, account_id: int, search_id: int) -> SearchInfo | None:
    """Return a search if it is this account's."""
    return _one(session, SavedSearch.id == search_id, SavedSearch.account_id == account_id)


def searches_of_account(session: Session, account_id: int) -> list[SearchInfo]:
    """Return what an account has saved, latest first."""
    return _many(session, SavedSearch.account_id == account_id)


def searches_of_address(session: Session, email: str) -> list[SearchInfo]:
    """Return what an address without an account has saved and confirmed, latest first."""
    return _many(session, SavedSearch.email == normalise_email(email), SavedSearch.confirmed_at.is_not(None))


def count_searches(session: Session) -> int:
    """Return how many searches are kept and confirmed; more than that nobody of the municipality learns."""
    wanted = select(func.count()).select_from(SavedSearch).where(SavedSearch.confirmed_at.is_not(None))
    return session.scalar(wanted) or 0


def info_of(row: SavedSearch) -> SearchInfo:
    """Return the plain values of a row."""
    return SearchInfo(
        id=row.id,
        account_id=row.account_id,
        email=row.email,
        label=row.label,
        arguments=row.arguments,
        rhythm=row.rhythm,
        weekday=row.weekday,
        confirmed=row.confirmed_at is not None,
        paused=row.paused_at is not None,
        asked=row.asked_at is not None,
        created_at=row.created_at,
    )


def _one(session: Session, *conditions: ColumnElement[bool]) -> SearchInfo | None:
    row = session.scalar(select(SavedSearch).where(*conditions))
    return info_of(row) if row else None


def _many(session: Session, *conditions: ColumnElement[bool]) -> list[SearchInfo]:
    rows = session.scalars(select(SavedSearch).where(*conditions).order_by(SavedSearch.id.desc()))
    return [info_of(row) for row in rows]
