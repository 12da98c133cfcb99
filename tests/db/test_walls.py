"""Nothing crosses from one tenant to another: not by raw SQL, not by a warm session, not by a key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from engagement.kernel import roles
from engagement.kernel.database import WEB_OPTIONS, engine_url
from engagement.kernel.db import (
    BOTH_SIDES,
    INSTALLATION,
    PUBLIC_READ,
    ScopeError,
    current_session,
    open_for_tenant,
    opened_for_installation,
    tenant_of,
)
from engagement.kernel.migration import owner_connection
from engagement.tenancy.models import Category
from engagement.tenancy.queries import all_tenants, load_vocabulary
from tests.support.rows import fill

NEVER_CHANGED = {"text_version"}
"""Rows are added, never changed; the audit trail cannot even lose one."""
TABLES = """
SELECT c.relname, c.relrowsecurity, pg_get_userbyid(c.relowner) AS owner,
       coalesce(obj_description(c.oid, 'pg_class'), '') AS comment
FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
ORDER BY c.relname
"""


@pytest.fixture
def web(app: Flask, database_url: URL) -> Iterator[Engine]:
    """Connections as the web role, with nobody's session in between; every table holds a row of tenants 1 and 2."""
    with owner_connection(database_url) as connection:
        for tenant_id in (1, 2):
            fill(connection, tenant_id)
        connection.commit()
    engine = create_engine(engine_url(database_url), connect_args={"options": WEB_OPTIONS})
    yield engine
    engine.dispose()


def tables(connection: Connection, comment: str = "") -> list[str]:
    return [row.relname for row in connection.execute(text(TABLES)) if row.comment == comment]


def enter(connection: Connection, tenant_id: int | str) -> None:
    connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(tenant_id)})


def tenants_seen(connection: Connection, table: str) -> set[int]:
    return set(connection.scalars(text(f"SELECT tenant_id FROM {table}")))


def test_raw_sql_sees_only_the_rows_of_the_tenant_that_is_set(web: Engine) -> None:
    with web.connect() as connection:
        owned = tables(connection)
        assert {"account", "application", "opportunity", "outgoing_mail"} <= set(owned)
        for mine in (1, 2):
            enter(connection, mine)
            assert {table: tenants_seen(connection, table) for table in owned} == {table: {mine} for table in owned}


def test_without_a_tenant_every_tenant_owned_table_looks_empty(web: Engine) -> None:
    with web.connect() as connection:
        assert {table for table in tables(connection) if tenants_seen(connection, table)} == set()
        enter(connection, "")
        assert {table for table in tables(connection) if tenants_seen(connection, table)} == set()


