"""Tables for spreadsheet programs: read back as they were meant, and no cell begins a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from engagement.kernel.spreadsheets import BEGINS_A_FORMULA, Cell, Sheet, csv_file, harmless, xlsx_file

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 12, 4, 23, 30, tzinfo=UTC)
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=40)


def sheet(*rows: Sequence[Cell]) -> Sheet:
    return Sheet("Vereine", ["Name", "Zahl", "Tag"], rows, BERLIN)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]


def test_csv_is_what_german_excel_expects() -> None:
    content = csv_file(sheet(["Lesebrücke; e. V.", 3, LATE], ["", None, date(2026, 1, 2)]))
    assert content.startswith(b"\xef\xbb\xbfName;Zahl;Tag\r\n")
    assert read_csv(content)[1:] == [["Lesebrücke; e. V.", "3", "2026-12-05"], ["", "", "2026-01-02"]]


def test_xlsx_keeps_numbers_and_dates() -> None:
    rows = read_xlsx(xlsx_file(sheet(["Lesebrücke", 3, LATE], ["=1+1", None, date(2026, 1, 2)])))
    assert rows == [
        ["Name", "Zahl", "Tag"],
        ["Lesebrücke", 3.0, date(2026, 12, 5)],
        ["=1+1", "", date(2026, 1, 2)],
    ]


def test_an_empty_table_has_its_heading() -> None:
    assert read_xlsx(xlsx_file(sheet())) == [["Name", "Zahl", "Tag"]]
    assert read_csv(csv_file(sheet())) == [["Name", "Zahl", "Tag"]]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+49 7252 1", "-2+3", "@SUM(1)", "\t=1", "  =1", "＝1"])
def test_what_begins_like_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert read_csv(csv_file(sheet([text, 1, None])))[1][0] == f"'{text}"


@given(TEXT)
def test_no_cell_of_a_csv_begins_a_formula_and_no_word_is_lost(text: str) -> None:
    (cell, *_rest) = read_csv(csv_file(sheet([text, 1, None])))[1]
    assert not cell.lstrip().startswith(BEGINS_A_FORMULA)
    assert cell.removeprefix("'") == text.removeprefix("'")


@given(TEXT)
def test_every_text_of_a_workbook_is_read_back_as_text(text: str) -> None:
    assert read_xlsx(xlsx_file(sheet([text, 1, None])))[1][0] == text
