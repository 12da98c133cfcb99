"""Row-level security alone: with everything of ours out of the way, the database still keeps tenants apart."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from engagement.kernel import roles
from engagement.kernel.database import OWNER_OPTIONS, WEB_OPTIONS, engine_url, libpq_url
from engagement.kernel.db import INSTALLATION, PUBLIC_READ
from engagement.kernel.migration import owner_connection
from engagement.kernel.postgres import SUPERUSER
from tests.support.burglary import MINE, READS, THEIRS, WRITES, Burglar
from tests.support.rows import fill

TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND coalesce(obj_description(c.oid, 'pg_class'), '') = :comment
  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
ORDER BY c.relname
"""
FUNCTIONS_BEYOND_THE_WALL = {
    "advance_identities",
    "forget_audit_records",
    "purge_tenant",
    "tenant_health",
    "tenant_sizes",
}
"""Those that run with their owner's power, each tested by itself in ``test_tenant_lifecycle`` and ``test_walls``."""


@pytest.fixture
def filled(app: Flask, database_url: URL) -> URL:
    """Every table holds a row of tenants 1 and 2."""
    with owner_connection(database_url) as connection:
        for tenant_id in (MINE, THEIRS):
            fill(connection, tenant_id)
        connection.commit()
    return database_url


@pytest.fixture
def web(filled: URL) -> Iterator[Engine]:
    engine = create_engine(engine_url(filled), connect_args={"options": WEB_OPTIONS})
    yield engine
    engine.dispose()


@pytest.fixture
def owner(filled: URL) -> Iterator[Engine]:
    engine = create_engine(engine_url(filled), connect_args={"options": OWNER_OPTIONS})
    yield engine
    engine.dispose()


@pytest.fixture
def forgotten(owner: Engine) -> Iterator[str]:
    """A table of tenants whose policy somebody forgot."""
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE forgotten (tenant_id int, id int, PRIMARY KEY (tenant_id, id))"))
        connection.execute(text("INSERT INTO forgotten VALUES (1, 1), (2, 2)"))
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON forgotten TO {roles.WEB}"))
    yield "forgotten"
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE forgotten"))


@pytest.fixture
def second_login(server: URL, filled: URL) -> Iterator[URL]:
    """A login that is a member of the web role alone, as decision 0002 recommends for real use."""
    login = f"engagement_test_serving_{uuid.uuid4().hex[:8]}"
    administrator = server if server.password else server.set(username=SUPERUSER)
    with psycopg.connect(libpq_url(administrator), autocommit=True) as connection:
        try:
            connection.execute(roles.serving_sql(login, "only-for-a-test").encode())
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("the login of this server may not make roles")
        yield filled.set(username=login, password="only-for-a-test")
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def names(connection: Connection, comment: str = "") -> list[str]:
    return list(connection.scalars(text(TABLES), {"comment": comment}))


def enter(connection: Connection, tenant_id: int) -> None:
    connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(tenant_id)})


def state_of_theirs(owner: Engine, tables: list[str]) -> dict[str, tuple[int, str]]:
    """Return number and digest of their rows in each table, as the owner sees them."""
    with owner.connect() as connection:
        return {
            table: tuple(
                connection.execute(
                    text(
                        f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                        f"FROM {table} AS t WHERE tenant_id = {THEIRS}"
                    )
                ).one()
            )
            for table in tables
        }


