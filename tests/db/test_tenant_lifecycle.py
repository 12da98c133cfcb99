"""Suspending, resuming, deleting: by the services, and what the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import URL, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from engagement.kernel.audit import OPERATOR, act_as
from engagement.kernel.clock import now
from engagement.kernel.db import ScopeError, current_session, db, open_for_installation, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from engagement.kernel.migration import owner_connection
from engagement.mail.models import MailState
from engagement.tenancy import hosts, lifecycle
from engagement.tenancy.overview import (
    TenantState,
    find_tenant,
    find_tenant_by_slug,
    list_tenants,
    tenant_health,
    tenant_history,
    tenant_sizes,
)
from engagement.tenancy.queries import own_tenant
from tests.factories.mails import make_mail
from tests.factories.people import make_organisation
from tests.factories.tenants import make_tenant
from tests.support.rows import fill
from tests.support.statements import watched


@contextmanager
def operating(app: Flask) -> Iterator[Session]:
    """A session of the operator, committed at its end."""
    with app.app_context():
        session = current_session()
        act_as(session, OPERATOR)
        open_for_installation(session, "test")
        yield session
        session.commit()


@contextmanager
def working_for(app: Flask, tenant_id: int) -> Iterator[Session]:
    with app.app_context():
        session = current_session()
        open_for_tenant(session, tenant_id)
        yield session
        session.commit()


def let_the_wait_be_over(url: URL, tenant_id: int) -> None:
    with owner_connection(url) as connection:
        connection.execute(
            text("UPDATE tenant SET delete_after = now() - interval '1 minute' WHERE id = :id"), {"id": tenant_id}
        )
        connection.commit()


TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
  AND (obj_description(c.oid, 'pg_class') IS DISTINCT FROM 'installation' OR EXISTS (
      SELECT FROM pg_constraint WHERE conrelid = c.oid AND confrelid = 'tenant'::regclass))
"""
"""All but the installation's own records, which outlive a tenant and hence have no key to it."""


def rows_of(url: URL, tenant_id: int) -> dict[str, int]:
    """Count the rows of a tenant in every table that has a tenant, from the database's own catalogue."""
    with owner_connection(url) as connection:
        counts = {
            name: connection.scalar(text(f"SELECT count(*) FROM {name} WHERE tenant_id = :id"), {"id": tenant_id}) or 0
            for name in connection.scalars(text(TABLES)).all()
        }
        counts["tenant"] = connection.scalar(text("SELECT count(*) FROM tenant WHERE id = :id"), {"id": tenant_id}) or 0
        return counts


