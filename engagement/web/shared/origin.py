"""Forms are taken from our own pages only: the browser says where a request comes from.

Public pages hold no per-visitor token, so that they can be cached; Fetch Metadata and Origin do that work
(OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers").
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def refuse_foreign_origin() -> None:
    """Answer 403 to a form that another site sent; programs that are no browser send neither header."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
