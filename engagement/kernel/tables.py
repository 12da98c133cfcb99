"""Tables that leave the house: rows become CSV as German spreadsheets read it, or an Excel file.

What people typed must never run as a formula in somebody's spreadsheet (OWASP, "CSV Injection"): in CSV a text that
could begin one gets an apostrophe in front and every text stands in quotes, in Excel it is written as a text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | date | datetime | None
"""What a table can hold; a truth value is put into words by the caller, who knows the reader's language."""

BYTE_ORDER_MARK = "\ufeff"
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
MOST_ROWS = 1_048_575
"""Of an Excel sheet, without its header."""
LONGEST_TEXT = 32_767
"""Of an Excel cell, in UTF-16 units."""
WIDEST, NARROWEST = 60, 10


class FileKind(StrEnum):
    """How a table is written; the value is also the end of the file's name."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """Return what the web calls it."""
        if self is FileKind.CSV:
            return "text/csv"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Table:
    """What is written.

    Args:
        header: the names of the columns.
        rows: as many cells each; taken one at a time, so that a long table need not be held as a whole.
        zone: in which moments are written.
        sheet: name of the sheet, in Excel.
    """

    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    zone: tzinfo
    sheet: str = ""


def write_table(table: Table, kind: FileKind, output: BinaryIO) -> None:
    """Write the table to a file.

    Raises:
        TypeError: a cell is of another kind than ``Cell``.
        ValueError: there are more rows than Excel takes.
    """
    if kind is FileKind.CSV:
        output.writelines(csv_lines(table))
    else:
        _write_xlsx(table, output)


def csv_lines(table: Table) -> Iterator[bytes]:
    """Return the table as CSV, piece by piece.

    UTF-8 with a byte order mark, semicolons, decimal commas: Excel with German settings opens it with a double click.
    Moments are written as ``2026-11-24 10:15:00``.

    Raises:
        TypeError: a cell is of another kind than ``Cell``.
    """
    yield BYTE_ORDER_MARK.encode()
    yield _line([harmless(name) for name in table.header])
    for cells in table.rows:
        yield _line([_plain(cell, table.zone) for cell in cells])


def _write_xlsx(table: Table, output: BinaryIO) -> None:
    """Write an Excel file with a fixed, filterable header; Excel knows no time zones."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        page = book.add_worksheet(_sheet_name(table.sheet))
        formats = {kind: book.add_format(style) for kind, style in _STYLES.items()}
        _write_header(page, table.header, formats["head"])
        last = 0
        for last, cells in enumerate(table.rows, start=1):
            if last > MOST_ROWS:
                raise ValueError(f"an Excel sheet holds {MOST_ROWS} rows")
            for column, cell in enumerate(cells):
                _write(page, (last, column), cell, table.zone, formats)
        page.autofilter(0, 0, last, max(0, len(table.header) - 1))


def _write_header(page: Worksheet, header: Sequence[str], style: Format) -> None:
    page.freeze_panes(1, 0)
    for column, name in enumerate(header):
        page.set_column(column, column, min(WIDEST, max(NARROWEST, len(name) + 4)))
        page.write_string(0, column, name, style)


_STYLES: dict[str, dict[str, object]] = {
    "head": {"bold": True, "bottom": 1},
    "text": {"text_wrap": True, "valign": "top"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"},
    "day": {"num_format": "yyyy-mm-dd", "valign": "top"},
    "number": {"valign": "top"},
}


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe keeps what could begin one."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA) else text


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    # texts stand in quotes: a comma inside one must not begin a new cell where commas part them
    csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue().encode()


def _plain(cell: Cell, zone: tzinfo) -> str:
    match _kind(cell):
        case "moment" if isinstance(cell, datetime):
            return f"{cell.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case "day" if isinstance(cell, date):
            return cell.isoformat()
        case "number":
            return str(cell).replace(".", ",")
        case _:
            return harmless(str(cell)) if cell is not None else ""


def _write(page: Worksheet, at: tuple[int, int], cell: Cell, zone: tzinfo, formats: dict[str, Format]) -> None:
    kind = _kind(cell)
    if kind == "moment" and isinstance(cell, datetime):
        page.write_datetime(*at, cell.astimezone(zone).replace(tzinfo=None), formats[kind])
    elif kind == "day":
        page.write_datetime(*at, cell, formats[kind])
    elif kind == "number":
        page.write_number(*at, cell, formats[kind])
    elif cell is not None and cell != "":
        page.write_string(*at, _short(str(cell)), formats["text"])


def _kind(cell: object) -> str:
    if isinstance(cell, bool):
        raise TypeError("put a truth value into words first")
    for kind, types in (("moment", datetime), ("day", date), ("number", (int, float, Decimal)), ("text", str)):
        if isinstance(cell, types):
            return kind
    if cell is None:
        return "text"
    raise TypeError(f"a table cannot hold a {type(cell).__name__}")


def _short(text: str) -> str:
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _sheet_name(wanted: str) -> str:
    """Excel refuses some characters and names longer than 31."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in wanted).strip(" '")
    return plain[:31] or "1"
