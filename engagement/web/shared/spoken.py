"""Which language a piece of a page is in, so that it is spoken and written in the right direction.

What the product says is in the language of the page. What organisations and the municipality write is German, unless
they gave a translation. WCAG 2.2, success criterion 3.1.2, asks for the language of each passage; without a direction
of its own, a German title ends with its full stop in front on an Arabic page (Unicode Standard Annex 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask
from markupsafe import Markup, escape

from engagement.kernel.i18n import DEFAULT_LANGUAGE, comma, current_language, text_direction
from engagement.tenancy.vocabulary import name_in


@dataclass(frozen=True)
class Said:
    """A text of an organisation in the language in which it is shown; in a template it marks itself."""

    text: str
    language: str

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.text)

    def __html__(self) -> str:
        """Return the text for HTML, isolated and marked if it is in another language than the page."""
        return str(marked(self.text, self.language))

    @property
    def is_translation(self) -> bool:
        """Tell whether another text, the German one, is the original."""
        return self.language != DEFAULT_LANGUAGE


def init_spoken(app: Flask) -> None:
    """Give the templates what marks a language."""
    app.jinja_env.filters.update(german=german, said=said, told=told, shipped=shipped, commas=commas)
    app.jinja_env.globals.update(marks=marks, direction_of=text_direction, comma=comma)


def marks(language: str) -> Markup:
    """Return the attributes of an element whose text is in ``language``; none if that is the language of the page."""
    if language == current_language():
        return Markup()
    return Markup('lang="{}" dir="{}"').format(language, text_direction(language))


def marked(text: str, language: str) -> Markup:
    """Return ``text`` in an element that says its language, or as it is if that is the language of the page."""
    attributes = marks(language)
    return Markup("<bdi {}>{}</bdi>").format(attributes, text) if text and attributes else escape(text)


def german(text: str) -> Markup:
    """Return what somebody here wrote: names, titles, districts."""
    return marked(text, DEFAULT_LANGUAGE)


def commas(words: Iterable[Any]) -> Markup:
    """Return words as a list in the language of the page."""
    return Markup("{}").format(comma()).join(words)


def shipped(name: str) -> str:
    """Return a word of another town's vocabulary in the language of the page, if the product knows it."""
    return name_in(name, {}, current_language())


class Translated(Protocol):
    """What may have texts in several languages: a card, an entry of the catalogue, a point of the map."""

    @property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """Return the texts by language and name."""


def said(entry: Translated, name: str) -> Said:
    """Return ``name`` of an offer in the language of the page if the organisation gave it, else in German.

    Args:
        entry: what has the German text as an attribute.
        name: ``title``, ``summary`` …
    """
    return _in_language_of_page(getattr(entry, name), name, entry.translations)


def told(facts: Mapping[str, Any], name: str) -> Said:
    """Return one of the facts of an offer's own page in the language of the page if there is one, else in German."""
    return _in_language_of_page(facts.get(name) or "", name, facts.get("translations") or {})


def _in_language_of_page(german_text: str, name: str, translations: Mapping[str, Mapping[str, str]]) -> Said:
    language = current_language()
    text = translations.get(language, {}).get(name)
    return Said(text, language) if text else Said(german_text, DEFAULT_LANGUAGE)