def test_a_tenant_is_suspended_and_resumed(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        lifecycle.suspend(session, bretten, " Rechnung offen ")
        found = find_tenant(session, bretten)
        assert found
        assert (found.state, found.reason) == (TenantState.SUSPENDED, "Rechnung offen")
        with pytest.raises(ConflictError):
            lifecycle.suspend(session, bretten, "noch einmal")
    with working_for(app, bretten) as session:
        assert own_tenant(session).suspended
    with operating(app) as session:
        lifecycle.resume(session, bretten)
        with pytest.raises(ConflictError):
            lifecycle.resume(session, bretten)
        assert [entry.action for entry in tenant_history(session, bretten)] == [
            "tenant.resume", "tenant.suspend", "tenant.create",
        ]  # fmt: skip
        assert {entry.actor_kind for entry in tenant_history(session, bretten)[:2]} == {"operator"}
    with working_for(app, bretten) as session:
        assert not own_tenant(session).suspended


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_suspending_takes_a_reason(app: Flask, bretten: int, reason: str) -> None:
    with operating(app) as session, pytest.raises(InvalidInputError):
        lifecycle.suspend(session, bretten, reason)


def test_nothing_is_done_to_a_tenant_from_inside_one(app: Flask, bretten: int, ettlingen: int) -> None:
    with working_for(app, bretten) as session:
        for act in (lifecycle.resume, lifecycle.request_deletion, lifecycle.cancel_deletion, lifecycle.purge):
            with pytest.raises(ScopeError):
                act(session, ettlingen)
        with pytest.raises(ScopeError):
            tenant_sizes(session, [ettlingen])


def test_unknown_tenants_are_told(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        with pytest.raises(NotFoundError):
            lifecycle.suspend(session, bretten + 1, "weil")
        assert find_tenant(session, bretten + 1) is None
        assert find_tenant_by_slug(session, "nowhere") is None


def test_a_deletion_waits_and_can_be_called_off(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        due = lifecycle.request_deletion(session, bretten)
        assert timedelta(days=29, hours=23) < due - now() <= timedelta(days=30)
        found = find_tenant(session, bretten)
        assert found
        assert (found.state, found.delete_after) == (TenantState.DELETING, due)
        assert lifecycle.tenants_due(session) == []
        for act in (lifecycle.resume, lifecycle.request_deletion):
            with pytest.raises(ConflictError):
                act(session, bretten)
    with operating(app) as session:
        lifecycle.cancel_deletion(session, bretten)
        with pytest.raises(ConflictError):
            lifecycle.cancel_deletion(session, bretten)
        found = find_tenant(session, bretten)
        assert found
        assert (found.state, found.delete_after) == (TenantState.ACTIVE, None)


def test_calling_a_deletion_off_does_not_resume_what_was_suspended_before(app: Flask, bretten: int) -> None:
    with operating(app) as session:
        lifecycle.suspend(session, bretten, "Rechnung offen")
        lifecycle.request_deletion(session, bretten, waiting_days=1)
        lifecycle.cancel_deletion(session, bretten)
        found = find_tenant(session, bretten)
        assert found
        assert found.state is TenantState.SUSPENDED


@pytest.mark.parametrize("days", [0, -1, 366])
def test_the_waiting_period_has_bounds(app: Flask, bretten: int, days: int) -> None:
    with operating(app) as session, pytest.raises(InvalidInputError):
        lifecycle.request_deletion(session, bretten, waiting_days=days)


def test_a_purge_leaves_no_row_in_any_table_and_touches_nobody_else(app: Flask, database_url: URL) -> None:
    with owner_connection(database_url) as connection:
        for tenant_id in (1, 2):
            fill(connection, tenant_id)
        connection.commit()
    before = rows_of(database_url, 2)
    assert all(rows_of(database_url, 1).values()), "every table holds something of the tenant"
    with operating(app) as session:
        lifecycle.request_deletion(session, 1)
    let_the_wait_be_over(database_url, 1)
    with operating(app) as session:
        assert lifecycle.tenants_due(session) == [1]
        purged = lifecycle.purge(session, 1)
        (entry,) = tenant_history(session, 1, limit=1)
    assert purged.rows == dict.fromkeys(purged.rows, 1)
    assert {"account", "audit_record", "stored_file", "catalogue_entry", "tenant_key"} <= set(purged.rows)
    assert set(rows_of(database_url, 1).values()) == {0}
    assert rows_of(database_url, 2) == before
    assert (entry.action, entry.actor_kind, entry.tenant_slug) == ("tenant.purge", "operator", "x1")
    assert entry.details["rows"] == purged.rows


def test_jobs_of_a_purged_tenant_go_too(app: Flask, bretten: int, ettlingen: int, database_url: URL) -> None:
    for tenant_id in (bretten, ettlingen):
        with working_for(app, tenant_id) as session:
            make_mail(session)
    with operating(app) as session:
        lifecycle.request_deletion(session, bretten)
    let_the_wait_be_over(database_url, bretten)
    with operating(app) as session:
        lifecycle.purge(session, bretten)
    with owner_connection(database_url) as connection:
        left = connection.scalars(text("SELECT args ->> 'tenant_id' FROM procrastinate_jobs")).all()
    assert left == [str(ettlingen)]


def test_nobody_is_purged_before_the_time_has_come(app: Flask, bretten: int) -> None:
    for prepare in (lambda _session, _id: None, lifecycle.request_deletion):
        with operating(app) as session:
            prepare(session, bretten)
        with app.app_context(), pytest.raises(ProgrammingError, match="waiting period"):
            open_for_installation(current_session(), "test")
            lifecycle.purge(current_session(), bretten)


@pytest.mark.parametrize(
    ("scope", "statement", "refusal"),
    [
        ("", "UPDATE tenant SET deletion_requested_at = now(), delete_after = now()", "a day from now"),
        ("own", "UPDATE tenant SET suspended_at = now()", "nor delete itself"),
        ("own", "UPDATE tenant SET deletion_requested_at = now(), delete_after = now() + '9 d'", "nor delete itself"),
        ("", "SELECT erase_tenant({id}, 'system', NULL)", "permission denied"),
        ("own", "SELECT purge_tenant({id}, 'system', NULL)", "does not remove others"),
        ("own", "SELECT * FROM tenant_sizes(ARRAY[{id}])", "does not look into others"),
        ("own", "SELECT * FROM tenant_health(ARRAY[{id}])", "does not look into others"),
        (
            "own",
            "INSERT INTO installation_record VALUES (9, now(), 'x', 9, 9, 'x', 'x', 9, 'x', '{{}}')",
            "row-level security",
        ),
        ("", "UPDATE installation_record SET action = 'x'", "permission denied"),
        ("", "DELETE FROM installation_record", "permission denied"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_the_services_never_ask(
    app: Flask, bretten: int, scope: str, statement: str, refusal: str
) -> None:
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(bretten) if scope else ""})
        with pytest.raises(ProgrammingError, match=refusal):
            connection.execute(text(statement.format(id=bretten)))


def test_hosts_come_and_go_and_one_stays_canonical(app: Flask, bretten: int, ettlingen: int) -> None:
    with operating(app) as session:
        assert hosts.add_host(session, bretten, " WWW.Bretten.example. ") == "www.bretten.example"
        with pytest.raises(ConflictError):
            hosts.add_host(session, ettlingen, "www.bretten.example")
        with pytest.raises(InvalidInputError):
            hosts.add_host(session, bretten, "https://bretten.example")
        with pytest.raises(ConflictError, match=r"bretten\.localhost"):
            hosts.remove_host(session, bretten, "bretten.localhost")
        with pytest.raises(NotFoundError):
            hosts.remove_host(session, ettlingen, "www.bretten.example")
        hosts.make_canonical(session, bretten, "www.bretten.example")
        hosts.make_canonical(session, bretten, "www.bretten.example")
        hosts.remove_host(session, bretten, "bretten.localhost")
        found = find_tenant(session, bretten)
        assert found
        assert (found.host, found.hosts) == ("www.bretten.example", ("www.bretten.example",))
        with pytest.raises(ConflictError):
            hosts.remove_host(session, bretten, "www.bretten.example")
    with working_for(app, bretten) as session:
        assert own_tenant(session).host == "www.bretten.example"


def test_size_and_health_tell_of_a_tenant_and_of_nobody_else(app: Flask, bretten: int, ettlingen: int) -> None:
    with working_for(app, bretten) as session:
        make_organisation(session)
        make_mail(session)
        failed = make_mail(session)
        failed.state = MailState.FAILED
    with operating(app) as session:
        sizes = tenant_sizes(session, [bretten, ettlingen])
        tables = {table.table: table for table in sizes[bretten].tables}
        assert (tables["outgoing_mail"].rows, tables["organisation"].rows) == (2, 1)
        assert tables["outgoing_mail"].bytes > 200
        assert sizes[bretten].bytes == sum(table.bytes for table in sizes[bretten].tables) > sizes[ettlingen].bytes
        assert "outgoing_mail" not in {table.table for table in sizes[ettlingen].tables}
        health = tenant_health(session, [bretten, ettlingen])
        assert (health[bretten].failed_mails, health[bretten].waiting_mails, health[bretten].waiting_jobs) == (1, 1, 2)
        assert health[bretten].waiting_since
        assert health[bretten].last_activity
        assert (health[ettlingen].failed_mails, health[ettlingen].waiting_mails) == (0, 0)


def test_a_page_of_tenants_takes_as_many_statements_as_one(app: Flask) -> None:
    ids = []
    for number in range(12):
        with app.app_context():
            ids.append(make_tenant(f"ort-{number:02}", f"Ort {number:02}", commit=True))
    counts = []
    for some in (ids[:1], ids):
        with operating(app) as session, watched(db.engine) as seen:
            list_tenants(session, per_page=len(some))
            tenant_sizes(session, some)
            tenant_health(session, some)
        counts.append(len(seen))
    assert counts == [5, 5]
    with operating(app) as session:
        page = list_tenants(session, page=2, per_page=5)
        assert ([one.slug for one in page.tenants], page.total) == ([f"ort-{n:02}" for n in range(5, 10)], 12)
        assert [one.name for one in list_tenants(session, text="ORT 07").tenants] == ["Ort 07"]
        assert [one.name for one in list_tenants(session, text="ort-08.local").tenants] == ["Ort 08"]
        assert list_tenants(session, text="100%").total == 0
