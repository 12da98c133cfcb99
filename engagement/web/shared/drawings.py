"""The drawings of categories and the small signs, all in one file, so that a page asks for one."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app

from engagement.web.shared.assets import asset

FILE = "img/drawings.svg"
HANDS = "hands"
"""What a category without a drawing of its own gets, and one that another town has made up."""
_ID = re.compile(r'<symbol id="([a-z-]+)"')


def init_drawings(app: Flask) -> None:
    """Give the templates ``drawing`` and ``sign``."""
    app.jinja_env.globals.update(drawing=drawing, sign=sign)


def drawing(name: str) -> str:
    """Return the address of a category's drawing."""
    return f"{asset(FILE)}#{name if name in names() else HANDS}"


def sign(name: str) -> str:
    """Return the address of a small sign, such as ``clock``."""
    return f"{asset(FILE)}#sign-{name}"


def names() -> frozenset[str]:
    """Return the names of all that is drawn."""
    file = Path(str(current_app.static_folder)) / FILE
    return _names(file, file.stat().st_mtime)


@lru_cache(maxsize=4)
def _names(file: Path, _modified: float) -> frozenset[str]:
    return frozenset(_ID.findall(file.read_text(encoding="utf-8")))
