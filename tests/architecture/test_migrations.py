"""The migrations lead to what the models say, up, down and up again, with rows in the tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, text

from engagement.kernel import migration, roles
from engagement.kernel.database import OWNER_OPTIONS, engine_url, libpq_url
from engagement.kernel.errors import ConflictError
from tests.support.rows import fill
from tests.support.server import drop


@pytest.fixture
def fresh(server: URL) -> Iterator[URL]:
    name = f"engagement_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(libpq_url(server), autocommit=True) as connection:
        connection.execute(roles.database_sql(name).encode())
    yield server.set(database=name)
    drop(server, name)


@pytest.fixture
def owner(fresh: URL) -> Iterator[Engine]:
    engine = create_engine(engine_url(fresh), connect_args={"options": OWNER_OPTIONS})
    yield engine
    engine.dispose()


def test_models_and_migrations_agree(database_url: URL) -> None:
    with migration.owner_connection(database_url) as connection:
        command.check(migration._config(connection))  # noqa: SLF001


def test_a_newer_database_is_left_alone(fresh: URL, owner: Engine) -> None:
    migration.migrate(fresh)
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError, match="newer than this version"):
        migration.migrate(fresh)


def test_up_down_and_up_again_with_rows_in_the_tables(fresh: URL, owner: Engine) -> None:
    assert migration.pending(fresh)
    migration.migrate(fresh)
    assert not migration.pending(fresh)
    before = _tables(owner)
    _fill(owner)
    migration.downgrade(fresh)
    assert _tables(owner) <= {"alembic_version", "queue_version"} | {
        t for t in before if t.startswith("procrastinate_")
    }
    migration.migrate(fresh)
    assert _tables(owner) == before
    _fill(owner)


def test_entries_that_are_there_get_the_words_of_their_town(fresh: URL, owner: Engine) -> None:
    migration.migrate(fresh)
    with owner.begin() as connection:
        for tenant_id in (1, 2):
            fill(connection, tenant_id)
        connection.execute(text("UPDATE catalogue_entry SET category_ids = ARRAY[tenant_id, 99]::bigint[]"))
    with migration.owner_connection(fresh) as connection:
        scripts = ScriptDirectory.from_config(migration._config(connection))  # noqa: SLF001
        before = scripts.get_revision("0010").down_revision
    migration.downgrade(fresh, str(before))
    migration.migrate(fresh)
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT category_slugs, category_names, target_group_names FROM catalogue_entry ORDER BY tenant_id")
        ).all()
    assert [tuple(row) for row in rows] == [(["x1"], ["x1"], []), (["x2"], ["x2"], [])]


def test_migrating_twice_changes_nothing_and_keeps_waiting_jobs(fresh: URL, owner: Engine) -> None:
    migration.migrate(fresh)
    with owner.begin() as connection:
        connection.execute(
            text("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'mail.send', '{}')")
        )
    migration.migrate(fresh)
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_what_older_code_cannot_hide_is_turned_down_on_the_way_back(fresh: URL, owner: Engine) -> None:
    migration.migrate(fresh)
    _fill(owner)
    with owner.begin() as connection:
        connection.execute(text("SELECT set_config('app.tenant_id', '1', true)"))
        for number in (2, 3):
            row = f"jsonb_populate_record(o, '{{\"id\": {number}}}')".replace(":", "\\:")
            connection.execute(text(f"INSERT INTO organisation SELECT ({row}).* FROM organisation o WHERE id = 1"))
        connection.execute(text("UPDATE organisation SET verification = 'merged', merged_into_id = 1 WHERE id = 2"))
        connection.execute(text("UPDATE organisation SET verification = 'verified', suspended_at = now() WHERE id = 3"))
    migration.downgrade(fresh, "0002")
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT id, verification FROM organisation WHERE id > 1 ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(2, "rejected"), (3, "pending")]
    migration.migrate(fresh)


def _tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, 1)