class TestNothingGetsThrough:
    def test_by_no_way_can_a_row_of_theirs_be_read(self, web: Engine) -> None:
        with web.connect() as connection:
            owned = names(connection)
        assert {"account", "application", "audit_record", "outgoing_mail"} <= set(owned)
        burglar = Burglar(web)
        assert [leak for table in owned for leak in burglar.read(table)] == []

    def test_by_no_way_can_a_row_of_theirs_be_written(self, web: Engine, owner: Engine) -> None:
        """What anybody may read, only its tenant may write. In the end every row of theirs is as it was."""
        with web.connect() as connection:
            walled = [*names(connection), *names(connection, PUBLIC_READ)]
        before, burglar = state_of_theirs(owner, walled), Burglar(web)
        assert all(number == 1 for number, _ in before.values())
        assert [leak for table in walled for leak in burglar.write(table)] == []
        assert state_of_theirs(owner, walled) == before

    def test_the_rows_that_are_mine_can_be_reached_in_all_these_ways(self, web: Engine) -> None:
        """Otherwise a statement with a mistake in it would pass for a wall."""
        with web.connect() as connection:
            owned = names(connection)
        burglar = Burglar(web, tenant_id=THEIRS)
        ways = {leak.partition(": ")[2] for leak in burglar.read("account")}
        assert ways >= {*READS, "COPY TO", "COPY (query) TO", "ORM select", "ORM get", "Core select"}
        assert all(burglar.read(table) for table in owned)

    def test_a_table_without_a_policy_is_found(self, web: Engine, forgotten: str) -> None:
        with web.connect() as connection:
            assert forgotten in names(connection)
        ways = {leak.partition(": ")[2] for leak in Burglar(web).read(forgotten)}
        assert ways == {*READS, "COPY TO", "COPY (query) TO"}

    @pytest.mark.parametrize("way", WRITES)
    def test_each_way_of_writing_works_where_there_is_no_policy(self, web: Engine, forgotten: str, way: str) -> None:
        assert Burglar(web).write(forgotten, only=way) == [f"{forgotten}: {way}"]


class TestSideDoors:
    def test_row_security_cannot_be_switched_off(self, web: Engine) -> None:
        with (
            web.connect() as connection,
            pytest.raises(ProgrammingError, match="affected by row-level security"),
        ):
            enter(connection, MINE)
            connection.execute(text("SET row_security = off"))
            connection.execute(text("SELECT * FROM account"))

    def test_a_cheap_function_that_tells_what_it_sees_sees_mine_only(self, web: Engine) -> None:
        """A condition that is not leakproof is asked after the policy, however cheap it says it is."""
        with web.connect() as connection:
            enter(connection, MINE)
            connection.execute(text("CREATE TEMP TABLE seen (tenant_id integer)"))
            connection.execute(
                text(
                    "CREATE FUNCTION pg_temp.spy(integer) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
                    "$$ BEGIN INSERT INTO seen VALUES ($1); RETURN true; END $$"
                )
            )
            connection.execute(text("SELECT * FROM account WHERE pg_temp.spy(tenant_id)")).all()
            assert set(connection.scalars(text("SELECT tenant_id FROM seen"))) == {MINE}
            connection.rollback()

    def test_statistics_tell_nothing(self, web: Engine, owner: Engine) -> None:
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE account"))
            assert connection.scalar(text("SELECT count(*) FROM pg_stats WHERE tablename = 'account'"))
        with web.connect() as connection:
            enter(connection, MINE)
            assert connection.scalar(text("SELECT count(*) FROM pg_stats WHERE tablename = 'account'")) == 0

    def test_no_view_looks_past_the_policies(self, web: Engine) -> None:
        with web.connect() as connection:
            views = connection.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                    "AND relkind IN ('v', 'm') AND NOT coalesce(reloptions::text ~ 'security_invoker=(true|on)', false)"
                )
            )
            assert views.all() == []

    def test_functions_with_their_owners_power_are_known(self, web: Engine) -> None:
        with web.connect() as connection:
            found = connection.scalars(
                text(
                    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef "
                    "AND has_function_privilege(oid, 'EXECUTE')"
                )
            )
            assert set(found) == FUNCTIONS_BEYOND_THE_WALL

    def test_sequences_can_be_drawn_from_and_not_set(self, web: Engine) -> None:
        with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            enter(connection, MINE)
            connection.execute(text("SELECT setval('account_id_seq', 1)"))

    def test_nothing_can_be_made_in_our_schema(self, web: Engine) -> None:
        for statement in (
            "CREATE TABLE public.trap (x integer)",
            "CREATE VIEW public.trap AS SELECT * FROM account",
            "CREATE FUNCTION public.trap() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "ALTER TABLE account DISABLE ROW LEVEL SECURITY",
            "DROP POLICY tenant ON account",
            "CREATE POLICY mine ON account USING (true)",
            f"ALTER TABLE account OWNER TO {roles.WEB}",
        ):
            with web.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                connection.execute(text(statement))

    def test_an_error_does_not_tell_whether_something_is_there(self, web: Engine) -> None:
        """Neither that of a foreign key nor that of a key which is taken over there."""
        told = []
        for organisation_id in (THEIRS, 987654):
            with web.connect() as connection, pytest.raises(DBAPIError) as caught:
                enter(connection, MINE)
                connection.execute(text(f"UPDATE opportunity SET organisation_id = {organisation_id}"))
            told.append(str(caught.value.orig).replace(str(organisation_id), "…"))
        assert told[0] == told[1]
        for account_id in (THEIRS, 987654):
            with web.connect() as connection, pytest.raises(ProgrammingError, match="row-level security"):
                enter(connection, MINE)
                connection.execute(text(f"UPDATE account SET tenant_id = {THEIRS}, id = {account_id}, email = 'x2'"))

    def test_a_tenant_changes_itself_and_no_other(self, web: Engine) -> None:
        with web.connect() as connection:
            enter(connection, MINE)
            for statement in (
                f"UPDATE tenant SET name = 'x' WHERE id = {THEIRS}",
                f"UPDATE tenant_host SET host = 'x' WHERE tenant_id = {THEIRS}",
            ):
                assert connection.execute(text(statement)).rowcount == 0
            with pytest.raises(ProgrammingError, match="row-level security"):
                connection.execute(text(f"INSERT INTO tenant_host VALUES ('trap.example', {THEIRS}, false)"))

    def test_every_installation_table_with_a_tenant_is_walled_too(self, web: Engine) -> None:
        with web.connect() as connection:
            open_ones = connection.scalars(
                text(
                    "SELECT relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                    "AND NOT relrowsecurity AND obj_description(oid, 'pg_class') = :comment"
                ),
                {"comment": INSTALLATION},
            )
            assert open_ones.all() == ["rate_count"], "which holds keyed digests and numbers"


