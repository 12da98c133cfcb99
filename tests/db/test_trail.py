"""Reading the log: filtered, page by page, and as fast with a hundred thousand records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.kernel.audit import Actor, ActorKind, AuditRecord, act_as, record
from engagement.kernel.clock import now, stopped
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.migration import owner_connection
from engagement.kernel.trail import Position, Wanted, trail_page, walk_trail
from tests.support.statements import watched

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALL = Wanted()


def note(session: Session, minute: int, action: str = "test.do", subject: int = 1, account_id: int = 7) -> None:
    act_as(session, Actor(ActorKind.ACCOUNT, account_id))
    with stopped(NOON + timedelta(minutes=minute)):
        record(session, action, "test", subject, after={"minute": minute})
    session.flush()


def minutes(session: Session, wanted: Wanted = ALL, **place: Any) -> list[int]:
    page = trail_page(session, wanted, older_than=place.get("older"), newer_than=place.get("newer"), size=3)
    return [one.after["minute"] for one in page.records if "minute" in one.after]


@pytest.fixture
def noted(session: Session) -> Session:
    session.rollback()
    for minute in (3, 1, 4, 0, 2, 2):
        note(session, minute)
    return session


MINE = Wanted(subject_kind="test")


def test_pages_lead_through_everything_and_back_without_gap_or_double(noted: Session) -> None:
    first = trail_page(noted, MINE, older_than=None, newer_than=None, size=4)
    assert ([one.after["minute"] for one in first.records], first.has_older, first.has_newer) == (
        [4, 3, 2, 2],
        True,
        False,
    )
    second = trail_page(noted, MINE, older_than=first.records[-1].position, newer_than=None, size=4)
    assert ([one.after["minute"] for one in second.records], second.has_older, second.has_newer) == (
        [1, 0],
        False,
        True,
    )
    back = trail_page(noted, MINE, older_than=None, newer_than=second.records[0].position, size=4)
    assert back == first


def test_a_page_in_the_middle_knows_both_ends(noted: Session) -> None:
    last = trail_page(noted, MINE, older_than=None, newer_than=None, size=6).records[-1]
    page = trail_page(noted, MINE, older_than=None, newer_than=last.position, size=2)
    assert ([one.after["minute"] for one in page.records], page.has_older, page.has_newer) == ([2, 1], True, True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 4))
def test_walking_by_pages_is_reading_at_once(session: Session, ages: list[int], size: int) -> None:
    session.rollback()
    for age in ages:
        note(session, age)
    found: list[int] = []
    place: Position | None = None
    while True:
        page = trail_page(session, MINE, older_than=place, newer_than=None, size=size)
        found += [one.after["minute"] for one in page.records]
        if not page.has_older:
            break
        place = page.records[-1].position
    assert found == sorted(ages, reverse=True)
    session.rollback()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(subject_kind="test", since=NOON + timedelta(minutes=3)), [4, 3]),
        (Wanted(subject_kind="test", until=NOON + timedelta(minutes=2)), [1, 0]),
        (Wanted(action="test.other"), [9]),
        (Wanted(account_id=8), [8]),
        (Wanted(subject_kind="test", subject_id=5), [7]),
        (Wanted(actor_kind="guest"), []),
    ],
)
def test_it_is_narrowed(noted: Session, wanted: Wanted, found: list[int]) -> None:
    if wanted.since is None and wanted.until is None:
        note(noted, 9, action="test.other")
        note(noted, 8, account_id=8)
        note(noted, 7, subject=5)
    assert minutes(noted, wanted) == found


def test_an_export_ends_at_its_moment_and_holds_no_transaction(noted: Session) -> None:
    noted.commit()
    batches = walk_trail(noted, MINE, not_after=NOON + timedelta(minutes=2))
    first = next(batches)
    assert [one.after["minute"] for one in first] == [2, 2, 1, 0]
    assert not noted.in_transaction()
    assert list(batches) == []


def test_another_town_sees_nothing(app: Flask, noted: Session, ettlingen: int) -> None:
    noted.commit()
    with app.app_context():
        abroad = current_session()
        open_for_tenant(abroad, ettlingen)
        assert minutes(abroad, MINE) == []
        assert list(walk_trail(abroad, MINE, not_after=now() + timedelta(days=1000))) == []


@pytest.mark.parametrize(
    "wanted",
    [
        ALL,
        Wanted(account_id=500),
        Wanted(action="test.rare"),
        Wanted(subject_kind="test", subject_id=77),
        Wanted(since=NOON - timedelta(days=40), until=NOON - timedelta(days=39)),
    ],
)
def test_a_hundred_thousand_records_are_read_by_an_index(
    app: Flask, session: Session, bretten: int, database_url: URL, wanted: Wanted
) -> None:
    session.execute(
        text(
            "INSERT INTO audit_record (tenant_id, at, actor_kind, actor_account_id, action, subject_kind, subject_id) "
            "SELECT :tenant, CAST(:noon AS timestamptz) - make_interval(mins => n), 'account', n % 1000, "
            "CASE WHEN n % 5000 = 0 THEN 'test.rare' ELSE 'test.do' END, 'test', n % 2000 "
            "FROM generate_series(1, 100000) AS n"
        ),
        {"tenant": bretten, "noon": NOON},
    )
    session.commit()
    with owner_connection(database_url) as connection:
        connection.execute(text("ANALYZE audit_record"))
        connection.commit()
    middle = Position(NOON - timedelta(minutes=50_000), 50_000)
    with watched(db.engine) as seen:
        page = trail_page(session, wanted, older_than=None if wanted.since else middle, newer_than=None, size=50)
    assert page.records
    (plan,) = seen.plans(session.connection())
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan


def test_a_record_reads_as_it_was_written(session: Session) -> None:
    act_as(session, Actor(ActorKind.GUEST))
    record(session, "test.do", "test", None)
    session.flush()
    (one,) = trail_page(session, Wanted(action="test.do"), older_than=None, newer_than=None, size=3).records
    assert (one.actor_kind, one.account_id, one.before, one.after) == ("guest", None, {}, {})
    assert session.get(AuditRecord, (session.info["scope"].tenant_id, one.id)) is not None
