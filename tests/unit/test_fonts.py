"""The fonts that the build leaves: every letter of our languages, and stand-ins that take the same room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from engagement.kernel.i18n import LANGUAGES, SOURCE_LANGUAGE, text_direction
from frontend.fonts import (
    DEJAVU,
    DEJAVU_BOLD,
    FALLBACKS,
    HELVETICA,
    HELVETICA_BOLD,
    LETTERS,
    ROBOTO,
    ROBOTO_BOLD,
    WEIGHTS,
)
from tests.support.pseudo import messages
from tests.support.stylesheets import STATIC

FONTS = STATIC / "vendor" / "fonts"
LATIN = "ABC xyz 0189 ÄÖÜäöüßẞ àâæçéèêëîïôœùûüÿ ğışçöüĞİŞ „“”‚‘’«»‹› – — … · • € → ← × − § № %"
CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ"
MOST = {"latin": 17_000, "cyrillic": 7_000}


def letters_of(file: Path) -> set[str]:
    with TTFont(file) as font:
        return {chr(number) for number in font.getBestCmap()}


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize(("script", "text"), [("latin", LATIN), ("cyrillic", CYRILLIC.replace(" ", ""))])
def test_a_font_holds_the_letters_of_its_languages_and_is_small(weight: int, script: str, text: str) -> None:
    file = FONTS / f"fira-sans-{script}-{weight}.woff2"
    assert set(text) - letters_of(file) == set()
    assert file.stat().st_size < MOST[script]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if text_direction(code) == "ltr"])
def test_every_letter_that_the_product_says_has_a_shape(language: str) -> None:
    """Arabic is set in the reader's own font."""
    said = words_of_catalogue(language)
    for weight in WEIGHTS:
        known = set().union(*(letters_of(FONTS / f"fira-sans-{script}-{weight}.woff2") for script in MOST))
        assert said - known - set("\n") == set()


def words_of_catalogue(language: str) -> set[str]:
    if language == SOURCE_LANGUAGE:
        return {letter for message in messages() for letter in message}
    with (STATIC.parents[3] / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        found = read_po(file, locale=language)
    return {letter for message in found if message.id for text in _texts(message.string) for letter in text}


def _texts(said: str | Sequence[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else said


def test_every_face_is_there_and_swaps() -> None:
    css = (FONTS / "fonts.css").read_text(encoding="utf-8")
    files = re.findall(r'src:url\("([^"]+)"\)', css)
    assert sorted(files) == sorted(file.name for file in FONTS.glob("*.woff2"))
    assert css.count("font-display:swap") == css.count("unicode-range:") == len(files)
    assert css.count("size-adjust:") == css.count("ascent-override:") == len(FALLBACKS) * len(WEIGHTS)


def test_stand_ins_are_stretched_within_reason() -> None:
    css = (FONTS / "fonts.css").read_text(encoding="utf-8")
    assert all(80 < float(found) < 110 for found in re.findall(r"size-adjust:([\d.]+)%", css))


@pytest.mark.parametrize("widths", [DEJAVU, DEJAVU_BOLD, HELVETICA, HELVETICA_BOLD, ROBOTO, ROBOTO_BOLD])
def test_every_letter_that_counts_has_a_width(widths: dict[str, int]) -> None:
    assert set(widths) == set(LETTERS)
    assert widths["i"] < widths["n"] < widths["m"]
