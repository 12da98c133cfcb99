"""Which language and direction a piece of a page is in, and which plural form a number takes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask

from engagement.kernel.i18n import LANGUAGES, counted, force_locale, text_direction
from engagement.kernel.links import Links
from engagement.mail.message import Content
from engagement.mail.render import render
from engagement.web.shared.spoken import Said, german, marks, shipped, told
from tests.factories.mails import make_tenant_info

FACTS = {"description": "Wir lesen.", "translations": {"ar": {"description": "نقرأ."}}}


@pytest.fixture(autouse=True)
def _speaking(application: Flask) -> Iterator[None]:
    with application.test_request_context():
        yield


def test_only_arabic_is_written_from_right_to_left() -> None:
    assert [code for code in LANGUAGES if text_direction(code) == "rtl"] == ["ar"]


def test_german_names_are_marked_where_the_page_is_not_german() -> None:
    with force_locale("ar"):
        assert german("Lesen & mehr e. V.") == '<bdi lang="de" dir="ltr">Lesen &amp; mehr e. V.</bdi>'
        assert german("") == ""
        assert marks("ar") == ""
    with force_locale("de"):
        assert german("A & B") == "A &amp; B"


def test_a_translation_comes_first_and_german_stands_in_for_what_is_missing() -> None:
    with force_locale("ar"):
        assert told(FACTS, "description") == Said("نقرأ.", "ar")
        assert told(FACTS, "description").is_translation
        assert not told(FACTS, "plain_summary")
    with force_locale("fr"):
        assert told(FACTS, "description") == Said("Wir lesen.", "de")
        half = {"title": "A", "translations": {"fr": {"title": ""}}}
        assert told(half, "title") == Said("A", "de")


def test_words_of_another_town_are_translated_if_the_product_knows_them() -> None:
    with force_locale("en"):
        assert (shipped("Tiere"), shipped("Wichteln")) == ("Animals", "Wichteln")


@pytest.mark.parametrize(
    ("language", "number", "form"),
    [
        ("de", Decimal("1.0"), 1), ("de", Decimal("1.5"), 2), ("de", 1, 1), ("fr", Decimal("1.5"), 1),
        ("fr", Decimal("2.5"), 2), ("uk", 5, 5), ("uk", 1.5, 2), ("ar", 11, 11), ("en", 0, 0),
    ],
)  # fmt: skip
def test_fractions_take_the_form_that_the_language_gives_them(language: str, number: Decimal, form: int) -> None:
    with force_locale(language):
        assert counted(number) == form


def test_an_arabic_mail_runs_from_right_to_left() -> None:
    content = Content(subject="x", greeting="x", paragraphs=("x",), quote="Danke!", facts=(("Wann", "morgen"),))
    with force_locale("ar"):
        html = render(content, make_tenant_info(), Links("http", 8000), "ar").html
    assert '<html lang="ar" dir="rtl">' in html
    assert "border-right:4px solid" in html
    assert 'align="right"' in html
    assert '<blockquote dir="auto"' in html
