"""Errors become pages (or problem+json, RFC 9457) here and nowhere else."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, g, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.wrappers import Response

from engagement.kernel import logs
from engagement.kernel.errors import ConflictError, DomainError, NotAllowedError, NotFoundError, RateLimitedError
from engagement.kernel.i18n import gettext
from engagement.web.shared.outside import is_api
from engagement.web.shared.problems import problem

log = logs.get_logger(__name__)
PLAIN = "error_plain.html"
IN_TENANT = "error.html"
SOON = 30
"""Seconds after which programs may ask again."""
LATER = 3600
"""The same for a site that people have taken off."""
SUSPENDED = "error_suspended.html"


class SuspendedSite(ServiceUnavailable):
    """The operator has taken this town's site off."""

    def __init__(self) -> None:
        super().__init__(retry_after=LATER)


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _domain(error: DomainError) -> Response:
    if isinstance(error, RateLimitedError):
        response = _page(TooManyRequests())
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if isinstance(error, (NotFoundError, NotAllowedError)):
        return _page(NotFound())
    if isinstance(error, ConflictError):
        return _render(409, gettext("That is not possible any more"), str(error))
    return _render(400, gettext("That did not work"), str(error))


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    return _page(error)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", error=type(error).__name__, exc_info=error)
    return _page(InternalServerError())


def _database_away(error: OperationalError) -> Response:
    """The database is away or too slow; the page does without anything that would ask it again."""
    log.error("the database does not answer", error=type(error.orig).__name__, exc_info=error)
    g.pop("tenant", None)
    g.pop("installation", None)
    return _page(ServiceUnavailable(retry_after=SOON))


def _page(error: HTTPException) -> Response:
    title, text = _words(error)
    response = _render(error.code or 500, title, text, SUSPENDED if isinstance(error, SuspendedSite) else None)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _words(error: HTTPException) -> tuple[str, str]:
    if isinstance(error, SuspendedSite):
        return (
            gettext("Temporarily not available"),
            gettext("This site is switched off for a while. Nothing is lost. Please look in again later."),
        )
    words = {
        403: (
            gettext("This form came from another place"),
            gettext("To protect you we only take forms from our own pages. Please open the page anew and try again."),
        ),
        404: (
            gettext("We cannot find this page"),
            gettext("The address may be mistyped, or the offer has ended. The search helps you on."),
        ),
        405: (gettext("That did not work"), gettext("This address cannot be used in that way.")),
        413: (gettext("The file is too large"), gettext("Please choose a smaller file and send the form again.")),
        429: (
            gettext("That was a bit much at once"),
            gettext("To keep robots out we limit how often this can be done. Please try again a little later."),
        ),
        500: (
            gettext("Something went wrong on our side"),
            gettext("We have noted the mistake. Please try again in a few minutes."),
        ),
    }
    other = (gettext("That did not work"), gettext("Please go back and try again."))
    return words.get(500 if error.code == HTTPStatus.SERVICE_UNAVAILABLE else error.code or 500, other)


def _render(status: int, title: str, text: str, template: str | None = None) -> Response:
    if isinstance(request.routing_exception, BadRequest):  # no host that addresses could be made for
        return Response(f"{title}\n", status, mimetype="text/plain")
    best = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    if is_api(request.path) or (best and best != "text/html"):
        return problem(status, title, text)
    template = template or (IN_TENANT if "tenant" in g else PLAIN)
    return Response(render_template(template, title=title, text=text, status=status), status, mimetype="text/html")
