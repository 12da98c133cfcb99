"""Static files under addresses that change with their content, and each tenant's colours as a style sheet."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

from engagement.kernel.palette import palette_of
from engagement.web.shared.theme import NEUTRAL, theme_css


@lru_cache(maxsize=256)
def _digest(file: Path, _modified: float) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of the static file ``name`` with a mark of its content."""
    file = Path(str(current_app.static_folder)) / name
    return url_for("static", filename=name, v=_digest(file, file.stat().st_mtime))


def theme_address(brand_colour: str = NEUTRAL[0], accent_colour: str = NEUTRAL[1]) -> str:
    """Return the address of a tenant's style sheet, or of the neutral one; it changes with the colours."""
    return url_for("shared.theme", v=mark_of_theme(brand_colour, accent_colour))


def mark_of_theme(brand_colour: str, accent_colour: str) -> str:
    """Return what tells one style sheet of a tenant from another."""
    return hashlib.sha256(theme_css(brand_colour, accent_colour).encode()).hexdigest()[:12]


def frame_colours(brand_colour: str, accent_colour: str) -> dict[str, str]:
    """Return the colour that a browser gives to its own frame round the page, by scheme."""
    palette = palette_of(brand_colour, accent_colour)
    return {"light": palette.light["hero"], "dark": palette.dark["hero"]}


def init_assets(app: Flask) -> None:
    """Give the templates ``asset``, ``theme_address`` and ``frame_colours``."""
    app.jinja_env.globals.update(asset=asset, theme_address=theme_address, frame_colours=frame_colours)
