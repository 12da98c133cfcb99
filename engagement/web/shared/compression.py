"""Text goes over the line packed (gzip), if everybody may read it.

Answers that are one person's own stay unpacked: how well a page packs tells what stands on it to whoever can put words
of theirs on it and watch its length (BREACH, Gluck, Harris and Prado 2013). Ours hold no secret tokens, but names.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, request
from werkzeug.wrappers import Response

LEAST = 600
"""Bytes; a shorter answer fits in one packet anyway."""
TEXTS = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/ld+json",
    "application/geo+json",
    "application/manifest+json",
    "application/javascript",
    "application/xml",
    "application/atom+xml",
)
QUICKLY, THOROUGHLY = 5, 9
KEPT = 64


def init_compression(app: Flask) -> None:
    """Pack answers, after everything else has been said about them: to be called before other ``after_request``."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if not _can_be_packed(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0:
        return response
    content = _content_of(response)
    if len(content) < LEAST:
        return response
    lasting = bool(response.cache_control.immutable) or request.endpoint == "shared.theme"
    response.set_data(_packed_once(content) if lasting else gzip.compress(content, QUICKLY, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _content_of(response: Response) -> bytes:
    """Return the whole content; a file that it came from is closed, since nothing else will read it."""
    source = response.response
    response.direct_passthrough = False
    content = response.get_data()
    if hasattr(source, "close"):
        source.close()
    return content


def _can_be_packed(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and bool(response.cache_control.public)
        and (response.direct_passthrough or not response.is_streamed)
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(TEXTS)
    )


@lru_cache(maxsize=KEPT)
def _packed_once(content: bytes) -> bytes:
    return gzip.compress(content, THOROUGHLY, mtime=0)
