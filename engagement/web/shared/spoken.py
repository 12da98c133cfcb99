"""Which language a piece of a page is in, so that it is spoken and written in the right direction.

What the product says is in the language of the page. What organisations and the municipality write is German, unless
they gave a translation. WCAG 2.2, success criterion 3.1.2, asks for the language of each passage; without a direction
of its own, a German title ends with its full stop in front on an Arabic page (Unicode Standard Annex 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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


def said(entry: Any, name: str, words: Mapping[str, Mapping[str, str]] | None = None) -> Said:  # noqa: ANN401
    """Return ``name`` of an offer in the language of the page if the organisation gave it, else in German.

    Args:
        entry: a card or an entry of the catalogue, or its facts, with ``translations``.
        name: ``title``, ``summary`` …
        words: the translations if they are not the entry's own.
    """
    language = current_language()
    translations = words if words is not None else entry.translations
    if text := translations.get(language, {}).get(name):
        return Said(text, language)
    return Said(entry[name] if isinstance(entry, Mapping) else getattr(entry, name), DEFAULT_LANGUAGE)


def told(facts: Mapping[str, Any], name: str) -> Said:
    """Return one of the facts of an offer's own page in the language of the page if there is one, else in German."""
    return said({name: facts.get(name) or ""}, name, facts.get("translations") or {})
