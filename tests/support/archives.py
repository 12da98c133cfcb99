"""A second, empty installation beside the first, and archives that are taken apart and put together again."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zipfile import ZipFile

from flask import Flask
from sqlalchemy import URL, text

from engagement.kernel.audit import OPERATOR, act_as
from engagement.kernel.db import MADE_ANEW, current_session, db, open_for_tenant
from engagement.kernel.migration import metadata, owner_connection
from engagement.kernel.settings import Settings
from engagement.tenancy.archive.loader import Imported, Place, import_tenant
from engagement.tenancy.archive.reader import ArchiveReader
from engagement.tenancy.archive.writer import export_tenant
from engagement.wiring import create_app
from tests.support.pages import CheckedClient
from tests.support.server import test_database

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
  AND obj_description(c.oid, 'pg_class') IS DISTINCT FROM 'installation' ORDER BY 1
"""
"""Every table that has a tenant and is not the installation's own."""
PLACE_OF_A_TENANT = ("id", "suspended_at", "suspension_reason", "resumed_at", "deletion_requested_at", "delete_after")


@contextmanager
def second_installation(server: URL, run_id: str, worker: str, settings: Settings) -> Iterator[tuple[Flask, URL]]:
    """Lend an installation with a database and a secret key of its own."""
    with test_database(server, run_id, f"{worker}_second") as url:
        app = create_app(settings.model_copy(update={"secret_key": type(settings.secret_key)("another" * 6)}), url)
        app.config["TESTING"] = app.config["PROPAGATE_EXCEPTIONS"] = True
        app.test_client_class = CheckedClient
        yield app, url
        with app.app_context():
            db.engine.dispose()


def export(app: Flask, tenant_id: int) -> bytes:
    """Return the archive of a tenant."""
    target = io.BytesIO()
    with app.app_context():
        open_for_tenant(current_session(), tenant_id)
        export_tenant(current_session(), target)
        current_session().rollback()
    return target.getvalue()


def load(app: Flask, archive: bytes, place: Place | None = None) -> Imported:
    """Read an archive into the installation of ``app`` and commit."""
    with app.app_context():
        session = current_session()
        act_as(session, OPERATOR)
        try:
            done = import_tenant(session, ArchiveReader(io.BytesIO(archive)), place or Place())
            session.commit()
        finally:
            session.rollback()
    return done


def all_rows(url: URL, tenant_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a tenant in every table, from the database's own catalogue, without the tenant's number."""
    with owner_connection(url) as connection:
        rows = {
            name: _rows(connection.scalars(text(f"SELECT (to_jsonb(t) - 'tenant_id')::text FROM {name} t "
                                                f"WHERE tenant_id = {tenant_id} ORDER BY t.*")).all())
            for name in (*connection.scalars(text(TABLES)).all(), "tenant_host")
            if name not in made_anew()
        }  # fmt: skip
        (tenant,) = _rows(connection.scalars(text(f"SELECT to_jsonb(t)::text FROM tenant t WHERE id = {tenant_id}")))
    rows["tenant"] = [{name: value for name, value in tenant.items() if name not in PLACE_OF_A_TENANT}]
    return rows


def made_anew() -> set[str]:
    """Return the tables whose rows the worker makes of others, so that they do not move."""
    return {table.name for table in metadata().sorted_tables if table.info.get(MADE_ANEW)}


def everything(url: URL) -> dict[str, list[str]]:
    """Return every row of every table but the migrations', to see that nothing has changed."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%version'"
    with owner_connection(url) as connection:
        return {
            name: sorted(connection.scalars(text(f"SELECT t::text FROM {name} t")))
            for name in connection.scalars(text(tables)).all()
        }


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Return the members of an archive by name."""
    with ZipFile(io.BytesIO(archive)) as members:
        return {name: members.read(name) for name in members.namelist()}


def packed(members: dict[str, bytes], *, honest: bool = True) -> bytes:
    """Put an archive together; an honest one has the checksums of what is in it."""
    manifest = json.loads(members["manifest.json"])
    if honest:
        manifest["members"] = {
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
            if name != "manifest.json"
        }
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, content)
    return target.getvalue()


def changed(archive: bytes, name: str, change: Callable[[bytes], bytes], *, honest: bool = True) -> bytes:
    """Return the archive with one member changed."""
    members = unpacked(archive)
    return packed({**members, name: change(members[name])}, honest=honest)


def _rows(lines: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [json.loads(line, parse_float=str) for line in lines]
