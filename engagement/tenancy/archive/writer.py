"""Writing a tenant's archive while its site runs: one snapshot, read as the web role behind the tenant's wall."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.db import ScopeError, tenant_of
from engagement.tenancy.archive import tables
from engagement.tenancy.archive.layout import (
    FORMAT,
    JSON_NULL,
    MANIFEST,
    README,
    DerivedEntry,
    Manifest,
    Member,
    TableEntry,
    file_member,
    readme,
    table_member,
)
from engagement.tenancy.models import Tenant, TenantHost

LINES_AT_A_TIME = 500
FILES_AT_A_TIME = 4
WITHOUT_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP file knows: equal content gives an equal archive."""
NO_MARK = f',"{JSON_NULL}":null}}'


def export_tenant(session: Session, target: IO[bytes]) -> Manifest:
    """Write everything that the session's tenant owns into ``target``, and return what was written.

    Args:
        session: open for the tenant, and not in a transaction yet: all is read in one that sees one moment.
        target: a file open for writing.

    Raises:
        ScopeError: the session is open for no tenant, or in a transaction.
    """
    tenant_id = tenant_of(session)
    _begin(session)
    slug, name = session.execute(select(Tenant.slug, Tenant.name).where(Tenant.id == tenant_id)).one()
    with ZipFile(target, "w") as archive:
        writer = _Writer(archive)
        writer.add(README, readme(name).encode())
        entries = tuple(_write_table(session, writer, table, tenant_id) for table in tables.all_tables())
        for table in tables.owned_tables():
            _write_files(session, writer, table, tenant_id)
        derived = tuple(digest_of_derived(session, table, tenant_id) for table in tables.derived_tables())
        manifest = Manifest(
            format=FORMAT,
            product=version("engagement"),
            schema_revision=schema_revision(session),
            exported_at=now(),
            slug=slug,
            name=name,
            hosts=_hosts(session, tenant_id),
            tables=entries,
            derived=derived,
            left_out=tuple(tables.left_out()),
            members=writer.members,
        )
        archive.writestr(_entry(MANIFEST), manifest.model_dump_json(indent=1), ZIP_DEFLATED)
    return manifest


def _begin(session: Session) -> None:
    if session.in_transaction():
        raise ScopeError("an export begins its own transaction")
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    session.execute(select(*tables.forget_timeouts()))


def digest_of_derived(session: Session, table: Table, tenant_id: int) -> DerivedEntry:
    """Return how many rows a table that is made anew has, and a digest of what is in them."""
    digest, rows = hashlib.sha256(), 0
    for line in _lines(session, table, tenant_id):
        digest.update(line)
        rows += 1
    return DerivedEntry(name=table.name, rows=rows, sha256=digest.hexdigest())


def schema_revision(session: Session) -> str:
    """Return the revision of the database."""
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


@dataclass
class _Writer:
    archive: ZipFile
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, content: bytes, how: int = ZIP_DEFLATED) -> None:
        self.archive.writestr(_entry(name), content, how)
        self.members[name] = Member(size=len(content), sha256=hashlib.sha256(content).hexdigest())

    def add_lines(self, name: str, lines: Iterator[bytes]) -> int:
        """Write lines as they come and return how many there were."""
        entry, digest, size, count = _entry(name), hashlib.sha256(), 0, 0
        entry.compress_type = ZIP_DEFLATED
        with self.archive.open(entry, "w", force_zip64=True) as member:
            for line in lines:
                member.write(line)
                digest.update(line)
                size, count = size + len(line), count + 1
        self.members[name] = Member(size=size, sha256=digest.hexdigest())
        return count


def _entry(name: str) -> ZipInfo:
    return ZipInfo(name, WITHOUT_TIME)


def _write_table(session: Session, writer: _Writer, table: Table, tenant_id: int) -> TableEntry:
    rows = writer.add_lines(table_member(table.name), _lines(session, table, tenant_id))
    return TableEntry(name=table.name, columns=tuple(column.name for column in tables.columns_of(table)), rows=rows)


def _lines(session: Session, table: Table, tenant_id: int) -> Iterator[bytes]:
    options = {"stream_results": True, "yield_per": LINES_AT_A_TIME}
    for line in session.scalars(tables.lines_of(table, tenant_id), execution_options=options):
        yield (line[: -len(NO_MARK)] + "}" if line.endswith(NO_MARK) else line).encode() + b"\n"


def _write_files(session: Session, writer: _Writer, table: Table, tenant_id: int) -> None:
    options = {"stream_results": True, "yield_per": FILES_AT_A_TIME}
    for column in tables.file_columns(table):
        found = session.execute(tables.contents_of(table, column, tenant_id), execution_options=options)
        for digest, content in found:
            if file_member(digest) not in writer.members:
                writer.add(file_member(digest), content, ZIP_STORED)


def _hosts(session: Session, tenant_id: int) -> tuple[str, ...]:
    """Return the host names, the canonical one first."""
    order = (TenantHost.is_primary.desc(), TenantHost.host)
    return tuple(session.scalars(select(TenantHost.host).where(TenantHost.tenant_id == tenant_id).order_by(*order)))
