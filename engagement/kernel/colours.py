"""Colours and their contrast (WCAG 2.2), for pages and mails."""

from __future__ import annotations

import colorsys

LEAST_CONTRAST = 4.5
STEP = 0.01
Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)


def parse_colour(text: str) -> Colour:
    """Return ``#rrggbb`` as three parts between 0 and 1.

    Raises:
        ValueError: it is not of that form.
    """
    digits = text.removeprefix("#")
    if len(digits) != 6:  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a colour of the form #rrggbb")
    red, green, blue = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


def format_colour(colour: Colour) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def luminance(colour: Colour) -> float:
    """Return the relative luminance (WCAG 2.2, definition "relative luminance")."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definition "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible_on(colour: Colour, backgrounds: tuple[Colour, ...], *, darker: bool) -> Colour:
    """Return ``colour``, shifted in lightness only until it stands out from each of ``backgrounds``."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    shifted = colour
    while min(contrast(_rounded(shifted), background) for background in backgrounds) < LEAST_CONTRAST:
        lightness = lightness - STEP if darker else lightness + STEP
        shifted = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation)
    return _rounded(shifted)


def text_on(colour: Colour) -> Colour:
    """Return black or white, whichever is easier to read on ``colour``."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, colour))


def _rounded(colour: Colour) -> Colour:
    return parse_colour(format_colour(colour))
