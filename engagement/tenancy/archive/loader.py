"""Reading a tenant's archive into this installation: all of it or nothing, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from engagement.kernel.audit import record_for_installation
from engagement.kernel.clock import now
from engagement.kernel.db import hand_over_to_tenant, open_for_installation
from engagement.kernel.migration import is_known
from engagement.tenancy.archive import tables
from engagement.tenancy.archive.layout import ArchiveError, DerivedEntry, Manifest, TableEntry, table_member
from engagement.tenancy.archive.reader import ArchiveReader
from engagement.tenancy.archive.writer import digest_of_derived, schema_revision
from engagement.tenancy.hosts import normalise_host
from engagement.tenancy.models import Tenant, TenantHost
from engagement.tenancy.service import check_names, refuse_taken

LINES_AT_A_TIME = 500
FILES_AT_A_TIME = 4

after_import: list[Callable[[Session], object]] = []
"""What features do with a tenant that has just moved in, such as queueing its waiting mails; the wiring fills it."""

Line = tuple[int, str, dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where an archive is to live, if not under the name and hosts that it had."""

    slug: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Args:
        tenant_id: the tenant's number here.
        rows: how many of each table.
        files: how many files.
        left_out: what the archive could not bring, and has to be set anew.
        changed: tables that were made anew and do not look as they did, since time has passed for example.
    """

    tenant_id: int
    slug: str
    name: str
    hosts: tuple[str, ...]
    rows: dict[str, int]
    files: int
    left_out: tuple[str, ...]
    changed: tuple[str, ...] = field(default=())


def import_tenant(session: Session, archive: ArchiveReader, place: Place = Place()) -> Imported:
    """Make a tenant of an archive, in the caller's transaction; ``session`` is left open for it.

    Its ids stay, so that addresses and links in old mails go on working; only the tenant's number is a new one.

    Args:
        session: open for nothing yet, or for the installation.
        archive: opened, not yet verified.
        place: name and hosts, if they are to be others.

    Raises:
        ArchiveError: the archive is damaged, or of another state of the database than this one.
        ConflictError: name or host is taken here.
        InvalidInputError: name or host is malformed.
    """
    archive.verify()
    open_for_installation(session, "import of a tenant")
    session.execute(select(*tables.forget_timeouts()))
    manifest = archive.manifest
    _refuse_other_schema(manifest, schema_revision(session))
    _refuse_other_tables(manifest)
    home = _home(session, manifest, place)
    tenant_id = _add_tenant(session, archive, home)
    hand_over_to_tenant(session, tenant_id)
    _load_all(session, archive, tenant_id)
    for follow_up in after_import:
        follow_up(session)
    session.flush()
    return _told(session, manifest, tenant_id, home)


def _home(session: Session, manifest: Manifest, place: Place) -> Place:
    """Return where the tenant is to live, once it is sure that it can."""
    home = Place(place.slug or manifest.slug, tuple(map(normalise_host, place.hosts or manifest.hosts)))
    check_names(home.slug, home.hosts)
    refuse_taken(session, home.slug, home.hosts)
    return home


def _load_all(session: Session, archive: ArchiveReader, tenant_id: int) -> None:
    by_name = {entry.name: entry for entry in archive.manifest.tables}
    for table in tables.owned_tables():
        _load(session, archive, table, by_name[table.name], {"tenant_id": tenant_id})
    session.execute(select(func.advance_identities()))


def _told(session: Session, manifest: Manifest, tenant_id: int, home: Place) -> Imported:
    return Imported(
        tenant_id=tenant_id,
        slug=home.slug,
        name=manifest.name,
        hosts=home.hosts,
        rows={entry.name: entry.rows for entry in manifest.tables},
        files=sum(name.startswith("files/") for name in manifest.members),
        left_out=manifest.left_out,
        changed=tuple(_changed(session, tenant_id, manifest.derived)),
    )


def _refuse_other_schema(manifest: Manifest, here: str) -> None:
    there = manifest.schema_revision
    if there == here:
        return
    if is_known(there):
        advice = "update the installation that it comes from to this version, and export it again"
    else:
        advice = "update this installation first"
    raise ArchiveError(
        f"the archive was written by Engagement {manifest.product} with a database at {there}; this one is at {here}. "
        f"Please {advice}"
    )


def _refuse_other_tables(manifest: Manifest) -> None:
    """An archive at our own revision has our tables and columns, whoever wrote its manifest."""
    ours = {table.name: tables.columns_of(table) for table in tables.all_tables()}
    if {entry.name for entry in manifest.tables} != set(ours) or len(manifest.tables) != len(ours):
        raise ArchiveError("the manifest does not name the tables of this version")
    for entry in manifest.tables:
        if set(entry.columns) != {column.name for column in ours[entry.name]}:
            raise ArchiveError(f"the manifest does not name the columns of {entry.name}")


def _add_tenant(session: Session, archive: ArchiveReader, home: Place) -> int:
    table, (entry,) = (
        tables.tenant_table(),
        [one for one in archive.manifest.tables if one.name == Tenant.__tablename__],
    )
    _load(session, archive, table, entry, {"slug": home.slug, "resumed_at": now().isoformat()})
    tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == home.slug)).one_or_none()
    if tenant_id is None or entry.rows != 1:
        raise ArchiveError(f"{table_member(entry.name)} does not hold exactly one municipality")
    session.add_all(
        TenantHost(host=host, tenant_id=tenant_id, is_primary=number == 0) for number, host in enumerate(home.hosts)
    )
    record_for_installation(
        session,
        "tenant.import",
        tenant_id=tenant_id,
        tenant_slug=home.slug,
        details={"exported_at": archive.manifest.exported_at, "hosts": list(home.hosts)},
    )
    return tenant_id


def _load(session: Session, archive: ArchiveReader, table: Table, entry: TableEntry, fixed: dict[str, object]) -> None:
    columns = [column.name for column in tables.file_columns(table)]
    size = FILES_AT_A_TIME if columns else LINES_AT_A_TIME
    if tables.points_to_itself(table):
        size = max(entry.rows, 1)  # a row may come before the one that it points to, but not in another statement
    statement = text(tables.insert_lines(table))

    def write(lines: list[Line]) -> None:
        values: dict[str, object] = {
            "lines": "".join(line for _, line, _ in lines).rstrip(),
            "fixed": json.dumps(fixed),
        }
        for number, column in enumerate(columns):
            names = [row[column] for _, _, row in lines]
            values[f"file_{number}"] = [None if name is None else archive.content(name) for name in names]
        with session.begin_nested():
            session.execute(statement, values)

    for lines in _some_at_a_time(archive.lines(entry), size):
        try:
            write(lines)
        except (DataError, IntegrityError):
            for line in lines:
                _write_alone(write, line, table)


def _write_alone(write: Callable[[list[Line]], None], line: Line, table: Table) -> None:
    """Find out which line of a refused batch it was, and say what is wrong with it."""
    try:
        write([line])
    except (DataError, IntegrityError) as error:
        reason = str(error.orig).partition("\n")[0]
        raise ArchiveError(f"{table_member(table.name)}, line {line[0]}: the database refuses it: {reason}") from error


def _some_at_a_time(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while some := list(islice(lines, size)):
        yield some


def _changed(session: Session, tenant_id: int, before: tuple[DerivedEntry, ...]) -> Iterator[str]:
    known = {entry.name: entry for entry in before}
    for table in tables.derived_tables():
        if known.get(table.name) != digest_of_derived(session, table, tenant_id):
            yield table.name
