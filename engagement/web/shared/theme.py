"""A tenant's colours as a handful of KERN's custom properties, legible in light and dark.

The brand colour is darkened for light pages and lightened for dark ones until its contrast against the page reaches
WCAG 2.2's 4.5 : 1 (success criterion 1.4.3), with hue kept.
"""

from __future__ import annotations

import colorsys
from functools import lru_cache

LEAST_CONTRAST = 4.5
LIGHT_PAGE = (1.0, 1.0, 1.0)
LIGHT_SURFACE = (0.949, 0.953, 0.961)
DARK_PAGE = (0.086, 0.098, 0.125)
DARK_SURFACE = (0.165, 0.184, 0.224)
STEP = 0.01
Colour = tuple[float, float, float]


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
    return max(((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), key=lambda text: contrast(text, colour))


@lru_cache(maxsize=64)
def theme_css(brand_colour: str, accent_colour: str) -> str:
    """Return the style sheet of a tenant with these colours, each ``#rrggbb``."""
    brand, accent = parse_colour(brand_colour), parse_colour(accent_colour)
    light = legible_on(brand, (LIGHT_PAGE, LIGHT_SURFACE), darker=True)
    dark = legible_on(brand, (DARK_PAGE, DARK_SURFACE), darker=False)
    light_block, dark_block = _block(light, accent), _block(dark, accent)
    return (
        f":root,[data-kern-theme=light]{{{light_block}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-kern-theme=light]){{{dark_block}}}}}\n"
        f"[data-kern-theme=dark]{{{dark_block}}}\n"
    )


def _block(action: Colour, accent: Colour) -> str:
    return (
        f"--kern-color-action-default:{format_colour(action)};"
        f"--kern-color-action-on-default:{format_colour(text_on(action))};"
        f"--kern-color-action-visited:{format_colour(action)};"
        f"--kern-color-action-state-indicator-default:{format_colour(action)};"
        f"--brand:{format_colour(action)};--on-brand:{format_colour(text_on(action))};"
        f"--accent:{format_colour(accent)};--on-accent:{format_colour(text_on(accent))};"
    )


def _rounded(colour: Colour) -> Colour:
    return parse_colour(format_colour(colour))
