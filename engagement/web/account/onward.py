"""Where to go after signing in: only ever on to a page of our own."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 500


def own_path(wanted: str | None) -> str:
    r"""Return ``wanted`` if it is a path on the present host, otherwise "".

    Browsers read a backslash as a slash and skip tabs and line ends (WHATWG URL Standard, "basic URL parser"), so that
    ``/\evil.example`` and ``/<tab>/evil.example`` are other hosts to them.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or wanted.startswith("//"):
        return ""
    if "\\" in wanted or not wanted.isprintable():
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else wanted
