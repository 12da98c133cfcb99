"""The caught mails of the demo as pages on ``mail.localhost``, before the application sees the request.

It shows what the mail server was handed and nothing else: the text with links that work, and the HTML in a frame
that may run no script, send no form and load nothing.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from engagement.cli.demo.operator import EMAIL, present_code
from engagement.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES, force_locale, text_direction
from engagement.kernel.templates import templates_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "mail.localhost"
MOST_SHOWN = 200
NAME = re.compile(r"[0-9TZ.]+-\d+")
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
ZONE = ZoneInfo("Europe/Berlin")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Caught:
    """One mail in the list."""

    name: str
    sender: str
    recipient: str
    subject: str
    at: datetime


class Mailbox:
    """WSGI middleware that answers for ``mail.localhost`` and lets everything else pass.

    Args:
        app: lends its languages.
        inner: the application that other hosts reach.
        folder: where the mails lie.
    """

    def __init__(self, app: Flask, inner: WSGIApplication, folder: Path) -> None:
        self._app = app
        self._inner = inner
        self._folder = folder

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer or pass on."""
        request = Request(environ)
        if request.host.partition(":")[0] != HOST:
            return self._inner(environ, start_response)
        language = request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE
        with self._app.app_context(), force_locale(language):
            try:
                response: Response | HTTPException = self._answer(request, language)
            except HTTPException as error:
                response = error
            return response(environ, start_response)

    def _answer(self, request: Request, language: str) -> Response:
        name, _, part = request.path.strip("/").partition("/")
        if name == "mailbox.css":
            return _safe(Response(_style(), mimetype="text/css"))
        if name == "code":
            return _page("code.html", language, code=present_code(), email=EMAIL)
        if not name:
            return _page("mails.html", language, mails=self._newest())
        message = self._read(name)
        if part == "html":
            return _safe(Response(_base_of_links(body(message, "html")), mimetype="text/html"), FRAME_POLICY)
        if part:
            raise NotFound
        text = linked(body(message, "plain"))
        return _page(
            "mail.html", language, mail=_caught(name, message), text=text, has_html=bool(body(message, "html"))
        )

    def _newest(self) -> list[Caught]:
        names = sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)[:MOST_SHOWN]
        return [_caught(name, self._read(name)) for name in names]

    def _read(self, name: str) -> EmailMessage:
        file = self._folder / f"{name}.eml"
        if not NAME.fullmatch(name) or not file.is_file():
            raise NotFound
        return email.message_from_bytes(file.read_bytes(), policy=default)


def body(message: EmailMessage, kind: str) -> str:
    """Return the ``plain`` or ``html`` body, empty if there is none."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def linked(text: str) -> Markup:
    """Return ``text`` escaped, with its addresses as links."""
    result, end = Markup(), 0
    for match in ADDRESS.finditer(text):
        result += escape(text[end : match.start()])
        result += Markup('<a href="{address}">{address}</a>').format(address=match.group())
        end = match.end()
    return result + escape(text[end:])


def _base_of_links(html: str) -> str:
    """Links of the framed mail open in a page of their own."""
    return html.replace("<head>", '<head><base target="_blank">', 1)


def _caught(name: str, message: EmailMessage) -> Caught:
    at = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S.%f%z").astimezone(ZONE)
    return Caught(name, str(message["From"]), str(message["To"]), str(message["Subject"]), at)


def _page(template: str, language: str, **values: object) -> Response:
    html = _templates().get_template(template).render(language=language, direction=text_direction(language), **values)
    return _safe(Response(html, mimetype="text/html"))


def _safe(response: Response, policy: str = PAGE_POLICY) -> Response:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=1)
def _style() -> bytes:
    return files("engagement.cli.demo").joinpath("static/mailbox.css").read_bytes()


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return templates_of("engagement.cli.demo")
