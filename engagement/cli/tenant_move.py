"""``engagement tenant export`` and ``import``: a town in one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from engagement.cli.context import Kit, data_dir_option, instance
from engagement.cli.tenant_life import known
from engagement.kernel.audit import record
from engagement.kernel.links import Links
from engagement.tenancy.archive.layout import Manifest
from engagement.tenancy.archive.loader import Place, import_tenant
from engagement.tenancy.archive.reader import ArchiveReader
from engagement.tenancy.archive.writer import export_tenant
from engagement.tenancy.lifecycle import EXPORTED, note_export

ONLY_MINE = 0o600


@click.command(name="export")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Even if FILE is there.")
@data_dir_option
@click.pass_obj
def export(kit: Kit, data_dir: Path | None, slug: str, file: Path, *, overwrite: bool) -> None:
    """Write everything that SLUG owns into FILE (ZIP), while its site runs.

    The file holds personal data, password hashes and the key of its mailed links: keep it encrypted.
    """
    if file.exists() and not overwrite:
        raise click.ClickException(f"{file} is there already; --overwrite replaces it.")
    with instance(kit, data_dir) as home:
        with home.session_for(slug) as (session, _), _whole(file) as target:
            manifest = export_tenant(session, target)
        with home.session() as session:
            note_export(session, known(session, slug).id)
        with home.session_for(slug) as (session, found):
            record(session, EXPORTED, "tenant", found.id)  # the town's own log tells of it too
    _tell(manifest, file)


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--slug", default="", help="Another short name than in the archive.")
@click.option("--host", "hosts", multiple=True, help="Other host names; the first one is used in links.")
@data_dir_option
@click.pass_obj
def import_(kit: Kit, data_dir: Path | None, file: Path, slug: str, hosts: tuple[str, ...]) -> None:
    """Read the town in FILE into this installation: all of it or nothing."""
    with instance(kit, data_dir) as home:
        with file.open("rb") as source, home.session() as session:
            done = import_tenant(session, ArchiveReader(source), Place(slug, hosts))
        address = Links.from_settings(home.settings).absolute(done.hosts[0], "/")
    click.echo(f"{done.name} ({done.slug}) is on {address}: {sum(done.rows.values())} rows, {done.files} files.")
    for name in done.left_out:
        click.echo(f"Not in the archive, to be set anew: {name}", err=True)
    for name in done.changed:
        click.echo(f"Made anew and not as it was, since time has passed or it was out of date: {name}", err=True)


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """Lend a file that takes its name when it is complete, readable by nobody else; a failure leaves nothing."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, ONLY_MINE), "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _tell(manifest: Manifest, file: Path) -> None:
    rows = sum(table.rows for table in manifest.tables)
    files = sum(name.startswith("files/") for name in manifest.members)
    size = file.stat().st_size / 1_000_000
    click.echo(
        f"{manifest.name}: {rows} rows of {len(manifest.tables)} tables, {files} files, {size:.1f} MB in {file}."
    )
    click.echo("It holds personal data and secrets: keep it encrypted, and delete it when it is no longer needed.")
    for name in manifest.left_out:
        click.echo(f"Left out, since only this installation can use it: {name}", err=True)