def test_raw_sql_cannot_write_into_another_tenant(web: Engine) -> None:
    with web.connect() as connection:
        writable = [*tables(connection), *tables(connection, PUBLIC_READ), *tables(connection, BOTH_SIDES)]
        for table in writable:
            with connection.begin_nested() if connection.in_transaction() else connection.begin():
                enter(connection, 1)
                if table == "audit_record":
                    continue
                if table not in NEVER_CHANGED:
                    changed = connection.execute(text(f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = 2"))
                    assert changed.rowcount == 0, table
                gone = connection.execute(text(f"DELETE FROM {table} WHERE tenant_id = 2"))
                assert gone.rowcount == 0, table


def test_a_row_cannot_be_moved_to_another_tenant(web: Engine) -> None:
    with web.connect() as connection, pytest.raises(ProgrammingError, match="row-level security"):
        enter(connection, 1)
        connection.execute(text("UPDATE category SET tenant_id = 2"))


def test_the_audit_trail_cannot_be_changed_by_the_web_role(web: Engine) -> None:
    for statement in (
        "UPDATE audit_record SET action = 'x'",
        "DELETE FROM audit_record",
        "TRUNCATE audit_record",
        "ALTER TABLE audit_record DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit_record",
    ):
        with web.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            enter(connection, 1)
            connection.execute(text(statement))


class TestForgettingTheAuditTrail:
    """The one way to make it shorter, a function that runs as the owner."""

    FORGET = text("SELECT forget_audit_records(CAST(:months AS integer))")

    @pytest.fixture
    def aged(self, web: Engine) -> Engine:
        """Records of both tenants that are 1, 5, 7, 30 and 60 months old."""
        with web.connect() as connection:
            for tenant_id in (1, 2):
                enter(connection, tenant_id)
                connection.execute(
                    text(
                        "INSERT INTO audit_record (tenant_id, id, at, actor_kind, action, subject_kind) "
                        "SELECT :id, 1000 + age, now() - make_interval(months => age, days => 2), 'system', age, 'x' "
                        "FROM unnest(ARRAY[1, 5, 7, 30, 60]) AS age"
                    ),
                    {"id": tenant_id},
                )
            connection.commit()
        return web

    def left(self, connection: Connection, tenant_id: int) -> list[str]:
        enter(connection, tenant_id)
        ages = connection.scalars(text("SELECT action FROM audit_record WHERE subject_kind = 'x' ORDER BY id"))
        return [age for age in ages if age.isdigit()]

    @pytest.mark.parametrize(
        ("months", "kept"),
        [
            (24, ["1", "5", "7"]),
            (6, ["1", "5"]),
            (1, ["1", "5"]),
            (0, ["1", "5"]),
            (-100, ["1", "5"]),
            (None, ["1", "5"]),
            (120, ["1", "5", "7", "30", "60"]),
        ],
    )
    def test_nothing_younger_than_half_a_year_goes_whatever_is_asked(
        self, aged: Engine, months: int | None, kept: list[str]
    ) -> None:
        with aged.connect() as connection:
            enter(connection, 1)
            connection.execute(self.FORGET, {"months": months})
            assert self.left(connection, 1) == kept
            assert self.left(connection, 2) == ["1", "5", "7", "30", "60"]

    def test_nothing_goes_without_a_tenant_or_for_an_unknown_one(self, aged: Engine) -> None:
        with aged.connect() as connection:
            enter(connection, 0)
            assert connection.scalar(self.FORGET, {"months": 6}) == 0
            connection.rollback()
            with pytest.raises(ProgrammingError, match="no tenant is set"):
                connection.scalar(self.FORGET, {"months": 6})
            connection.rollback()
            assert [len(self.left(connection, mine)) for mine in (1, 2)] == [5, 5]

    def test_a_table_of_the_callers_cannot_stand_in_for_the_real_one(self, aged: Engine) -> None:
        """``search_path`` is set: what the caller calls ``now`` or ``audit_record`` is not asked."""
        with aged.connect() as connection:
            enter(connection, 1)
            connection.execute(text("CREATE TEMPORARY TABLE audit_record (tenant_id integer, at timestamptz)"))
            connection.execute(text("SET LOCAL search_path = pg_temp, public"))
            assert connection.scalar(self.FORGET, {"months": 6}) >= 3
            connection.execute(text("DROP TABLE pg_temp.audit_record"))
            assert self.left(connection, 1) == ["1", "5"]

    def test_only_the_web_role_may_call_it_and_it_belongs_to_the_owner(self, web: Engine) -> None:
        with web.connect() as connection:
            row = connection.execute(
                text(
                    "SELECT prosecdef, proconfig, pg_get_userbyid(proowner) AS owner, "
                    "has_function_privilege('public', oid, 'EXECUTE') AS everybody "
                    "FROM pg_proc WHERE proname = 'forget_audit_records'"
                )
            ).one()
            assert tuple(row) == (True, ["search_path=pg_catalog, pg_temp"], roles.OWNER, False)


@pytest.mark.parametrize("table", sorted(NEVER_CHANGED))
def test_a_version_of_a_text_cannot_be_overwritten(web: Engine, table: str) -> None:
    with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        enter(connection, 1)
        connection.execute(text(f"UPDATE {table} SET body = 'x'"))


def test_every_table_with_a_tenant_is_walled_and_owned_by_another_role(web: Engine) -> None:
    with web.connect() as connection:
        rows = connection.execute(text(TABLES)).all()
        assert [row.relname for row in rows if not row.relrowsecurity] == []
        assert {row.owner for row in rows} == {roles.OWNER}
        assert {row.comment for row in rows} <= {"", PUBLIC_READ, INSTALLATION, BOTH_SIDES}
        who = connection.execute(
            text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
        assert tuple(who) == (roles.WEB, False, False)


def test_public_tables_hold_nothing_about_people(web: Engine) -> None:
    with web.connect() as connection:
        assert tables(connection, PUBLIC_READ) == ["branding", "catalogue_entry", "catalogue_posting", "catalogue_stem"]
        assert tables(connection, INSTALLATION) == ["installation_record", "operator_entry", "tenant_host"]


def test_a_word_to_a_neighbour_is_read_by_both_sides_and_nobody_else(web: Engine) -> None:
    """Towns 1 and 2 have each said something to a third one of their own (1001 and 1002)."""
    with web.connect() as connection:
        assert tables(connection, BOTH_SIDES) == ["neighbour_consent"]
        seen = {}
        for reader in (1, 1001, 2, 1002, ""):
            enter(connection, reader)
            seen[reader] = tenants_seen(connection, "neighbour_consent")
        assert seen == {1: {1}, 1001: {1}, 2: {2}, 1002: {2}, "": set()}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE neighbour_consent SET agreed_at = now() WHERE tenant_id = 1",
        "UPDATE neighbour_consent SET neighbour_id = 2 WHERE neighbour_id = 1001",
        "DELETE FROM neighbour_consent",
    ],
)
def test_whom_a_word_is_said_to_cannot_change_it(web: Engine, statement: str) -> None:
    with web.connect() as connection:
        enter(connection, 1001)
        assert connection.execute(text(statement)).rowcount == 0


@pytest.mark.parametrize("change", ["INSERT", "UPDATE"])
def test_no_town_can_speak_for_another(web: Engine, change: str) -> None:
    statements = {
        "INSERT": "INSERT INTO neighbour_consent (tenant_id, neighbour_id, note) VALUES (1001, 1, '')",
        "UPDATE": "UPDATE neighbour_consent SET tenant_id = 1001 WHERE tenant_id = 1",
    }
    with web.connect() as connection, pytest.raises(ProgrammingError, match="row-level security"):
        enter(connection, 1)
        connection.execute(text(statements[change]))


def test_a_key_cannot_point_into_another_tenant(web: Engine, database_url: URL) -> None:
    with owner_connection(database_url) as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE opportunity SET organisation_id = 2 WHERE tenant_id = 1"))


def test_a_session_refuses_everything_until_it_is_opened(open_session: Session) -> None:
    with pytest.raises(ScopeError):
        open_session.execute(text("SELECT 1"))


def test_an_open_session_cannot_be_turned_to_another_tenant(session: Session, bretten: int) -> None:
    load_vocabulary(session)
    with pytest.raises(ScopeError):
        open_for_tenant(session, bretten + 1)


def test_work_for_the_installation_is_a_named_act_and_leaves_the_scope_as_it_was(
    session: Session, bretten: int
) -> None:
    with opened_for_installation(session, "test") as lent:
        with pytest.raises(ScopeError):
            tenant_of(lent)
        assert load_vocabulary(lent).categories == ()
    assert tenant_of(session) == bretten
    assert load_vocabulary(session).categories


def test_a_row_of_another_tenant_is_refused_before_it_reaches_the_database(session: Session, bretten: int) -> None:
    session.add(Category(tenant_id=bretten + 1, slug="x", name="X"))
    with pytest.raises(ScopeError):
        session.flush()
    session.expunge_all()


def test_each_tenant_has_its_own_vocabulary(app: Flask, bretten: int, ettlingen: int) -> None:
    with app.app_context():
        assert [tenant.slug for tenant in all_tenants(current_session())] == ["bretten", "ettlingen"]
        open_for_tenant(current_session(), ettlingen)
        assert [district.name for district in load_vocabulary(current_session()).districts] == ["Kernstadt", "Spessart"]
