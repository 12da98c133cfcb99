"""From a town's two colours to everything that is painted with them, legible in light and dark.

What has to stand out from what is said once, in ``PAIRS``: the derivation searches until they hold, the municipality
is shown them, and the tests measure them in the style sheet that is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from engagement.kernel.colours import contrast, legible, lightness, suffices, text_on, tone


class Scheme(StrEnum):
    """The two looks of each page; the visitor's device chooses."""

    LIGHT = "light"
    DARK = "dark"


class Use(StrEnum):
    """What a colour does; WCAG 2.2 asks for 4.5 : 1 for text (1.4.3) and 3 : 1 for controls (1.4.11)."""

    TEXT = "text"
    CONTROL = "control"


LEAST = {Use.TEXT: 4.5, Use.CONTROL: 3.0}


@dataclass(frozen=True)
class Pair:
    """Two colours that meet: one is painted on the other. Both are names of a palette's colours."""

    foreground: str
    background: str
    use: Use

    @property
    def least(self) -> float:
        """Return the contrast that is needed."""
        return LEAST[self.use]


@dataclass(frozen=True)
class Measured:
    """A pair with its two colours and their contrast."""

    pair: Pair
    foreground: str
    background: str
    ratio: float


def _each(foreground: str, use: Use, backgrounds: str) -> tuple[Pair, ...]:
    return tuple(Pair(foreground, background, use) for background in backgrounds.split())


PAIRS: tuple[Pair, ...] = (
    *_each("on_action", Use.TEXT, "action action_hover action_pressed"),
    *_each("action", Use.TEXT, "page surface card field input tint tint_strong tint_pressed danger_ground"),
    *_each("visited", Use.TEXT, "page surface card tint danger_ground"),
    *_each("on_hero", Use.TEXT, "hero"),
    *_each("on_accent", Use.TEXT, "accent"),
    *_each("ink", Use.TEXT, "page surface card tint tint_strong tint_pressed"),
    *_each("muted", Use.TEXT, "page surface card tint tint_strong"),
    *_each("on_field", Use.TEXT, "field"),
    *_each("focus", Use.CONTROL, "page surface card field input tint tint_strong danger_ground"),
    *_each("input_border", Use.CONTROL, "page surface card input tint"),
    *_each("field_line", Use.CONTROL, "field"),
)

KERN: Mapping[Scheme, Mapping[str, str]] = {
    Scheme.LIGHT: {
        "page": "#ffffff",
        "surface": "#f3f4f7",
        "ink": "#131525",
        "muted": "#51577a",
        "input": "#f3f4f7",
        "input_border": "#1d2034",
        "focus": "#454b6b",
        "visited": "#7e01a8",
        "danger_ground": "#fee4e0",
    },
    Scheme.DARK: {
        "page": "#000000",
        "surface": "#131525",
        "ink": "#f3f4f7",
        "muted": "#b2b6cc",
        "input": "#1d2034",
        "input_border": "#e8e9ef",
        "focus": "#a9aec6",
        "visited": "#ce9ce8",
        "danger_ground": "#4c0000",
    },
}
"""What KERN paints by itself; a test compares it with KERN's style sheet."""
OURS: Mapping[Scheme, Mapping[str, str]] = {
    Scheme.LIGHT: {"card": "#ffffff", "field": "#ffffff", "on_field": "#171a21", "field_line": "#5b6472"},
    Scheme.DARK: {"card": "#0c0c0d", "field": "#0f0f10", "on_field": "#f3f4f7", "field_line": "#b2b6cc"},
}
"""What our own components paint whatever the town's colours are."""
TINTS: Mapping[Scheme, Mapping[str, tuple[float, float]]] = {
    Scheme.LIGHT: {"tint": (0.965, 0.022), "tint_strong": (0.94, 0.038), "tint_pressed": (0.925, 0.048)},
    Scheme.DARK: {"tint": (0.22, 0.045), "tint_strong": (0.28, 0.06), "tint_pressed": (0.32, 0.07), "hero": (0.3, 0.1)},
}
"""Lightness and greatest chroma of surfaces in the town's hue."""
HOVER, PRESSED = 0.05, 0.1
"""How much a button's lightness changes under the pointer and when it is pressed."""
NO_ROOM = 0.16
"""So near to black or white nobody would see a button change; it is then moved out of there."""


@dataclass(frozen=True)
class Palette:
    """The colours of a town's site, by name, for both schemes."""

    brand: str
    accent: str
    light: Mapping[str, str]
    dark: Mapping[str, str]

    def of(self, scheme: Scheme) -> Mapping[str, str]:
        """Return the colours of one scheme."""
        return self.light if scheme is Scheme.LIGHT else self.dark

    def measured(self, scheme: Scheme) -> tuple[Measured, ...]:
        """Return every pair with its contrast."""
        colours = self.of(scheme)
        return tuple(
            Measured(
                pair,
                colours[pair.foreground],
                colours[pair.background],
                contrast(colours[pair.foreground], colours[pair.background]),
            )
            for pair in PAIRS
        )

    def contrast_as_given(self, scheme: Scheme) -> float:
        """Return the least contrast that the brand colour would have had as text if nobody had adjusted it."""
        colours = self.of(scheme)
        return min(contrast(self.brand, colours[pair.background]) for pair in PAIRS if pair.foreground == "action")


@lru_cache(maxsize=2048)
def palette_of(brand: str, accent: str) -> Palette:
    """Derive the palette of a town.

    Hues stay; lightness is moved only as far as the pairs need it, and chroma only as far as screens can show it.

    Args:
        brand: its colour, ``#rrggbb``.
        accent: its second colour.
    """
    return Palette(brand, accent, *(MappingProxyType(_derived(scheme, brand, accent)) for scheme in Scheme))


def _derived(scheme: Scheme, brand: str, accent: str) -> dict[str, str]:
    colours = {**KERN[scheme], **OURS[scheme], "accent": accent, "hero": brand}
    colours |= {name: tone(brand, light, chroma) for name, (light, chroma) in TINTS[scheme].items()}
    darker = scheme is Scheme.LIGHT
    for name, wanted in (("action", brand), ("visited", colours["visited"]), ("focus", colours["focus"])):
        colours[name] = legible(wanted, _grounds(colours, name), darker=darker)
    colours |= _pointed_at(colours["action"], darker=darker)
    for name in ("on_action", "on_hero", "on_accent"):
        colours[name] = text_on([ground for ground, _ in _grounds(colours, name)], LEAST[Use.TEXT])
    return colours


def _grounds(colours: Mapping[str, str], name: str) -> list[tuple[str, float]]:
    return [(colours[pair.background], pair.least) for pair in PAIRS if pair.foreground == name]


def _pointed_at(action: str, *, darker: bool) -> dict[str, str]:
    """A button moves away from the page, so that its text becomes no harder to read; at the end it turns round."""
    at = lightness(action)
    if darker:
        start, direction = (at, -1) if at > NO_ROOM else (NO_ROOM, 1)
    else:
        start, direction = (at, 1) if at < 1 - NO_ROOM else (1 - NO_ROOM, -1)
    return {
        "action_hover": tone(action, start + direction * HOVER),
        "action_pressed": tone(action, start + direction * PRESSED),
    }


def holds(palette: Palette) -> bool:
    """Tell whether every pair of both schemes has the contrast that it needs."""
    return all(
        suffices(one.foreground, [(one.background, one.pair.least)])
        for scheme in Scheme
        for one in palette.measured(scheme)
    )
