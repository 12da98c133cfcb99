"""The migrations lead to what the models say, up, down and up again, with rows in the tables."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, text

from engagement.kernel import migration, roles
from engagement.kernel.database import OWNER_OPTIONS, engine_url, libpq_url
from engagement.kernel.errors import ConflictError
from engagement.tenancy.settings import TenantSettings
from tests.support.rows import NEIGHBOUR, fill
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
        command.check(migration.config_of(connection))


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
    migration.downgrade(fresh, _before("0010", fresh))
    migration.migrate(fresh)
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT category_slugs, category_names, target_group_names FROM catalogue_entry ORDER BY tenant_id")
        ).all()
    assert [tuple(row) for row in rows] == [(["x1"], ["x1"], []), (["x2"], ["x2"], [])]


def test_towns_that_wrote_down_their_parts_get_the_new_ones(fresh: URL, owner: Engine) -> None:
    """A stored list leaves out what nobody could know when it was stored; what a town switched off stays off."""
    migration.migrate(fresh)
    before = _before("0018", fresh)
    migration.downgrade(fresh, before)
    said = {1: {"modules": ["accounts", "reports"]}, 2: {}, 3: {"modules": ["map"], "sender_name": "Stadt"}}
    with owner.begin() as connection:
        for tenant_id, settings in said.items():
            fill(connection, tenant_id)
            _write_settings(connection, tenant_id, settings)
    migration.migrate(fresh)
    assert _settings(owner) == {
        1: {"modules": ["accounts", "reports", "open_data", "embedding", "map"]},
        2: {},
        3: {"modules": ["map", "open_data", "embedding"], "sender_name": "Stadt"},
    }
    assert all(TenantSettings.model_validate(settings) for settings in _settings(owner).values())
    with owner.begin() as connection:
        _write_settings(connection, 2, TenantSettings().model_dump(mode="json"))
    migration.downgrade(fresh, before)
    left = _settings(owner)
    assert left[1] == said[1]
    assert not {"open_data", "embedding", "map"} & set(left[2]["modules"]), "older code knows none of them"
    assert "tiles" not in left[2]
    migration.migrate(fresh)


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


def _before(revision: str, database: URL) -> str:
    with migration.owner_connection(database) as connection:
        scripts = ScriptDirectory.from_config(migration.config_of(connection))
        return str(scripts.get_revision(revision).down_revision)


def _write_settings(connection: Connection, tenant_id: int, settings: dict[str, Any]) -> None:
    row = {"id": tenant_id, "settings": json.dumps(settings)}
    connection.execute(text("UPDATE tenant SET settings = CAST(:settings AS jsonb) WHERE id = :id"), row)


def _settings(engine: Engine) -> dict[int, dict[str, Any]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, settings FROM tenant WHERE id < :neighbours"), {"neighbours": NEIGHBOUR}
        )
        return {row.id: row.settings for row in rows}


def _tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, 1)
