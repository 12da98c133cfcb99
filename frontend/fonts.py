"""Cuts the fonts down to the letters of our languages, and writes the style sheet that names them.

One file holds the Latin letters with which German, English, French and Turkish are written, another the Cyrillic ones
of Ukrainian; a browser loads what a page's text asks for. Arabic is written in the reader's own system font. Until a
font is there the page is set in Arial, Roboto or DejaVu Sans, stretched so that lines stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Fira Sans"
WEIGHTS = {400: "Regular", 600: "SemiBold"}
LATIN = "U+20-7E,U+A0-17F,U+218-21B,U+2C6,U+2DA,U+2DC,U+1E9E,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+20BA,U+2116,U+2122,U+2190-2193,U+2212,U+2248,U+2264-2265"  # noqa: E501
CYRILLIC = "U+301,U+400-45F,U+490-491,U+20B4"
RANGES = {"latin": LATIN, "cyrillic": CYRILLIC}
FEATURES = ("kern", "liga", "mark", "mkmk", "locl", "ccmp", "calt", "frac", "case", "tnum")

LETTERS = {
    " ": 165, "e": 145, "n": 82, "i": 63, "s": 61, "r": 58, "a": 54, "t": 52, "d": 42, "h": 40, "u": 35, "l": 29,
    "c": 26, "g": 25, "m": 21, "o": 21, "b": 16, "w": 16, "f": 14, "k": 10, "z": 9, "p": 7, "v": 6,
}  # fmt: skip
"""How often a letter stands in a thousand of German text (Beutelspacher, Kryptologie), with the space between words."""
HELVETICA = dict(zip(" enisratdhulcgmobwfkzpv", (
    278, 556, 556, 222, 500, 333, 556, 278, 556, 556, 556, 222, 500, 556, 833, 556, 556, 722, 278, 500, 500, 556, 500,
), strict=True))  # fmt: skip
HELVETICA_BOLD = dict(zip(" enisratdhulcgmobwfkzpv", (
    278, 556, 611, 278, 556, 389, 556, 333, 611, 611, 611, 278, 556, 611, 889, 611, 611, 778, 333, 556, 500, 611, 556,
), strict=True))  # fmt: skip
"""Widths in thousandths of Helvetica and Helvetica Bold (Adobe's AFM files), which Arial's are the same as."""
ROBOTO = dict(zip(" enisratdhulcgmobwfkzpv", (
    248, 530, 552, 243, 516, 339, 544, 327, 564, 551, 551, 243, 523, 562, 877, 570, 562, 751, 348, 507, 496, 562, 484,
), strict=True))  # fmt: skip
ROBOTO_BOLD = dict(zip(" enisratdhulcgmobwfkzpv", (
    249, 540, 561, 265, 514, 366, 535, 338, 563, 560, 560, 265, 521, 571, 866, 564, 562, 734, 358, 534, 509, 562, 506,
), strict=True))  # fmt: skip
DEJAVU = dict(zip(" enisratdhulcgmobwfkzpv", (
    318, 615, 634, 278, 521, 411, 613, 392, 635, 634, 634, 278, 550, 635, 974, 612, 635, 818, 352, 579, 525, 635, 592,
), strict=True))  # fmt: skip
DEJAVU_BOLD = dict(zip(" enisratdhulcgmobwfkzpv", (
    348, 678, 712, 343, 595, 493, 675, 478, 716, 712, 712, 343, 593, 716, 1042, 687, 716, 924, 435, 665, 582, 716, 652,
), strict=True))  # fmt: skip
"""The same of Roboto and DejaVu Sans and of their bold, measured in their files."""


@dataclass(frozen=True)
class Fallback:
    """A font that devices have, with its widths by weight and what it is called there."""

    name: str
    widths: dict[int, dict[str, int]]
    local: dict[int, tuple[str, ...]]


FALLBACKS = (
    Fallback(
        "Arial",
        {400: HELVETICA, 600: HELVETICA_BOLD},
        {400: ("Arial", "Liberation Sans", "Helvetica"), 600: ("Arial Bold", "Liberation Sans Bold", "Helvetica Bold")},
    ),
    Fallback("Roboto", {400: ROBOTO, 600: ROBOTO_BOLD}, {400: ("Roboto",), 600: ("Roboto Bold", "Roboto Medium")}),
    Fallback("DejaVu", {400: DEJAVU, 600: DEJAVU_BOLD}, {400: ("DejaVu Sans",), 600: ("DejaVu Sans Bold",)}),
)


def make_fonts(source: Path, target: Path) -> None:
    """Write each subset of each weight, and ``fonts.css`` beside them, into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    rules = []
    for weight, name in WEIGHTS.items():
        original = source / f"FiraSans-{name}.woff2"
        for script, unicodes in RANGES.items():
            file = f"fira-sans-{script}-{weight}.woff2"
            write_subset(original, target / file, unicodes)
            rules.append(_face(file, weight, unicodes))
        with TTFont(original) as font:
            rules += [_stand_in(font, fallback, weight) for fallback in FALLBACKS]
    (target / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def write_subset(source: Path, target: Path, unicodes: str) -> None:
    """Write ``source`` with nothing but these code points, without the hints that screens of today pass over."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=list(FEATURES), desubroutinize=True)
    with subset.load_font(str(source), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=subset.parse_unicodes(unicodes.replace("U+", "")))
        cutter.subset(font)
        subset.save_font(font, str(target), options)


def _face(file: str, weight: int, unicodes: str) -> str:
    return (
        f'@font-face{{font-family:"{FAMILY}";src:url("{file}") format("woff2");font-weight:{weight};'
        f"font-display:swap;unicode-range:{unicodes}}}"
    )


def _stand_in(font: TTFont, fallback: Fallback, weight: int) -> str:
    """Return a face that takes as much room as ours: as wide on average, as high, as deep (CSS Fonts 5)."""
    units, head = font["head"].unitsPerEm, font["hhea"]
    scale = _width(_advances(font)) / units / (_width(fallback.widths[weight]) / 1000)
    sources = ",".join(f'local("{name}")' for name in fallback.local[weight])
    return (
        f'@font-face{{font-family:"{FAMILY} {fallback.name}";src:{sources};font-weight:{weight};'
        f"size-adjust:{scale:.2%};ascent-override:{head.ascent / units / scale:.2%};"
        f"descent-override:{-head.descent / units / scale:.2%};line-gap-override:{head.lineGap / units / scale:.2%}}}"
    )


def _advances(font: TTFont) -> dict[str, int]:
    names, widths = font.getBestCmap(), font["hmtx"]
    return {letter: widths[names[ord(letter)]][0] for letter in LETTERS}


def _width(widths: dict[str, int]) -> float:
    return sum(widths[letter] * share for letter, share in LETTERS.items()) / sum(LETTERS.values())