class TestRoles:
    def test_with_the_single_login_the_owner_is_one_statement_away(self, web: Engine) -> None:
        """What decision 0002 says of it: whoever can send arbitrary SQL can change the role. Hence the second login."""
        with web.connect() as connection:
            enter(connection, MINE)
            connection.execute(text(f"SET ROLE {roles.OWNER}"))
            assert set(connection.scalars(text("SELECT tenant_id FROM account"))) == {MINE, THEIRS}

    def test_resetting_the_role_leads_back_to_the_web_role(self, web: Engine) -> None:
        """It is part of the connection's own options."""
        with web.connect() as connection:
            connection.execute(text("RESET ROLE"))
            assert connection.scalar(text("SELECT current_user")) == roles.WEB

    def test_the_single_login_by_itself_holds_nothing(self, web: Engine) -> None:
        with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SET ROLE NONE"))
            connection.execute(text("SELECT * FROM account"))

    @pytest.mark.parametrize(
        "statement",
        [f"SET ROLE {roles.OWNER}", f"SET SESSION AUTHORIZATION {roles.OWNER}", f"GRANT {roles.OWNER} TO CURRENT_USER"],
    )
    def test_the_second_login_cannot_become_the_owner(self, second_login: URL, statement: str) -> None:
        engine = create_engine(engine_url(second_login), connect_args={"options": WEB_OPTIONS})
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
        engine.dispose()

    def test_the_second_login_is_walled_whatever_role_it_takes(self, second_login: URL) -> None:
        engine = create_engine(engine_url(second_login), connect_args={"options": WEB_OPTIONS})
        with engine.connect() as connection:
            enter(connection, MINE)
            assert set(connection.scalars(text("SELECT tenant_id FROM account"))) == {MINE}
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SET ROLE NONE"))
            connection.execute(text("SELECT * FROM account"))
        engine.dispose()

    def test_the_second_login_cannot_begin_as_the_owner(self, second_login: URL) -> None:
        with pytest.raises(psycopg.OperationalError, match=r"permission denied to set role"):
            psycopg.connect(libpq_url(second_login), options=f"-c role={roles.OWNER}")
