"""The one style sheet that every page begins with: fonts, KERN, our own layer, and the town's colours."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from posixpath import normpath

from flask import Flask, current_app, url_for

from engagement.web.shared.assets import asset
from engagement.web.shared.theme import NEUTRAL, theme_css

PARTS = ("vendor/fonts/fonts.css", "vendor/kern/kern.min.css", "css/engagement.css")
LATIN, CYRILLIC = "latin", "cyrillic"
SCRIPTS = {"uk": (CYRILLIC, LATIN), "ar": ()}
"""Language → the scripts in which most of its text is set; Latin for all others."""
_ADDRESS = re.compile(r"url\(\"(?!data:|/|https?:)([^\")]+)\"\)")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def init_sheets(app: Flask) -> None:
    """Give the templates the addresses of the style sheet and of the fonts."""
    app.jinja_env.globals.update(theme_address=theme_address, fonts_to_preload=fonts_to_preload)


def theme_address(brand_colour: str = NEUTRAL[0], accent_colour: str = NEUTRAL[1]) -> str:
    """Return the address of a tenant's style sheet, or of the neutral one; it changes with what is in it."""
    return url_for("shared.theme", v=mark_of_sheet(brand_colour, accent_colour))


def mark_of_sheet(brand_colour: str, accent_colour: str) -> str:
    """Return what tells one style sheet from another."""
    return hashlib.sha256(base_sheet(brand_colour, accent_colour).encode()).hexdigest()[:12]


def base_sheet(brand_colour: str, accent_colour: str) -> str:
    """Return the style sheet of a town with these colours, each ``#rrggbb``."""
    files = [Path(str(current_app.static_folder)) / part for part in PARTS]
    return _joined(tuple(file.stat().st_mtime for file in files)) + theme_css(brand_colour, accent_colour)


def fonts_to_preload(language: str) -> list[str]:
    """Return the addresses of the fonts that a page in this language needs before anything can be read."""
    scripts = SCRIPTS.get(language, (LATIN,))[:1]
    return [asset(f"vendor/fonts/fira-sans-{script}-{weight}.woff2") for script in scripts for weight in (400, 600)]


@lru_cache(maxsize=1)
def _joined(_modified: tuple[float, ...]) -> str:
    return "".join(_read(part) for part in PARTS)


def _read(part: str) -> str:
    """Return a style sheet whose files are asked for under the same addresses as the pages ask for them."""
    text = (Path(str(current_app.static_folder)) / part).read_text(encoding="utf-8")
    folder = part.rpartition("/")[0]
    marked = _ADDRESS.sub(lambda found: f'url("{asset(normpath(f"{folder}/{found[1]}"))}")', text)
    return _COMMENT.sub("", marked)
