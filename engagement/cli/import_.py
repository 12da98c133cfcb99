"""``engagement import …``: bringing along what other software holds."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from engagement.cli.context import Kit, console, data_dir_option, instance
from engagement.opportunities.freinet.importer import Outcome, RowReport, Summary, run_import
from engagement.tenancy.queries import TenantInfo

MOST_SHOWN = 50
"""Skipped rows and notes on the screen; ``--report`` has them all."""


@click.group(name="import")
def import_group() -> None:
    """Bring offers along from other software."""


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--tenant", "slug", required=True, metavar="SLUG", help="Municipality that the offers are for.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what became of each row into this CSV file.",
)
@data_dir_option
@click.pass_obj
def freinet(kit: Kit, /, file: Path, slug: str, *, dry_run: bool, report: Path | None, data_dir: Path | None) -> None:
    """Import the offers of FILE, an export of Freinet: short XML, full XML or CSV.

    Everything happens in one transaction. Running it again changes only what has changed in Freinet; offers that
    somebody edited here are left alone and named. A broken file imports nothing.
    """
    if report and report.resolve() == file.resolve():
        raise click.BadParameter("the report would overwrite the export", param_hint="--report")
    screen, unusual = console(), _Unusual()
    with instance(kit, data_dir) as home, home.session_for(slug) as (session, tenant):
        with _reported(report) as write, _progress(file) as progress:

            def on_row(row: RowReport) -> None:
                unusual.take(row)
                write(row)

            summary = run_import(session, file, tenant, progress=progress, on_row=on_row)
        if dry_run:
            session.rollback()
    unusual.show(screen)
    _show(screen, summary, tenant, dry_run=dry_run)


class _Unusual:
    """Keeps the rows that somebody should look at, the first of them only."""

    def __init__(self) -> None:
        self._rows: list[RowReport] = []
        self._more = 0

    def take(self, row: RowReport) -> None:
        if not row.reason and not row.notes:
            return
        if len(self._rows) < MOST_SHOWN:
            self._rows.append(row)
        else:
            self._more += 1

    def show(self, screen: Console) -> None:
        if not self._rows:
            return
        table = Table("Row", "Line", "Id", "Title", "Outcome", "Why")
        for row in self._rows:
            why = "; ".join(filter(None, [row.reason, *row.notes]))
            table.add_row(str(row.row), str(row.line), *map(escape, (row.external_id, row.title, row.outcome, why)))
        screen.print(table)
        if self._more:
            screen.print(f"… and {self._more} more such rows; --report FILE.csv has them all.")


def _show(screen: Console, summary: Summary, tenant: TenantInfo, *, dry_run: bool) -> None:
    table = Table("", "Offers", "Organisations")
    for outcome in Outcome:
        organisations = summary.organisations[outcome]
        table.add_row(outcome, str(summary.outcomes[outcome]), str(organisations) if organisations else "")
    table.add_section()
    table.add_row("rows read", str(summary.rows), "")
    screen.print(table)
    kept = "Dry run: nothing was kept." if dry_run else f"Imported into {tenant.name}."
    screen.print(escape(kept))


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    """Show how much of the file has been read, where somebody is watching."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=file.stat().st_size)
        yield lambda read: bar.update(task, completed=read)


@contextmanager
def _reported(path: Path | None) -> Iterator[Callable[[RowReport], None]]:
    """Lend what writes the report, row by row; the file appears only when the import has come to its end.

    What is no file, such as ``/dev/stdout`` or a pipe, is written to as it is and never replaced by one.
    """
    if path is None:
        yield lambda _row: None
        return
    in_place = path.exists() and not path.is_file()
    partial = path if in_place else path.with_name(f"{path.name}.partial")
    try:
        stream = partial.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise click.ClickException(f"The report {path} cannot be written: {error.strerror}.") from error
    try:
        with stream:
            table = csv.writer(stream, delimiter=";")
            table.writerow(["row", "line", "id", "title", "outcome", "reason", "notes"])
            yield lambda row: table.writerow(
                [row.row, row.line, *map(_harmless, (row.external_id, row.title)), row.outcome, row.reason,
                 "; ".join(row.notes)]
            )  # fmt: skip
        if not in_place:
            partial.replace(path)
    finally:
        if not in_place:
            partial.unlink(missing_ok=True)


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking somebody else's text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
