"""All the ways we know to read or write another tenant's rows, tried as the web role with nothing of ours in between.

Plain connections and sessions are used: none of the application's scopes, events and checks are at work. The one thing
that is set is the tenant of the transaction. An attempt that succeeds is returned as a leak.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engagement.kernel import migration
from engagement.kernel.db import Base
from tests.support.rows import row_of

MINE, THEIRS = 1, 2
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)
"""Row-level security or a missing grant; COPY FROM is not supported below row-level security at all."""

READS = {
    "SELECT": "SELECT * FROM {table} WHERE tenant_id = 2",
    "aggregate": "SELECT max(tenant_id) FROM {table} HAVING max(tenant_id) = 2",
    "TABLE": "SELECT * FROM (TABLE {table}) AS x WHERE x.tenant_id <> 1",
    "EXISTS": "SELECT 1 WHERE EXISTS (SELECT FROM {table} WHERE tenant_id = 2)",
    "WITH": "WITH x AS MATERIALIZED (SELECT * FROM {table}) SELECT * FROM x WHERE tenant_id = 2",
    "JOIN": "SELECT x.* FROM tenant AS o JOIN {table} AS x ON x.tenant_id = o.id WHERE o.id = 2",
    "FOR UPDATE": "SELECT * FROM {table} WHERE tenant_id = 2 FOR UPDATE",
}
COPY_OUT = {
    "COPY TO": "COPY {table} (tenant_id) TO STDOUT",
    "COPY (query) TO": "COPY (SELECT tenant_id FROM {table}) TO STDOUT",
}
MINE_AS_THEIRS = "SELECT {copied} FROM {table} AS own, jsonb_populate_record(own, '{moved}') AS x"
THEIR_VERY_KEY = "SELECT {copied} FROM {table} AS own, jsonb_populate_record(own, '{their_key}') AS x"
WRITES = {
    "UPDATE": "UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = 2",
    "UPDATE RETURNING": "UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id <> 1 RETURNING *",
    "UPDATE FROM": "UPDATE {table} AS x SET tenant_id = 2 FROM tenant AS o WHERE o.id = x.tenant_id AND o.id = 2",
    "UPDATE to mine": "UPDATE {table} SET tenant_id = 1 WHERE tenant_id = 2",
    "UPDATE to theirs": "UPDATE {table} SET tenant_id = 2 WHERE tenant_id = 1",
    "DELETE": "DELETE FROM {table} WHERE tenant_id = 2",
    "DELETE RETURNING": "DELETE FROM {table} WHERE tenant_id <> 1 RETURNING *",
    "DELETE USING": "DELETE FROM {table} AS x USING tenant AS o WHERE o.id = x.tenant_id AND o.id = 2",
    "MERGE": "MERGE INTO {table} AS x USING (SELECT 2 AS id) AS y ON x.tenant_id = y.id WHEN MATCHED THEN DELETE",
    "INSERT": "INSERT INTO {table} ({columns}) " + MINE_AS_THEIRS,
    "INSERT of their key": "INSERT INTO {table} ({columns}) " + THEIR_VERY_KEY,
    "INSERT RETURNING": "INSERT INTO {table} ({columns}) " + MINE_AS_THEIRS + " RETURNING *",
    "ON CONFLICT DO UPDATE": "INSERT INTO {table} ({columns}) "
    + THEIR_VERY_KEY
    + " ON CONFLICT ({key}) DO UPDATE SET tenant_id = 1",
    "ON CONFLICT DO NOTHING": "INSERT INTO {table} ({columns}) " + MINE_AS_THEIRS + " ON CONFLICT DO NOTHING",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}


class Burglar:
    """Somebody who holds connections as the web role.

    Args:
        engine: makes those connections; sessions on it are SQLAlchemy's own, not ours.
        tenant_id: the tenant that each transaction sets.
    """

    def __init__(self, engine: Engine, tenant_id: int = MINE) -> None:
        self._engine = engine
        self._tenant_id = tenant_id

    def read(self, table: str) -> list[str]:
        """Return the ways by which a row of theirs could be read."""
        found = [name for name, sql in READS.items() if self._raw(sql, table)]
        found += [name for name, sql in COPY_OUT.items() if self._copy_out(sql.format(table=table))]
        return [f"{table}: {name}" for name in [*found, *self._by_models(table, self._model_reads)]]

    def write(self, table: str, *, only: str = "") -> list[str]:
        """Return the ways by which a row of theirs could be written, or one of mine made theirs; ``only`` tries one."""
        found = [name for name, sql in WRITES.items() if only in {"", name} and self._raw(sql, table)]
        if only:
            return [f"{table}: {name}" for name in found]
        found += ["COPY FROM"] if self._copy_in(table) else []
        return [f"{table}: {name}" for name in [*found, *self._by_models(table, self._model_writes)]]

    def _raw(self, sql: str, table: str) -> bool:
        def act(connection: Connection) -> bool:
            result = connection.exec_driver_sql(sql.format(table=table, **_parts(connection, table)))
            return bool(result.all()) if result.returns_rows else result.rowcount != 0

        return self._attempt(act)

    def _copy_out(self, sql: str) -> bool:
        def act(connection: Connection) -> bool:
            with _driver(connection).cursor().copy(sql.encode()) as rows:
                return str(THEIRS).encode() in b"".join(bytes(row) for row in rows).split()

        return self._attempt(act)

    def _copy_in(self, table: str) -> bool:
        def act(connection: Connection) -> bool:
            with _driver(connection).cursor().copy(f"COPY {table} (tenant_id) FROM STDIN".encode()) as rows:
                rows.write_row([THEIRS])
            return True

        return self._attempt(act)

    def _by_models(self, table: str, attempts: Callable[[Any, Table], dict[str, Any]]) -> list[str]:
        model = _models().get(table)
        if model is None:
            return []
        tried = attempts(model, migration.metadata().tables[table])
        return [name for name, attempt in tried.items() if self._attempt(partial(_in_session, attempt))]

    def _model_reads(self, model: Any, table: Table) -> dict[str, Callable[[Session], Any]]:  # noqa: ANN401
        key = tuple(row_of(table, THEIRS)[column.name] for column in table.primary_key)
        return {
            "ORM select": lambda session: session.scalars(select(model).where(model.tenant_id == THEIRS)).all(),
            "ORM get": lambda session: session.get(model, key),
            "Core select": lambda session: session.execute(table.select().where(table.c.tenant_id != MINE)).all(),
        }

    def _model_writes(self, model: Any, table: Table) -> dict[str, Callable[[Session], Any]]:  # noqa: ANN401
        theirs = table.c.tenant_id == THEIRS
        row = row_of(table, THEIRS)
        own_key = {column.name: table.c[column.name] for column in table.primary_key}
        return {
            "ORM update": lambda session: _count(
                session, update(model).where(model.tenant_id == THEIRS).values(tenant_id=THEIRS)
            ),
            "ORM delete": lambda session: _count(session, delete(model).where(model.tenant_id == THEIRS)),
            "ORM add": lambda session: _add(session, model(**row)),
            "Core update": lambda session: _count(session, table.update().where(theirs).values(own_key)),
            "Core delete": lambda session: _count(session, table.delete().where(theirs)),
            "Core insert": lambda session: _count(session, table.insert().values(row)),
            "Core upsert": lambda session: _count(
                session,
                insert(table).values(row).on_conflict_do_update(index_elements=[*table.primary_key], set_=row),
            ),
        }

    def _attempt(self, act: Callable[[Connection], bool]) -> bool:
        """Act in a transaction of the tenant, committed: what gets through shows in their rows afterwards."""
        with self._engine.connect() as connection:
            connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(self._tenant_id)})
            try:
                got = act(connection)
                connection.commit()
            except (DBAPIError, psycopg.Error) as error:
                cause = error.orig if isinstance(error, DBAPIError) else error
                if isinstance(cause, REFUSED):
                    return False
                if isinstance(cause, psycopg.errors.IntegrityError):
                    return True  # past the wall, and stopped by something else
                raise
            return got


def _in_session(attempt: Callable[[Session], Any], connection: Connection) -> bool:
    with Session(connection) as session:
        return bool(attempt(session))


def _count(session: Session, statement: Any) -> bool:  # noqa: ANN401
    return session.execute(statement, execution_options={"synchronize_session": False}).rowcount != 0


def _add(session: Session, row: Base) -> bool:
    session.add(row)
    session.flush()
    return True


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    found = connection.connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def _models() -> dict[str, type[Base]]:
    migration.metadata()
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}


def _parts(connection: Connection, table: str) -> dict[str, str]:
    """Return columns and key of a table as the database's own catalogue has them, and the key of their row."""
    rows = connection.execute(
        text(
            "SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, NULL) ~ 'int' AS is_number, "
            "coalesce(a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]), false) AS is_key FROM pg_attribute a "
            "LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary "
            "WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
            "ORDER BY a.attnum"
        ),
        {"name": table},
    ).all()
    key = [row for row in rows if row.is_key]
    return {
        "columns": ", ".join(row.name for row in rows),
        "copied": ", ".join(f"x.{row.name}" for row in rows),
        "key": ", ".join(row.name for row in key),
        "moved": json.dumps({"tenant_id": THEIRS}),
        "their_key": json.dumps({row.name: THEIRS if row.is_number else f"x{THEIRS}" for row in key}),
    }
