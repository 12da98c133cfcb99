"""Tables for people who work with a spreadsheet program: CSV as German Excel reads it, and XLSX.

A cell that begins like a formula would be run by the program of whoever opens the file (OWASP, "CSV Injection"). CSV
knows only text, so such a cell gets an apostrophe in front; in XLSX every text is written as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import xlsxwriter

BYTE_ORDER_MARK = "\ufeff"
BEGINS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
WIDEST = 60
NARROWEST = 10
LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds."""

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Sheet:
    """A table to be written.

    Args:
        title: name of the sheet in XLSX.
        columns: what stands above each column.
        rows: read once, one after the other.
        zone: in which moments are shown.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    zone: ZoneInfo


def csv_file(sheet: Sheet) -> bytes:
    """Return the table with semicolons, in UTF-8 with the mark by which Excel knows it, dates as ``2026-12-05``."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(name) for name in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_as_text(value, sheet.zone) for value in row])
    return text.getvalue().encode()


def xlsx_file(sheet: Sheet) -> bytes:
    """Return the table as a workbook: heading frozen, with filters, dates as dates; memory stays flat while writing."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(sheet.title[:31])
        heading, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
        page.freeze_panes(1, 0)
        for column, name in enumerate(sheet.columns):
            page.set_column(column, column, min(WIDEST, max(NARROWEST, len(name) + 4)))
            page.write_string(0, column, name, heading)
        last = 0
        for last, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, (last, column), value, day, sheet.zone)
        page.autofilter(0, 0, last, len(sheet.columns) - 1)
    return target.getvalue()


def harmless(text: str) -> str:
    """Return ``text`` so that no program takes it for a formula."""
    begins = text.startswith(BEGINS_A_FORMULA) or text.lstrip().startswith(BEGINS_A_FORMULA)
    return f"'{text}" if begins else text


def _as_text(value: Cell, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    value: Cell,
    day: xlsxwriter.format.Format,
    zone: ZoneInfo,
) -> None:
    if isinstance(value, str):
        if value:
            page.write_string(*place, value[:LONGEST_CELL])
    elif isinstance(value, datetime):
        page.write_datetime(*place, value.astimezone(zone).date(), day)
    elif isinstance(value, date):
        page.write_datetime(*place, value, day)
    elif value is not None:
        page.write_number(*place, value)
