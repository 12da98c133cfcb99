"""Exports: nothing typed becomes a formula, and everything arrives as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from engagement.kernel.tables import LONGEST_TEXT, Cell, FileKind, Table, csv_lines, harmless, write_table

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 1, 10, 15, tzinfo=UTC)
EVIL = ["=1+1", "+49 7252", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"]
printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


def csv_bytes(header: list[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.BytesIO()
    write_table(Table(header, rows, BERLIN), FileKind.CSV, written)
    return written.getvalue()


def xlsx_bytes(header: list[str], rows: Iterable[Sequence[Cell]], sheet: str = "") -> bytes:
    written = io.BytesIO()
    write_table(Table(header, rows, BERLIN, sheet), FileKind.XLSX, written)
    return written.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_csv_opens_in_german_excel() -> None:
    rows: list[list[Cell]] = [["Müller; Söhne", 1.5, Decimal("2.25"), 7, NOON, date(2026, 7, 1), None]]
    content = csv_bytes(["Name", "a", "b", "c", "Zeit", "Tag", "leer"], rows)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content)[1] == ["Müller; Söhne", "1,5", "2,25", "7", "2026-07-01 12:15:00", "2026-07-01", ""]
    assert content.endswith(b"\r\n")


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_begins_a_formula(text: str) -> None:
    (_, row) = read_csv(csv_bytes(["x"], [[text]]))
    assert row == [f"'{text}"]
    assert read_xlsx(xlsx_bytes(["x"], [[text]]))[1][0] == text


def test_a_negative_number_stays_a_number() -> None:
    assert read_csv(csv_bytes(["x"], [[-5]]))[1] == ["-5"]
    assert read_xlsx(xlsx_bytes(["x"], [[-5]]))[1] == [-5.0]


def test_a_comma_does_not_part_cells_where_commas_do() -> None:
    """Somebody with English settings opens the file: the text must not fall apart into a formula."""
    line = csv_bytes(["x"], [["a,=1+1"]]).decode().splitlines()[1]
    assert next(csv.reader([line])) == ["a,=1+1"]


@given(st.lists(st.lists(printable, min_size=2, max_size=2), max_size=5))
def test_every_text_arrives(rows: list[list[str]]) -> None:
    assert read_csv(csv_bytes(["a", "b"], rows))[1:] == [[harmless(cell) for cell in row] for row in rows]


@given(printable)
def test_harmless_text_is_left_alone_and_the_rest_keeps_its_words(text: str) -> None:
    assert harmless(text).removeprefix("'") == text.removeprefix("'")
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@"))


def test_excel_gets_typed_cells_in_the_towns_zone() -> None:
    rows: list[list[Cell]] = [["a", 1.5, NOON, date(2026, 7, 1)]]
    (_, row) = read_xlsx(xlsx_bytes(["t", "n", "m", "d"], rows, sheet="Protokoll 1/2"))
    assert row == ["a", 1.5, datetime(2026, 7, 1, 12, 15), date(2026, 7, 1)]  # noqa: DTZ001 - Excel knows no zones


def test_excel_takes_a_text_that_is_too_long_for_a_cell() -> None:
    kept = str(read_xlsx(xlsx_bytes(["x"], [["ä" * 40_000]]))[1][0])
    assert (len(kept), kept[-1]) == (LONGEST_TEXT, "…")


@pytest.mark.parametrize("name", ["", "a[b]:c*", "x" * 50, "'"])
def test_any_name_of_a_sheet_is_taken(name: str) -> None:
    assert read_xlsx(xlsx_bytes(["x"], [["1"]], sheet=name))


@pytest.mark.parametrize("cell", [True, b"x", ["x"]])
def test_what_is_no_cell_is_refused(cell: Cell) -> None:
    with pytest.raises(TypeError):
        csv_bytes(["x"], [[cell]])


def test_csv_comes_piece_by_piece() -> None:
    asked: list[int] = []

    def rows() -> object:
        for number in range(3):
            asked.append(number)
            yield [number]

    pieces = csv_lines(Table(["n"], rows(), BERLIN))
    next(pieces), next(pieces), next(pieces)
    assert asked == [0]
