"""An invented language, made from the messages at test time: what comes without its marks did not pass gettext.

Every message that ``pybabel extract`` finds is returned between marks; any other is returned as it is, so that a
message which no translator would ever get to see counts as untranslated too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.support import NullTranslations
from flask import Flask
from flask_babel import get_domain

from tests.support.pages import NAMESPACE

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
OPEN, CLOSE = "⟦", "⟧"
SPEAKING_ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "content", "value", "label")
NO_WORDS_IN = {"script", "style", "template", "code"}
"""What is in them is for programs, as is a text field that can only be copied from."""
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"\S*[@/]\S*|\b[\w-]+(\.[\w-]+)+\b|#[0-9a-fA-F]{6}\b")


def messages() -> set[str]:
    """Return every message that translators get."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS)
    return {
        part
        for _, _, message, _, _ in found
        for part in (message if isinstance(message, tuple) else (message,))
        if part
    }


class PseudoTranslations(NullTranslations):
    """Says each known message between marks."""

    def __init__(self, known: set[str]) -> None:
        super().__init__()
        self._known = known

    def _mark(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}" if message in self._known else message

    def gettext(self, message: str) -> str:
        return self._mark(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._mark(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._mark(message)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return self._mark(singular if num == 1 else plural)

    ugettext, ungettext = gettext, ngettext
    upgettext, unpgettext = pgettext, npgettext


@contextmanager
def speaking_pseudo(app: Flask, known: set[str]) -> Iterator[None]:
    """Let English be the invented language; dates and numbers stay English."""
    with app.test_request_context():
        cache = get_domain().cache
    key = ("en", "messages")
    before = cache.get(key)
    cache[key] = PseudoTranslations(known)
    try:
        yield
    finally:
        cache.pop(key)
        if before is not None:
            cache[key] = before


def unmarked(html: str, data: set[str]) -> list[str]:
    """Return the words of a page that are neither between marks nor in ``data``, which holds casefolded words."""
    root = html5lib.parse(html)
    words = [word for text in _texts(root) for word in WORD.findall(ADDRESS.sub(" ", _bare(text)))]
    return list(dict.fromkeys(word for word in words if word.casefold() not in data))


def _texts(element: Element) -> Iterator[str]:
    """Yield what is read of an element: a block with its inline parts as one text, and its attributes."""
    for one in element.iter():
        name = str(one.tag).removeprefix(NAMESPACE)
        if _is_code(one):
            continue
        yield from (one.get(attribute, "") for attribute in SPEAKING_ATTRIBUTES if _speaks(name, one, attribute))
    yield _whole_text(element)


def _speaks(name: str, element: Element, attribute: str) -> bool:
    if attribute == "content":
        return name == "meta" and element.get("name") == "description"
    if attribute == "value":
        return name == "input" and element.get("type") in {"submit", "button", "reset"}
    return True


def _is_code(element: Element) -> bool:
    name = str(element.tag).removeprefix(NAMESPACE)
    return name in NO_WORDS_IN or (name == "textarea" and element.get("readonly") is not None)


def _whole_text(element: Element) -> str:
    """Return the text without scripts; marks may open in one element and close in another, as around a link."""
    own = "" if _is_code(element) else (element.text or "") + "".join(_whole_text(child) for child in element)
    return f" {own}{element.tail or ''} "


def _bare(text: str) -> str:
    """Return ``text`` without what stands between marks, which may hold marked values."""
    while OPEN in text and (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)) != text:
        text = shorter
    return " ".join(text.split())
