"""The fonts that the build leaves: every letter of our languages, and stand-ins that take the same room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

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
