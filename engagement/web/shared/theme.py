"""A tenant's palette as custom properties: KERN's own, which its components read, and ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engagement.kernel.palette import Palette, Scheme, palette_of

NEUTRAL = ("#1f4e9e", "#f2c230")
"""Of pages that belong to no town: the list of towns, errors on unknown hosts."""
KERN = "--kern-color-action"
PROPERTIES: dict[str, tuple[str, ...]] = {
    "action": ("--brand", f"{KERN}-default", f"{KERN}-state-indicator-default"),
    "on_action": ("--on-brand", f"{KERN}-on-default", f"{KERN}-state-indicator-tint"),
    "action_hover": ("--brand-hover", f"{KERN}-state-indicator-shade-hover"),
    "action_pressed": ("--brand-pressed", f"{KERN}-state-indicator-shade-active"),
    "visited": (f"{KERN}-visited",),
    "focus": (f"{KERN}-focus-default",),
    "accent": ("--accent",),
    "on_accent": ("--on-accent",),
    "hero": ("--hero",),
    "on_hero": ("--on-hero",),
    "tint": ("--tint",),
    "tint_strong": ("--tint-strong",),
    "tint_pressed": ("--tint-pressed",),
    "card": ("--card",),
    "field": ("--field",),
    "on_field": ("--on-field",),
    "field_line": ("--field-line",),
}
"""Colour of the palette → the properties that carry it; what is missing here KERN paints by itself."""


@lru_cache(maxsize=2048)
def theme_css(brand_colour: str, accent_colour: str) -> str:
    """Return the style sheet of a tenant with these colours, each ``#rrggbb``."""
    palette = palette_of(brand_colour, accent_colour)
    light, dark = _block(palette.light), _block(palette.dark)
    return (
        f":root,[data-kern-theme=light]{{{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-kern-theme=light]){{{dark}}}}}\n"
        f"[data-kern-theme=dark]{{{dark}}}\n"
    )


def draft_css(palette: Palette, name: str) -> str:
    """Return a style sheet that paints only within elements of the class ``name``, each of which says its scheme."""
    return "".join(f".{name}[data-kern-theme={scheme}]{{{_block(palette.of(scheme))}}}\n" for scheme in Scheme)


def _block(colours: Mapping[str, str]) -> str:
    return "".join(f"{name}:{colours[colour]};" for colour, names in PROPERTIES.items() for name in names)
