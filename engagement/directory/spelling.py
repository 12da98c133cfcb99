"""One spelling for names that people write in several: umlauts as two letters, no accents, small letters.

The same is done to what is typed (in Python) and to what is kept (in SQL), without regard to the server's locale.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, false, func, literal

from engagement.catalogue.words import words_of

_WHOLE = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_UMLAUTS = "äöüÄÖÜ"
_MARKED = "".join(
    letter
    for letter in map(chr, range(0xC0, 0x180))
    if letter not in _UMLAUTS and len(unicodedata.normalize("NFD", letter)) > 1
)
_BARE = "".join(unicodedata.normalize("NFD", letter)[0].lower() for letter in _MARKED)
_SMALL = "äöüæœøłđ"
_FROM = _MARKED + _SMALL.upper()
_TO = _BARE + _SMALL
_TABLE = str.maketrans(_FROM, _TO)
MEANT = 0.55
"""Word similarity (pg_trgm) from which a typed word may be meant for one of a name."""
SHORTEST_GUESSED = 4
"""Letters of a word below which a slip of the finger makes another word."""


def folded(text: str) -> str:
    """Return the words of what was typed in the one spelling, between single spaces."""
    spelt = " ".join(words_of(text.translate(_TABLE)))
    for letter, plain in _WHOLE.items():
        spelt = spelt.replace(letter, plain)
    return spelt


def folded_column(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return a text in the one spelling; signs stay in it."""
    spelt: ColumnElement[Any] = func.lower(func.translate(column, _FROM, _TO))
    for letter, plain in _WHOLE.items():
        spelt = func.replace(spelt, letter, plain)
    return spelt


def likely_meant(word: str, name: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Return the condition that a name holds something much like ``word``, which is folded."""
    if len(word) < SHORTEST_GUESSED:
        return false()
    return nearness(word, name) >= MEANT


def nearness(text: str, name: SQLColumnExpression[str]) -> ColumnElement[float]:
    """Return how well ``text``, which is folded, fits into a name, from 0 to 1."""
    return func.word_similarity(literal(text, String), folded_column(name))


def sorting(name: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return what names are sorted by: umlauts as their letters (DIN 5007-1), without signs before the first one."""
    # The first of two that are the same counts.
    plain = func.lower(func.translate(name, _UMLAUTS + _FROM, "aouaou" + _TO))
    return func.regexp_replace(func.replace(plain, "ß", "ss"), "^[^[:alnum:]]+", "").collate("C")
