"""The database server of a test run: the one that DATABASE_URL names, or a private one, with a template to copy."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg
from filelock import FileLock
from psycopg import sql
from sqlalchemy import URL, make_url

from engagement.kernel import migration, roles, walls
from engagement.kernel.database import libpq_url
from engagement.kernel.postgres import FAST_AND_LOSSY, private_server

FOLDER = Path(tempfile.gettempdir()) / f"engagement-tests-{os.geteuid()}"
"""Kept between runs: the cluster and the template need not be made again."""


@contextlib.contextmanager
def test_server() -> Iterator[URL]:
    """Lend an address at which databases can be made; all workers of all runs share the private server."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield make_url(given)
        return
    with private_server(FOLDER, FAST_AND_LOSSY) as server:
        yield server.url()


@contextlib.contextmanager
def test_database(server: URL, run_id: str, worker: str) -> Iterator[URL]:
    """Lend a fresh, migrated database, copied from a template that is made once for a state of the migrations."""
    template = f"engagement_test_template_{_state_of_migrations()}"
    name = f"engagement_test_{run_id}_{worker}"
    FOLDER.mkdir(exist_ok=True)
    with FileLock(FOLDER / f"{template}.lock"):
        if not _is_template(server, template):
            _make_template(server, template)
        _create(server, name, template)
    try:
        yield server.set(database=name)
    finally:
        drop(server, name)


def _state_of_migrations() -> str:
    digest = hashlib.sha256(version("procrastinate").encode())
    folder = migration.bundled("migrations") / "versions"
    for file in [*sorted(folder.glob("*.py")), Path(walls.__file__), Path(roles.__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _make_template(server: URL, template: str) -> None:
    """Only the finished database is marked as a template: a killed run leaves none that looks so."""
    drop(server, template)
    _create(server, template)
    migration.migrate(server.set(database=template))
    with _as_owner(server) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(template)))


def drop(server: URL, name: str) -> None:
    """Also while somebody is connected; the server's own housekeeping only yields when it is not forced."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with _as_owner(server) as connection:
        try:
            connection.execute(statement + sql.SQL(" WITH (FORCE)"))
        except psycopg.errors.InsufficientPrivilege:
            connection.execute(statement)


def _create(server: URL, name: str, template: str = "template0") -> None:
    with psycopg.connect(libpq_url(server), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(roles.OWNER), sql.Identifier(template)
            )
        )


def _is_template(server: URL, name: str) -> bool:
    with psycopg.connect(libpq_url(server), autocommit=True) as connection:
        return (
            connection.execute("SELECT FROM pg_database WHERE datname = %s AND datistemplate", [name]).fetchone()
            is not None
        )


def _as_owner(server: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(libpq_url(server), autocommit=True, options=f"-c role={roles.OWNER}")
