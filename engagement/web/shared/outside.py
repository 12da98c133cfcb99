"""Which addresses are for programs and for other sites' pages, told by the path alone: before a view is found."""

from __future__ import annotations

API = "/api/"
FOR_PROGRAMS = (API, "/feeds/")
"""Read by programs: nobody is signed in there, no cookie is read or set, and scripts of every site may read it."""
EMBEDDED = ("/einbetten", "/einbetten.js")
"""Shown on the pages of other sites."""


def is_api(path: str) -> bool:
    """Tell whether errors under this path are problem+json whatever was asked for."""
    return path.startswith(API)


def is_for_programs(path: str) -> bool:
    """Tell whether an address knows no people: what it answers, it answers everybody."""
    return path.startswith(FOR_PROGRAMS) or is_embedded(path)


def is_embedded(path: str) -> bool:
    """Tell whether other sites show what is here within their own pages."""
    return path in EMBEDDED
