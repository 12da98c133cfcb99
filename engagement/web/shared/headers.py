"""Headers that keep a page what it is: no foreign script, frame, font or request; cached only if it is everybody's."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, g, request, session
from werkzeug.wrappers import Response

from engagement.kernel.i18n import current_language
from engagement.web.shared.context import tools
from engagement.web.shared.identity import somebody
from engagement.web.shared.outside import is_for_programs

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECONDS_PUBLIC = 60
SPEAKING = {"text/html", "application/problem+json"}
"""Kinds of answers that are written in a language, which visitors and caches may know without reading them."""
OPEN_TO_ALL_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Access-Control-Max-Age": "86400",
}
"""Scripts on other sites may read it, without credentials (Fetch Standard, "CORS protocol")."""
STATIC_YEAR = 31536000


def init_headers(app: Flask) -> None:
    """Set them on every answer."""
    app.after_request(_set_headers)


def keep_private() -> None:
    """Mark this answer as one person's own: never cached, never indexed.

    Its address stays with us: ``same-origin`` tells it to no other site, and unlike ``no-referrer`` it lets a form on
    the page say where it comes from.
    """
    g.private_page = True


def allow_pictures_from(origin: str) -> None:
    """Let this page, and no other, show pictures of another host: ``origin`` as ``https://host``."""
    g.pictures_from = origin


def _policy() -> str:
    if origin := g.get("pictures_from"):
        return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")
    return CONTENT_SECURITY_POLICY


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    open_to_all = is_for_programs(request.path)
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if open_to_all else "same-origin"
    if open_to_all:
        headers.update(OPEN_TO_ALL_SITES)
    headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=(), interest-cohort=()"
    headers["Referrer-Policy"] = "same-origin"
    if tools().settings.public_scheme == "https":
        headers["Strict-Transport-Security"] = f"max-age={STATIC_YEAR}; includeSubDomains"
    if g.get("private_page"):
        headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.endpoint == "static" or "Cache-Control" not in headers:  # Flask itself says "no-cache" of every file
        headers["Cache-Control"] = _cache_control(response)
    if response.mimetype in SPEAKING and response.status_code not in range(300, 400):
        headers.setdefault("Content-Language", current_language())
        response.vary.add("Accept-Language")
    return response


def _cache_control(response: Response) -> str:
    is_there = response.status_code < HTTPStatus.BAD_REQUEST
    if is_there and request.endpoint == "static":  # what has the mark of its content in its address never changes
        return f"public, max-age={STATIC_YEAR}, immutable" if request.args.get("v") else "public, max-age=300"
    if not is_there or request.method != "GET" or g.get("private_page") or session or somebody():
        return "private, no-store"
    response.vary.update({"Accept-Language", "Cookie"})
    return f"public, max-age={SECONDS_PUBLIC}"
