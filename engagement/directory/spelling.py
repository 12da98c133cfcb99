"""One spelling for names that people write in several: umlauts as two letters, no accents, small letters.

The same is done to what is typed (in Python) and to what is kept (in SQL), without regard to the server's locale. Long
texts are only compared with the spellings that a typed word may have, which is an order of magnitude quicker.
"""

from __future__ import annotations

import unicodedata

from sqlalchemy import ColumnElement, SQLColumnExpression, String, false, func, literal, or_

from engagement.catalogue.words import spellings, words_of

_DIGRAPHS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)
"""Letters that are none with an accent; the database's ``unaccent`` takes them for the same."""
MEANT = 0.55
"""Word similarity (pg_trgm) from which a typed word may be meant for one of a name."""
SHORTEST_GUESSED = 4
"""Letters of a word below which a slip of the finger makes another word."""


def folded(text: str) -> str:
    """Return the words of what was typed in the one spelling, between single spaces."""
    spelt = " ".join(words_of(text)).translate(_LETTERS)
    return "".join(letter for letter in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(letter))


def folded_column(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return a short text in the one spelling; signs stay in it."""
    spelt: SQLColumnExpression[str] = column
    for umlaut, digraph in _DIGRAPHS.items():
        spelt = func.replace(func.replace(spelt, umlaut, digraph), umlaut.upper(), digraph)
    return func.lower(func.unaccent(spelt))


def said_in(word: str, text: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Return the condition that a long text holds ``word``, as ``words_of`` gives it, in one of its spellings."""
    small: SQLColumnExpression[str] = func.replace(text, "ß", "ss")
    for umlaut in _DIGRAPHS:
        small = func.replace(small, umlaut.upper(), umlaut)
    kept: ColumnElement[str] = func.lower(small)
    variants = dict.fromkeys(one.replace("ß", "ss") for one in (*spellings(word), folded(word)))
    return or_(*(kept.contains(one, autoescape=True) for one in variants))


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
    return func.regexp_replace(func.lower(func.unaccent(name)), "^[^[:alnum:]]+", "").collate("C")
