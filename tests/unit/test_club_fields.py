"""People write lists, numbers, dates and languages in their own way."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from engagement.web.club.fields import (
    ClockField,
    DayField,
    DecimalCommaField,
    LanguagesField,
    ListField,
    WholeNumberField,
    language_code,
    split_list,
)


class Sample(Form):
    skills = ListField("", most=3, longest=10)
    languages = LanguagesField("")
    number = WholeNumberField("", least=1, most=99)
    hours = DecimalCommaField("", most=Decimal(99))
    day = DayField("")
    clock = ClockField("")


def sent(app: Flask, **values: str) -> Sample:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        form = Sample(MultiDict(values))
        form.validate()
        return form


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", ()),
        ("Geduld", ("Geduld",)),
        ("Geduld, Humor;Freude\nKraft\r\nMut", ("Geduld", "Humor", "Freude", "Kraft", "Mut")),
        ("- Geduld\n• Humor\n* Mut", ("Geduld", "Humor", "Mut")),
        (" , ,Geduld,,Geduld , Geduld", ("Geduld",)),
        ("Führerschein  Klasse\tB", ("Führerschein Klasse B",)),
        ("Deutsch-Kenntnisse", ("Deutsch-Kenntnisse",)),
    ],
)
def test_lists_are_taken_apart_as_people_write_them(text: str, entries: tuple[str, ...]) -> None:
    assert split_list(text) == entries


@given(st.text())
def test_entries_are_never_empty_nor_twice_and_come_back_the_same(text: str) -> None:
    entries = split_list(text)
    assert all(entry.strip() for entry in entries)
    assert len(set(entries)) == len(entries)
    assert split_list("\n".join(entries)) == entries


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Persisch", "fa"),
        ("farsi", "fa"),
        (" KROATISCH ", "hr"),
        ("Croatian", "hr"),
        ("ti", "ti"),
        ("Klingonisch", None),
    ],
)
def test_languages_are_known_by_their_names(word: str, code: str | None) -> None:
    assert language_code(word) == code


@pytest.mark.parametrize(
    ("text", "good"), [("a, b, c", True), ("a, b, c, d", False), ("elf Zeichen", False), ("zehn Zeich", True)]
)
def test_lists_have_limits(application: Flask, text: str, good: bool) -> None:
    assert bool(sent(application, skills=text).skills.errors) is not good


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("3", 3), (" 12 ", 12), ("0", "error"), ("100", "error"), ("-1", "error"), ("1.5", "error"),
     ("²", "error"), ("٣", "error"), ("00000000599", "error"), ("9" * 5000, "error")],
)  # fmt: skip
def test_whole_numbers(application: Flask, text: str, number: object) -> None:
    field = sent(application, number=text).number
    assert ("error" if field.errors else field.data) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("2", Decimal("2.0")), ("1,5", Decimal("1.5")), ("1.25", Decimal("1.2")), ("0", "error"),
     ("100", "error"), ("viel", "error"), ("NaN", "error"), ("Infinity", "error"), ("1e9", "error")],
)  # fmt: skip
def test_numbers_with_a_comma(application: Flask, text: str, number: object) -> None:
    field = sent(application, hours=text).hours
    assert ("error" if field.errors else field.number) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [("", None), ("2026-12-24", date(2026, 12, 24)), ("24.12.2026", date(2026, 12, 24)), ("1.2.2026", date(2026, 2, 1)),
     ("31.2.2026", "error"), ("morgen", "error"), ("0001-01-01", "error"), ("9999-12-31", "error")],
)  # fmt: skip
def test_days(application: Flask, text: str, day: object) -> None:
    field = sent(application, day=text).day
    assert ("error" if field.errors else field.data) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [("", None), ("14:30", time(14, 30)), ("14.30", time(14, 30)), ("14:30:00", time(14, 30)), ("25:00", "error"),
     ("nachmittags", "error")],
)  # fmt: skip
def test_clock_times(application: Flask, text: str, clock: object) -> None:
    field = sent(application, clock=text).clock
    assert ("error" if field.errors else field.data) == clock


def test_an_unknown_language_is_named(application: Flask) -> None:
    field = sent(application, languages="Türkisch, Klingonisch").languages
    assert "Klingonisch" in field.errors[0]
    assert field.codes == ("tr",)
