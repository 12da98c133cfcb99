"""Static files under addresses that change with their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

from engagement.kernel.palette import palette_of


@lru_cache(maxsize=256)
def _digest(file: Path, _modified: float) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of the static file ``name`` with a mark of its content."""
    file = Path(str(current_app.static_folder)) / name
    return url_for("static", filename=name, v=_digest(file, file.stat().st_mtime))


def frame_colours(brand_colour: str, accent_colour: str) -> dict[str, str]:
    """Return the colour that a browser gives to its own frame round the page, by scheme."""
    palette = palette_of(brand_colour, accent_colour)
    return {"light": palette.light["hero"], "dark": palette.dark["hero"]}


def init_assets(app: Flask) -> None:
    """Give the templates ``asset`` and ``frame_colours``."""
    app.jinja_env.globals.update(asset=asset, frame_colours=frame_colours)
