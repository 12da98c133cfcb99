"""Files that visitors save: their names survive letters of every language."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def as_file(response: Response, name: str) -> Response:
    """Let browsers save ``response`` under ``name``.

    A name with letters beyond ASCII is sent encoded, beside one without them for programs that know no better
    (RFC 6266, appendix D; RFC 8187).
    """
    plain = name.encode("ascii", "ignore").decode().lstrip("-")
    names = {"filename": plain} if plain == name else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response
