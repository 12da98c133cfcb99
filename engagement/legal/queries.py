"""Reading the facts and texts of the legal pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from engagement.accounts.models import Account
from engagement.kernel.counting import counts_of
from engagement.kernel.i18n import DEFAULT_LANGUAGE
from engagement.legal.facts import Facts
from engagement.legal.kinds import BarrierState, LegalPage, TextKind
from engagement.legal.models import BarrierReport, LegalFacts, TextVersion

__all__ = ["BarrierState", "LegalPage", "TextKind"]


@dataclass(frozen=True)
class VersionInfo:
    """One version of a page in one language.

    Args:
        number: counts from 1 within page and language; 0 stands for the template that nobody has touched yet.
        template_version: of the product's template when it was saved.
        author: name of who saved it, "" if the account is gone or a command did.
    """

    page: LegalPage
    language: str
    number: int
    kind: TextKind
    body: str
    template_version: int
    note: str
    author: str
    created_at: datetime | None


@dataclass(frozen=True)
class BarrierInfo:
    """A reported barrier."""

    id: int
    place: str
    message: str
    email: str
    language: str
    state: BarrierState
    answer: str
    created_at: datetime
    closed_at: datetime | None


def load_facts(session: Session) -> Facts:
    """Return what the session's tenant says of itself, nothing if it has not said anything yet."""
    return facts_with_date(session)[0]


def facts_with_date(session: Session) -> tuple[Facts, datetime | None]:
    """Return the facts and when they were changed last."""
    row = session.execute(select(LegalFacts.said, LegalFacts.updated_at)).one_or_none()
    return (Facts.model_validate(row.said), row.updated_at) if row else (Facts(), None)


def present_texts(session: Session, page: LegalPage, languages: tuple[str, ...]) -> dict[str, VersionInfo]:
    """Return the present version of a page in each of ``languages``; the template where nobody has touched it."""
    languages = tuple(dict.fromkeys((*languages, DEFAULT_LANGUAGE)))
    found = _present(session, TextVersion.page == page, TextVersion.language.in_(languages))
    return {language: found.get((page, language)) or untouched(page, language) for language in languages}


def all_present_texts(session: Session) -> dict[tuple[LegalPage, str], VersionInfo]:
    """Return the present version of each page and language that somebody has touched."""
    return _present(session)


def versions_of(session: Session, page: LegalPage, language: str) -> list[VersionInfo]:
    """Return all versions of a page in one language, the latest first."""
    rows = session.execute(_versions(*_of(page, language)).order_by(TextVersion.number.desc())).mappings()
    return [VersionInfo(**row) for row in rows]


def find_version(session: Session, page: LegalPage, language: str, number: int) -> VersionInfo | None:
    """Return one version."""
    row = session.execute(_versions(*_of(page, language), TextVersion.number == number)).mappings().one_or_none()
    return VersionInfo(**row) if row else None


def untouched(page: LegalPage, language: str) -> VersionInfo:
    """Return what stands for a page that nobody has touched: the template."""
    return VersionInfo(page, language, 0, TextKind.TEMPLATE, "", 0, "", "", None)


def barrier_reports(
    session: Session, state: BarrierState | None = None, *, page: int = 1, per_page: int = 25
) -> list[BarrierInfo]:
    """Return reported barriers, those that wait first, the longest waiting on top, then the latest."""
    waits = BarrierReport.state == BarrierState.NEW
    statement = select(BarrierReport).order_by(
        waits.desc(), BarrierReport.closed_at.desc(), BarrierReport.created_at, BarrierReport.id
    )
    if state is not None:
        statement = statement.where(BarrierReport.state == state)
    return [_barrier(row) for row in session.scalars(statement.limit(per_page).offset((page - 1) * per_page))]


def count_barrier_reports(session: Session) -> dict[BarrierState, int]:
    """Return how many reported barriers are in each state."""
    counts = counts_of(session, select(BarrierReport.state, func.count()).group_by(BarrierReport.state))
    return {state: counts.get(state, 0) for state in BarrierState}


def find_barrier_report(session: Session, report_id: int) -> BarrierInfo | None:
    """Return one reported barrier."""
    row = session.scalar(select(BarrierReport).where(BarrierReport.id == report_id))
    return _barrier(row) if row else None


def _versions(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    version = TextVersion
    same = (Account.tenant_id == version.tenant_id) & (Account.id == version.account_id)
    return (
        select(
            version.page,
            version.language,
            version.number,
            version.kind,
            version.body,
            version.template_version,
            version.note,
            func.coalesce(Account.name, "").label("author"),
            version.created_at,
        )
        .outerjoin(Account, same)
        .where(*conditions)
    )


def _present(session: Session, *conditions: ColumnElement[bool]) -> dict[tuple[LegalPage, str], VersionInfo]:
    order = (TextVersion.page, TextVersion.language, TextVersion.number.desc())
    latest = _versions(*conditions).ext(distinct_on(TextVersion.page, TextVersion.language)).order_by(*order)
    rows = [VersionInfo(**row) for row in session.execute(latest).mappings()]
    return {(row.page, row.language): row for row in rows}


def _of(page: LegalPage, language: str) -> tuple[ColumnElement[bool], ...]:
    return TextVersion.page == page, TextVersion.language == language


def _barrier(row: BarrierReport) -> BarrierInfo:
    return BarrierInfo(
        id=row.id,
        place=row.place,
        message=row.message,
        email=row.email,
        language=row.language,
        state=row.state,
        answer=row.answer,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
