"""Languages: one door to gettext for every layer, so that features need not know the web framework."""

from __future__ import annotations

from decimal import Decimal

import flask_babel
from babel import Locale
from flask_babel import force_locale, get_locale, lazy_gettext

SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "de"
LANGUAGES: tuple[str, ...] = ("de", "en", "fr", "tr", "uk", "ar")

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "SOURCE_LANGUAGE",
    "bare_ngettext",
    "comma",
    "counted",
    "current_language",
    "force_locale",
    "gettext",
    "language_name",
    "lazy_gettext",
    "ngettext",
    "npgettext",
    "pgettext",
    "text_direction",
]


def gettext(message: str, **values: object) -> str:
    """Return ``message`` in the language in use, with ``values`` put in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return the form for ``num``, which is also put in under that name."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def bare_ngettext(singular: str, plural: str, num: int) -> str:
    """Return the form for ``num`` with its placeholders as they are, for libraries that fill them in themselves."""
    return str(flask_babel.get_translations().ungettext(singular, plural, num))


def pgettext(context: str, message: str, **values: object) -> str:
    """Return ``message`` as it is meant in ``context``."""
    return str(flask_babel.pgettext(context, message, **values))


def npgettext(context: str, singular: str, plural: str, num: int, **values: object) -> str:
    """Return the form for ``num`` as it is meant in ``context``."""
    return str(flask_babel.npgettext(context, singular, plural, num, **values))


def current_language() -> str:
    """Return the two-letter code of the language in use."""
    locale = get_locale()
    return locale.language if locale else DEFAULT_LANGUAGE


def language_name(code: str, *, in_language: str | None = None) -> str:
    """Return the name of the language ``code``, in its own words or in ``in_language``."""
    name = Locale.parse(code).get_display_name(in_language or code)
    return name or code


def text_direction(code: str) -> str:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``, as HTML's ``dir`` wants it."""
    return Locale.parse(code).text_direction


def comma() -> str:
    """Return what stands between the words of a list; Arabic has a comma of its own."""
    return "، " if current_language() == "ar" else ", "


def counted(number: Decimal | float) -> int:
    """Return a whole number that takes the same plural form as ``number``.

    Catalogues know whole numbers only. A fraction takes the form of one where the language counts it so ("1,5 heure"),
    else that of two, which is where fractions stand in every language of ours (CLDR, plural rules).
    """
    if number == int(number):
        return int(number)
    locale = get_locale() or Locale.parse(DEFAULT_LANGUAGE)
    return 1 if locale.plural_form(Decimal(str(number))) == "one" else 2
