"""Full addresses of this town's pages, for whoever reads them elsewhere."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engagement.web.shared import context


def path_of(endpoint: str, /, **values: Any) -> str:
    """Return the path of a page."""
    return url_for(endpoint, **values)


def at(endpoint: str, /, **values: Any) -> str:
    """Return the full address of a page."""
    return whole(path_of(endpoint, **values))


def whole(path: str) -> str:
    """Return the full address of a path."""
    return context.tools().links.absolute(context.tenant().host, path)
