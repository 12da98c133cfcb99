"""Checks every HTML answer that the test client gets, so that no test needs to think of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
# html5lib predates two things the HTML standard allows; neither is a mistake of ours.
TOLERATED = {"unexpected-end-tag-after-body"}


class PageError(AssertionError):
    """A page breaks a rule; every broken one is named."""


def problems_of(html: str) -> list[str]:
    """Return what is wrong with a whole HTML page; an empty list means nothing."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=True)
    root = parser.parse(html)
    problems = [f"HTML: {code} at {place}" for place, code, _ in parser.errors if code not in TOLERATED]
    elements = list(root.iter())
    problems += _head_problems(root, elements)
    problems += _id_problems(elements)
    problems += _label_problems(elements)
    problems += _markup_problems(elements)
    return problems


def _name(element: Element) -> str:
    return str(element.tag).removeprefix(NAMESPACE)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _of(elements: list[Element], *names: str) -> list[Element]:
    return [element for element in elements if _name(element) in names]


def _head_problems(root: Element, elements: list[Element]) -> list[str]:
    problems = []
    if not root.get("lang"):
        problems.append("html has no lang")
    titles = [title for title in _of(elements, "title") if _text(title).strip(" –")]
    if len(titles) != 1 or _text(titles[0]).startswith("–"):
        problems.append("there is no title")
    headings = _of(elements, "h1")
    if len(headings) != 1 or not _text(headings[0]):
        problems.append(f"there are {len(headings)} h1, there must be one with text")
    levels = [int(_name(element)[1]) for element in elements if re.fullmatch(r"h[1-6]", _name(element))]
    problems += [f"heading h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1]
    if len(_of(elements, "main")) != 1:
        problems.append("there is not exactly one main")
    return problems


def _id_problems(elements: list[Element]) -> list[str]:
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    problems = [f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
    for element in elements:
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            named = (element.get(attribute) or "").split()
            problems += [f"{attribute} names {name!r}, which is not there" for name in named if name not in ids]
        if _name(element) == "label" and element.get("for") and element.get("for") not in ids:
            problems.append(f"label for {element.get('for')!r}, which is not there")
    return problems


def _label_problems(elements: list[Element]) -> list[str]:
    labelled = {label.get("for") for label in _of(elements, "label") if _text(label)}
    inside = {id(field) for label in _of(elements, "label") for field in label.iter()}
    problems = []
    for field in _of(elements, *LABELLED):
        if field.get("type") in UNLABELLED_TYPES:
            continue
        if field.get("id") not in labelled and id(field) not in inside and not field.get("aria-label"):
            problems.append(f"{_name(field)} {field.get('name')!r} has no label")
    for control in _of(elements, "a", "button"):
        images = " ".join(image.get("alt") or "" for image in control.iter(f"{NAMESPACE}img"))
        if not (_text(control) or images.strip() or control.get("aria-label")):
            problems.append(f"{_name(control)} {control.get('href') or control.get('name')!r} has no text")
    return problems


def _markup_problems(elements: list[Element]) -> list[str]:
    problems = []
    for element in elements:
        if element.get("style") is not None:
            problems.append(f"{_name(element)} has an inline style")
        problems += [f"{_name(element)} has {name}" for name in element.keys() if str(name).startswith("on")]  # noqa: SIM118
        if _name(element) == "img" and element.get("alt") is None:
            problems.append(f"img {element.get('src')!r} has no alt")
        if _name(element) in {"script", "style"} and _text(element):
            problems += _problems_of_inline(element)
        for attribute in ("src", "srcset"):
            if urlsplit(element.get(attribute) or "").netloc:
                problems.append(f"{_name(element)} loads from another host: {element.get(attribute)}")
    return problems


def _problems_of_inline(element: Element) -> list[str]:
    """Data is no script, and no policy on scripts concerns it (HTML Standard, 4.12.1, "data block")."""
    if element.get("type") != "application/ld+json":
        return [f"{_name(element)} has content of its own"]
    try:
        json.loads("".join(element.itertext()))
    except ValueError as error:
        return [f"the data of the page is no JSON: {error}"]
    return []


class CheckedClient(FlaskClient):
    """A visitor of ``host`` who refuses a broken page, and a form that the application would not take."""

    host = "bretten.localhost"
    language = "de"

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", f"http://{self.host}")
            kwargs["headers"] = {"Accept-Language": self.language, **dict(kwargs.get("headers") or {})}
        # A context of its own: otherwise Flask lends the request the test's, with its session and its signed-in person.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            check_page(self.application, response)
        return response


FRAME = "<!doctype html><html lang='x'><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>"
"""Around a part of a page, so that it can be checked like a whole one."""


def check_page(app: Flask, response: TestResponse) -> None:
    html = response.get_data(as_text=True)
    is_part = "HX-Request" in response.request.headers and "<html" not in html
    problems = problems_of(FRAME.format(html) if is_part else html)
    problems += _form_problems(app, response)
    if "Content-Security-Policy" not in response.headers:
        problems.append("no Content-Security-Policy")
    if problems:
        raise PageError(f"{response.request.method} {response.request.path}:\n  " + "\n  ".join(problems))


def _form_problems(app: Flask, response: TestResponse) -> list[str]:
    root = html5lib.parse(response.get_data(as_text=True))
    problems = []
    for form in root.iter(f"{NAMESPACE}form"):
        method = (form.get("method") or "get").upper()
        path = urlsplit(form.get("action") or response.request.path).path
        adapter = app.url_map.bind(response.request.host)
        if not adapter.test(path, method):
            problems.append(f"a form goes to {method} {path}, which nobody takes")
    return problems
