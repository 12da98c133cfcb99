"""A tenant's colours as a handful of KERN's custom properties, legible in light and dark.

The brand colour is darkened for light pages and lightened for dark ones until its contrast against the page reaches
WCAG 2.2's 4.5 : 1 (success criterion 1.4.3), with hue kept.
"""

from __future__ import annotations

from functools import lru_cache

from engagement.kernel.colours import WHITE, Colour, format_colour, legible_on, parse_colour, text_on

LIGHT_PAGE = WHITE
LIGHT_SURFACE = (0.949, 0.953, 0.961)
DARK_PAGE = (0.086, 0.098, 0.125)
DARK_SURFACE = (0.165, 0.184, 0.224)


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
