"""The description of the API (OpenAPI 3.1), made from its routes and models, so that the two cannot part ways."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import Any

from flask import Flask, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.models import Problem
from engagement.web.api.operations import ROOT, Operation, fresh, operations
from engagement.web.api.questions import Question, is_list
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.modules import part_of
from engagement.web.shared.problems import MEDIA_TYPE
from engagement.web.shared.whole import whole

REFERENCE = "#/components/schemas/{model}"
HIGHEST_ID = 10**18 - 1
TOO_MANY = 429
USUAL_ERRORS = (400, TOO_MANY, 500)
WORDS_OF_STATUS = {
    304: "Nothing has changed since the ETag in If-None-Match.",
    400: "An argument cannot be used.",
    404: "There is no such thing, or a filter names a word that this town does not have.",
    410: "The offer has ended.",
    TOO_MANY: "Too many requests; Retry-After says in how many seconds to come back.",
    500: "Something went wrong on our side.",
}


@blueprint.get(f"{ROOT}/openapi.json")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def openapi() -> Response:
    """Return the description."""
    tenant = context.tenant()
    document = describe(current_app, title=tenant.platform_name, server=whole(ROOT))
    return fresh(Response(json.dumps(document, ensure_ascii=False), mimetype="application/json"))


def describe(app: Flask, *, title: str, server: str) -> dict[str, Any]:
    """Return the description of every operation of ``app``.

    Args:
        app: with the routes.
        title: of this installation for one town.
        server: the address under which the paths lie.
    """
    known = operations(app)
    returned: list[type[BaseModel]] = sorted(
        {note.returns for _, note in known} | {Problem}, key=lambda model: model.__name__
    )
    _, schemas = models_json_schema([(model, "serialization") for model in returned], ref_template=REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version("engagement"),
            "summary": "Ways to help in this town, and the organisations that look for people",
            "description": "Public and free of personal data, without keys. Answers carry ETags.",
        },
        "servers": [{"url": server}],
        "paths": {_path(rule): {"get": _described(rule, note)} for rule, note in known},
        "components": {"schemas": schemas["$defs"]},
    }


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(ROOT))


def _described(rule: Rule, note: Operation) -> dict[str, Any]:
    return {
        "operationId": rule.endpoint.removeprefix("api."),
        "summary": note.summary,
        "parameters": [*map(_in_path, sorted(rule.arguments)), *_in_query(note.asks)],
        "responses": {
            "200": _success(note),
            "304": {"description": WORDS_OF_STATUS[304]},
            **{str(status): _failure(status) for status in sorted({*USUAL_ERRORS, *note.errors})},
        },
    }


def _in_path(name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, "maximum": HIGHEST_ID}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(question: type[Question]) -> list[dict[str, Any]]:
    """Return the arguments; what may be null in a model is simply left out of an address."""
    described = question.model_json_schema()["properties"]
    parameters = []
    for name in question.model_fields:
        schema = {
            key: value for key, value in described[name].items() if key not in {"title", "default", "description"}
        }
        for choice in schema.pop("anyOf", []):
            schema |= choice if choice != {"type": "null"} else {}
        shown = {"description": described[name]["description"]} if "description" in described[name] else {}
        repeated = {"style": "form", "explode": True} if is_list(name, question) else {}
        parameters.append({"name": name, "in": "query", "schema": schema, **shown, **repeated})
    return parameters


def _success(note: Operation) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=note.returns.__name__)}
    return {
        "description": (note.returns.__doc__ or "").strip().splitlines()[0],
        "headers": {"ETag": {"description": "Names this content.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def _failure(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    headers = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}} if status == TOO_MANY else {}
    return {"description": WORDS_OF_STATUS[status], "headers": headers, "content": content}
