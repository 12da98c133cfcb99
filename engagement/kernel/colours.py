"""Colours and their contrast (WCAG 2.2), for pages and mails; a colour is text of the form ``#rrggbb``.

Lightness is moved in OKLCH, where equal steps look equal and the hue stays what it is (CSS Color Module Level 4,
section 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from coloraide import Color

COLOUR = re.compile(r"#[0-9a-f]{6}")
WHITE = "#ffffff"
BLACK = "#000000"
STEP = 0.004
"""Of lightness, from 0 to 1: less than an eye can tell apart."""
HALVINGS = 9
Ground = tuple[str, float]
"""A background and the least contrast that is needed on it."""


def parse_colour(text: str) -> str:
    """Return ``text`` as a colour, in small letters.

    Raises:
        ValueError: it is not of the form ``#rrggbb``.
    """
    found = text.lower()
    if not COLOUR.fullmatch(found):
        raise ValueError(f"{text!r} is not a colour of the form #rrggbb")
    return found


@lru_cache(maxsize=4096)
def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definition "contrast ratio")."""
    return Color(one).contrast(Color(other))


def suffices(colour: str, grounds: Iterable[Ground]) -> bool:
    """Tell whether ``colour`` stands out enough from each background."""
    return all(contrast(colour, ground) >= least for ground, least in grounds)


def lightness(colour: str) -> float:
    """Return how light a colour looks, from 0 to 1."""
    return float(Color(colour).convert("oklch")["lightness"])


def tone(colour: str, lightness: float, most_chroma: float = 1.0) -> str:
    """Return the colour with another lightness and its own hue; chroma gives way where screens cannot show it.

    Args:
        colour: whose hue and chroma are kept.
        lightness: from 0 to 1.
        most_chroma: how colourful it may be at most; tints of surfaces are pale.
    """
    moved = Color(colour).convert("oklch").set("lightness", min(1.0, max(0.0, lightness)))
    moved.set("chroma", min(float(moved["chroma"]), most_chroma))
    return moved.convert("srgb").fit(method="raytrace", pspace="oklch").to_string(hex=True)


def legible(colour: str, grounds: Sequence[Ground], *, darker: bool) -> str:
    """Return ``colour`` itself if it stands out from all backgrounds, else its nearest tone that does.

    Args:
        colour: as it was wished for.
        grounds: each background with the contrast that is needed.
        darker: whether to look among darker tones, as for light pages, or among lighter ones.
    """
    if suffices(colour, grounds):
        return colour
    near, far = lightness(colour), 0.0 if darker else 1.0
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (near, middle) if suffices(tone(colour, middle), grounds) else (middle, far)
    return _first_that_suffices(colour, grounds, far, -STEP if darker else STEP)


def _first_that_suffices(colour: str, grounds: Sequence[Ground], start: float, step: float) -> str:
    """Rounding to 8 bits can undo what the halving found, so that its result is checked, and moved on if need be."""
    at = start
    while 0 <= at <= 1:
        found = tone(colour, at)
        if suffices(found, grounds):
            return found
        at += step
    return BLACK if step < 0 else WHITE


def text_on(grounds: Sequence[str], least: float) -> str:
    """Return white if it can be read on all backgrounds, else black or white, whichever is easier to read."""
    if suffices(WHITE, [(ground, least) for ground in grounds]):
        return WHITE
    return max((BLACK, WHITE), key=lambda text: min(contrast(text, ground) for ground in grounds))
