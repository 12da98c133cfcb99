"""Errors for programs: problem details (RFC 9457)."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

MEDIA_TYPE = "application/problem+json"


def problem(status: int, title: str, detail: str, **more: object) -> Response:
    """Return an error as programs read it; without a type of its own it means no more than its status.

    Args:
        status: of HTTP.
        title: what kind of error it is, the same each time.
        detail: what went wrong this time.
        more: members of this kind of error, ``type`` among them.
    """
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    body = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, mimetype=MEDIA_TYPE)
