"""An operation of the API: what it is asked, what it answers; the description is made from what is noted here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, request
from pydantic import ValidationError
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from engagement.kernel.i18n import gettext
from engagement.kernel.ratelimit import Limit
from engagement.tenancy.settings import Module
from engagement.web.api.models import Model
from engagement.web.api.questions import Question, given
from engagement.web.shared import context
from engagement.web.shared.problems import problem
from engagement.web.shared.whole import at

AskedOf = TypeVar("AskedOf", bound=Question)
NOTE = "api_operation"
ROOT = "/api/v1"
LIMIT = Limit("api", 600, timedelta(minutes=10))
"""Requests of one network address; a whole town of 10,000 offers is read with 100."""
SECONDS_FRESH = 60
BAD_QUESTION, UNKNOWN_WORD = "bad-question", "unknown-word"
"""Kinds of problems; each is explained at its own place of the page about the API."""


@dataclass(frozen=True)
class Operation:
    """What is known of an operation beside its address.

    Args:
        asks: the model of its arguments.
        returns: the model of its answer.
        errors: the statuses that it can answer besides 200, 304, 400, 429 and 500.
    """

    summary: str
    asks: type[Question]
    returns: type[Model]
    errors: tuple[int, ...] = ()


def operation(
    summary: str, *, asks: type[AskedOf], returns: type[Model], errors: tuple[int, ...] = ()
) -> Callable[[Callable[..., Model | Response]], Callable[..., Response]]:
    """Let a view take a checked question and return a model; stands under ``@requires``.

    Args:
        summary: one line for the description.
        asks: the model of its arguments, handed to the view as first argument.
        returns: the model that the view returns.
        errors: see ``Operation``.
    """

    def mark(view: Callable[..., Model | Response]) -> Callable[..., Response]:
        @wraps(view)
        def answered(**values: Any) -> Response:
            if not context.tenant().settings.has(Module.OPEN_DATA):
                abort(404)
            context.limit_by_address(LIMIT)
            try:
                asked = asks.model_validate(given(request.args, asks))
            except ValidationError as error:
                return _refused(error)
            found = view(asked, **values)
            return answer(found) if isinstance(found, Model) else found

        setattr(answered, NOTE, Operation(summary, asks, returns, errors))
        return answered

    return mark


def operations(app: Flask) -> list[tuple[Rule, Operation]]:
    """Return every operation with its address, in the order of the addresses."""
    noted = [(rule, getattr(app.view_functions[rule.endpoint], NOTE, None)) for rule in app.url_map.iter_rules()]
    return sorted(((rule, note) for rule, note in noted if note), key=lambda pair: pair[0].rule)


def answer(model: Model) -> Response:
    """Return a model as JSON with a strong ETag of its content (RFC 9110, 8.8.3); 304 to who has it already."""
    body = model.model_dump_json().encode()
    return fresh(Response(body, mimetype="application/json"))


def fresh(response: Response) -> Response:
    """Let an answer be kept for a minute and asked for anew by its ETag."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = f"public, max-age={SECONDS_FRESH}"
    response.vary.add("Accept-Language")
    response.make_conditional(request)
    return response


def _refused(error: ValidationError) -> Response:
    mistakes = [
        {"parameter": str(one["loc"][0]) if one["loc"] else "", "message": one["msg"]}
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    named = ", ".join(sorted({mistake["parameter"] for mistake in mistakes}))
    detail = gettext("These arguments cannot be used: %(names)s", names=named)
    return problem(400, "Bad question", detail, type=kind_of_problem(BAD_QUESTION), errors=mistakes)


def kind_of_problem(name: str) -> str:
    """Return the address that names and explains a kind of problem (RFC 9457, 3.1.1)."""
    return f"{at('api.explained', lang=None)}#{name}"
