"""Reading Freinet's CSV line by line: separated by semicolons, UTF-8, decimal comma, HTML over several lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, BinaryIO

from engagement.opportunities.freinet.errors import BrokenFileError
from engagement.opportunities.freinet.record import FreinetOffer, Layout, Row, UnreadableRow

LONGEST_LINE = 1_000_000
"""In bytes."""
SEPARATOR = ";"
COLUMNS = {
    "_angebotsid": "external_id",
    "einrichtungsname": "organisation_name",
    "angebotsname": "title",
    "beschreibung": "description",
    "plz": "postcode",
    "ort": "city",
    "ortsteil": "districts",
    "kontaktierbar": "contactable",
    "anzahl_gesuche": "places_wanted",
    "latitude": "latitude",
    "longitude": "longitude",
    "bearbeitet": "edited",
    "erstellt": "created",
}
"""Columns that are read → where they go; all must be there, since a missing one would empty what it filled before."""


def read_csv(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of an export in their order; a row with too few or too many columns is named as unreadable.

    Raises:
        BrokenFileError: a column is missing, a quote is never closed, the file is cut off or not in UTF-8.
    """
    lines = _Lines(stream)
    rows = csv.reader(lines, delimiter=SEPARATOR, strict=True)
    header = _next(rows, lines)
    if header is None:
        raise BrokenFileError("The file is empty.")
    places = _places(header)
    number, line = 0, rows.line_num + 1
    while (cells := _next(rows, lines)) is not None:
        if cells:
            number += 1
            yield _row(cells, header, places, (number, line), lines)
        line = rows.line_num + 1


class _Lines:
    """Decodes one line after the other, and knows where a wrong byte is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._bytes = 0
        self.number = 0
        self.is_cut = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST_LINE:
            raise BrokenFileError(
                f"Line {self.number} is longer than {LONGEST_LINE:,} bytes; no table of Freinet is like that."
            )
        self.is_cut = not line.endswith(b"\n")
        text = self._decoded(line)
        self._bytes += len(line)
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = self._bytes + error.start + 1
            raise BrokenFileError(
                f"Line {self.number}, byte {byte}: 0x{line[error.start]:02X} is not UTF-8. The file may be in "
                "Latin-1 or Windows-1252; save it as UTF-8."
            ) from error


def _next(rows: Iterator[list[str]], lines: _Lines) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        reason = str(error)
        if "unexpected end of data" in reason:
            reason = "the file ends inside quotes; it was probably cut off while it was saved"
        elif "field limit" in reason or "field larger" in reason:
            reason = "a field is too long; a quote before this line was probably never closed"
        raise BrokenFileError(f"Line {lines.number}: {reason}.") from error


def _places(header: list[str]) -> dict[str, int]:
    """Return where each column that is read stands."""
    names = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        shown = ", ".join("_angebotsId" if name == "_angebotsid" else name for name in missing)
        hint = " The columns must be separated by “;”." if len(names) == 1 else ""
        raise BrokenFileError(f"Line 1: missing column: {shown}.{hint}")
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise BrokenFileError(f"Line 1: the column {twice[0]} is there twice.")
    return {name: names.index(name) for name in COLUMNS}


def _row(cells: list[str], header: list[str], places: dict[str, int], position: tuple[int, int], lines: _Lines) -> Row:
    row, line = position
    if len(cells) != len(header):
        if lines.is_cut and len(cells) < len(header):
            raise BrokenFileError(f"Line {lines.number}: the file ends within a row; it was probably cut off.")
        return UnreadableRow(row, line, f"{len(cells)} columns instead of {len(header)}")
    said: dict[str, Any] = {field: cells[places[column]].strip() for column, field in COLUMNS.items()}
    said["districts"] = tuple(filter(None, [said["districts"]]))
    return FreinetOffer(row=row, line=line, layout=Layout.CSV, **said)
