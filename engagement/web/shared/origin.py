"""Forms are taken from our own pages only: the browser says where a request comes from.

Public pages hold no per-visitor token, so that they can be cached; Fetch Metadata and Origin do that work
(OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, request

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
MARK = "takes_foreign_forms"
View = TypeVar("View", bound=Callable[..., Any])


def takes_foreign_forms(view: View) -> View:
    """Mark a view that a form may reach from anywhere, since a signed token in its address is all that it asks for.

    RFC 8058, section 3.2, has mail programs send such forms, with no cookie or other context.
    """
    setattr(view, MARK, True)
    return view


def refuse_foreign_origin() -> None:
    """Answer 403 to a form that another site sent; programs that are no browser send neither header."""
    if request.method in SAFE_METHODS or _takes_any():
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _takes_any() -> bool:
    return bool(request.endpoint) and hasattr(current_app.view_functions[str(request.endpoint)], MARK)
