"""A palette in words: what each pair of colours is for, how well it can be read, and why a colour was adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale

from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.palette import Measured, Pair, Palette, Scheme, Use

VERY_GOOD = 7.0
"""WCAG 2.2, success criterion 1.4.6 (level AAA)."""
WHAT: dict[str, Any] = {
    "on_action": lazy_gettext("Text on buttons"),
    "action": lazy_gettext("Links and the text of plain buttons"),
    "visited": lazy_gettext("Links that were visited"),
    "on_hero": lazy_gettext("Text at the head of the home page"),
    "on_accent": lazy_gettext("Text on marks in the second colour"),
    "ink": lazy_gettext("Text"),
    "muted": lazy_gettext("Quiet text"),
    "on_field": lazy_gettext("Text in the search"),
    "focus": lazy_gettext("Frame of the chosen field"),
    "input_border": lazy_gettext("Edge of fields"),
    "field_line": lazy_gettext("Edge of the search"),
}
WHERE: dict[str, Any] = {
    "action": lazy_gettext("at rest"),
    "action_hover": lazy_gettext("under the pointer"),
    "action_pressed": lazy_gettext("while pressed"),
    "hero": lazy_gettext("on your colour"),
    "accent": lazy_gettext("on your second colour"),
    "page": lazy_gettext("on the page"),
    "surface": lazy_gettext("on grey areas"),
    "card": lazy_gettext("on cards"),
    "field": lazy_gettext("on the search field"),
    "input": lazy_gettext("on form fields"),
    "tint": lazy_gettext("on areas in a light shade of your colour"),
    "tint_strong": lazy_gettext("on such areas under the pointer"),
    "tint_pressed": lazy_gettext("on such areas while pressed"),
    "danger_ground": lazy_gettext("on fields with a mistake"),
}
MAIN = (
    ("on_action", "action"),
    ("action", "page"),
    ("action", "tint"),
    ("on_hero", "hero"),
    ("on_accent", "accent"),
    ("focus", "page"),
)
"""The pairs that stand for all others at first sight."""


@dataclass(frozen=True)
class Row:
    """One pair in both schemes, in words."""

    what: str
    where: str
    light: Measured
    dark: Measured
    is_main: bool


@dataclass(frozen=True)
class Adjustment:
    """A colour that could not be used as text the way it was given."""

    scheme: Scheme
    given: str
    used: str
    reason: str


def rows_of(palette: Palette) -> list[Row]:
    """Return all pairs, in the order of the palette."""
    both = zip(palette.measured(Scheme.LIGHT), palette.measured(Scheme.DARK), strict=True)
    return [_row(light.pair, light, dark) for light, dark in both]


def adjustments_of(palette: Palette) -> list[Adjustment]:
    """Return what had to be adjusted, with the reason in words."""
    return [
        Adjustment(scheme, palette.brand, palette.of(scheme)["action"], _together(_reason(palette, scheme)))
        for scheme in Scheme
        if palette.of(scheme)["action"] != palette.brand
    ]


def ratio_words(one: Measured) -> str:
    """Return a contrast as "7.2 : 1 – very easy to read"; rounded down, so that it never promises too much."""
    number = _number(one.ratio)
    if one.pair.use is Use.CONTROL:
        return _together(gettext("%(ratio)s : 1 – easy to see", ratio=number))
    if one.ratio >= VERY_GOOD:
        return _together(gettext("%(ratio)s : 1 – very easy to read", ratio=number))
    return _together(gettext("%(ratio)s : 1 – easy to read", ratio=number))


def _row(pair: Pair, light: Measured, dark: Measured) -> Row:
    is_main = (pair.foreground, pair.background) in MAIN
    return Row(str(WHAT[pair.foreground]), str(WHERE[pair.background]), light, dark, is_main)


def _reason(palette: Palette, scheme: Scheme) -> str:
    ratio = _number(palette.contrast_as_given(scheme))
    if scheme is Scheme.LIGHT:
        return gettext(
            "As text on light pages your colour would reach only %(ratio)s : 1; people with weak eyesight need "
            "4.5 : 1. Links and buttons therefore get a darker shade of it. The head of the home page keeps your "
            "colour.",
            ratio=ratio,
        )
    return gettext(
        "At night, when pages are dark, your colour would reach only %(ratio)s : 1; people with weak eyesight need "
        "4.5 : 1. Links and buttons therefore get a lighter shade of it there.",
        ratio=ratio,
    )


def _together(text: str) -> str:
    """Return the text with its ratios on one line each."""
    return text.replace(" : 1", "\N{NO-BREAK SPACE}:\N{NO-BREAK SPACE}1")


def _number(ratio: float) -> str:
    rounded = Decimal(str(ratio)).quantize(Decimal("0.1"), ROUND_DOWN)
    return str(format_decimal(rounded, "0.0", locale=get_locale()))
