"""The demo's towns in a test's database: made once by a worker, and after that put back as they were.

Rows are put back without triggers, which takes a superuser: there is one on the private server. On the one that
``DATABASE_URL`` names the towns are made anew each time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import URL

from engagement.cli.demo.content import City
from engagement.cli.demo.seed import seed
from engagement.kernel.database import libpq_url
from engagement.kernel.postgres import SUPERUSER
from engagement.kernel.settings import Settings

NOT_THEIRS = ("alembic_version", "queue_version")
Rows = dict[str, bytes]

_kept: dict[tuple[str, ...], Rows] = {}


def seed_towns(app: Flask, settings: Settings, url: URL, cities: Sequence[City]) -> None:
    """Fill an empty database with towns of the demo. Their numbers are the same each time in one worker."""
    key = tuple(city.slug for city in cities)
    if key in _kept:
        with _superuser(url) as connection:
            _put_back(connection, _kept[key])
        return
    for city in cities:
        with app.app_context():
            seed(settings, city)
    if "DATABASE_URL" not in os.environ:
        with _superuser(url) as connection:
            _kept[key] = {name: _rows(connection, name) for name in _tables(connection)}


def _superuser(url: URL) -> psycopg.Connection:
    return psycopg.connect(libpq_url(url.set(username=SUPERUSER)))


def _tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)", [list(NOT_THEIRS)]
    )
    return [name for (name,) in found]


def _rows(connection: psycopg.Connection, name: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(sql.Identifier(name))
    with connection.cursor().copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _put_back(connection: psycopg.Connection, rows: Rows) -> None:
    """Without triggers and in any order: the rows are known to belong together."""
    connection.execute("SET session_replication_role = replica")
    for name, content in rows.items():
        statement = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(name))
        with connection.cursor().copy(statement) as copy:
            copy.write(content)
    connection.commit()
