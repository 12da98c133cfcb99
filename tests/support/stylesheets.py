"""Reads colours out of style sheets as they are served: KERN's, and a tenant's theme."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from coloraide import Color

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "engagement" / "web" / "shared" / "static"
KERN = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "kern.min.css"
"""As it comes; the pages get those rules of it that they use."""
DECLARATION = re.compile(r"(--[a-z0-9-]+):\s*([^;{}]+)")
ALIAS = re.compile(r"var\((--[a-z0-9-]+)\)")


def declared(css: str, selector: str) -> dict[str, str]:
    """Return the custom properties of all rules with exactly this selector; the last one counts."""
    found: dict[str, str] = {}
    for body in re.findall(rf"(?:^|[}}{{])\s*{re.escape(selector)}\s*{{([^{{}}]*)}}", css):
        found |= {name: value.strip() for name, value in DECLARATION.findall(body)}
    return found


@lru_cache(maxsize=2)
def kern(scheme: str) -> dict[str, str]:
    """Return KERN's custom properties in a scheme, its palette among them."""
    css = KERN.read_text(encoding="utf-8")
    palette = {name: value for name, value in DECLARATION.findall(css) if value.startswith("oklch(")}
    return palette | declared(css, f"[data-kern-theme={scheme}],.kern-{scheme}")


def kern_colour(name: str, scheme: str) -> str:
    """Return what a property of KERN's comes to, as ``#rrggbb``."""
    value = kern(scheme)[name]
    while alias := ALIAS.fullmatch(value):
        value = kern(scheme)[alias[1]]
    return Color(value).convert("srgb").to_string(hex=True, fit="raytrace")


def theme(css: str, scheme: str) -> dict[str, str]:
    """Return what a tenant's style sheet sets on the page for visitors whose device asks for this scheme."""
    if scheme == "light":
        return declared(css, ":root,[data-kern-theme=light]")
    return declared(css, ":root:not([data-kern-theme=light])")
