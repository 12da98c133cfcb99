"""Bringing a database to the state that this version of the code needs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import procrastinate
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, MetaData, create_engine, text

from engagement.kernel import roles
from engagement.kernel.database import OWNER_OPTIONS, database, engine_url
from engagement.kernel.db import Base
from engagement.kernel.errors import ConflictError
from engagement.kernel.settings import load_settings

NOT_OURS = ("procrastinate_", "queue_version")
FEATURES = ("tenancy", "mail", "privacy", "accounts", "operators", "organisations", "catalogue", "legal",
            "opportunities", "moderation", "shifts", "applications", "matching", "figures",
            "neighbours", "alerts")  # fmt: skip


def metadata() -> MetaData:
    """Return the tables of all features, whose models are imported by name: the kernel knows nobody."""
    import_module("engagement.kernel.audit")
    import_module("engagement.kernel.files")
    import_module("engagement.kernel.ratelimit")
    import_module("engagement.kernel.variants")
    for feature in FEATURES:
        name = f"engagement.{feature}.models"
        if find_spec(f"engagement.{feature}") and find_spec(name):
            import_module(name)
    return Base.metadata


def bundled(folder: str) -> Path:
    """Return ``migrations`` or ``translations``: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / folder
    return beside if beside.is_dir() else package / "_bundled" / folder


@contextmanager
def owner_connection(url: URL | None = None) -> Iterator[Connection]:
    """Lend a connection that acts as the owner of the tables."""
    if url is None:
        with database(load_settings(secret_key="x" * 32)) as found, owner_connection(found) as connection:
            yield connection
        return
    engine = create_engine(engine_url(url), connect_args={"options": OWNER_OPTIONS})
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def migrate(url: URL, revision: str = "head") -> None:
    """Bring the tables and the job queue to ``revision``; a second call changes nothing.

    Raises:
        ConflictError: a later version has been at work on the database.
    """
    with owner_connection(url) as connection:
        connection.execute(text(roles.extension_sql()))
        connection.commit()
        _refuse_newer(connection)
        command.upgrade(config_of(connection), revision)
        connection.commit()
        migrate_queue(connection)
        connection.commit()


def downgrade(url: URL, revision: str = "base") -> None:
    """Take the tables back to ``revision``."""
    with owner_connection(url) as connection:
        command.downgrade(config_of(connection), revision)
        connection.commit()


def is_known(revision: str) -> bool:
    """Tell whether this version of the code knows a revision, of this database or another one."""
    scripts = ScriptDirectory(str(bundled("migrations")))
    return revision in {script.revision for script in scripts.walk_revisions()}


def _refuse_newer(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and not is_known(current):
        raise ConflictError(
            f"The database is newer than this version of Engagement (it is at {current}). Install that version again."
        )


def pending(url: URL) -> bool:
    """Tell whether the database is behind this version of the code."""
    with owner_connection(url) as connection:
        return is_behind(connection)


def is_behind(connection: Connection) -> bool:
    """Tell the same of a connection of either role."""
    head = ScriptDirectory.from_config(config_of(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() != head


def migrate_queue(connection: Connection) -> None:
    """Install procrastinate's tables or apply the migrations that came with a newer release of it."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS queue_version (applied text PRIMARY KEY)"))
    applied = set(connection.scalars(text("SELECT applied FROM queue_version")))
    folder = Path(procrastinate.__file__).parent / "sql" / "migrations"
    known = sorted(file.name for file in folder.glob("*.sql"))
    if not applied:
        _run_script(connection, procrastinate.schema.SchemaManager.get_schema())
    else:
        for name in known:
            if name not in applied:
                _run_script(connection, (folder / name).read_text(encoding="utf-8"))
    for name in set(known) - applied:
        connection.execute(text("INSERT INTO queue_version VALUES (:name)"), {"name": name})
    _grant_queue(connection)


def _run_script(connection: Connection, script: str) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection to the database is closed")
    driver.execute(script.encode(), prepare=False)


def _grant_queue(connection: Connection) -> None:
    tables = connection.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate\\_%'")
    )
    for table in tables:
        connection.execute(text(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {roles.WEB}'))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {roles.WEB}"))


def config_of(connection: Connection) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
