"""Reading single values of an address: what makes no sense was not asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from babel import localedata

from engagement.catalogue.slots import expand, is_slot_word, shortest
from engagement.kernel.geo import Point, parse_point
from engagement.tenancy.queries import Term
from engagement.web.shared.numbers import whole_number

LONGEST_CODE = 3
"""Letters of a language's code (ISO 639)."""
STEPS_PER_DEGREE = 200
"""Positions of visitors are kept to a two-hundredth of a degree, which is about 500 metres."""

AnyTerm = TypeVar("AnyTerm", bound=Term)


def cleaned(text: str, longest: int) -> str:
    """Return ``text`` on one line, without what cannot be seen, and no longer than ``longest``."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:longest].rstrip()


def number_within(text: str, least: int, most: int) -> int | None:
    """Return a whole number within bounds; anything else was not asked for."""
    number = whole_number(text.strip())
    return number if number is not None and least <= number <= most else None


def terms_of(terms: tuple[AnyTerm, ...], slugs: Iterable[str]) -> tuple[AnyTerm, ...]:
    """Return the words that are named, by their present or former short names."""
    wanted = set(slugs)
    return tuple(term for term in terms if term.answers_to(wanted))


def known_words(known: Mapping[str, object] | tuple[str, ...], given: Iterable[str]) -> tuple[str, ...]:
    """Return those of the known words that were given, in their own order."""
    wanted = set(given)
    return tuple(word for word in known if word in wanted)


def slot_words(given: Iterable[str]) -> tuple[str, ...]:
    """Return the slots, days and parts of the day that were given, in as few words as they can be said."""
    return shortest(expand(word for word in given if is_slot_word(word)))


def language_codes(given: Iterable[str]) -> tuple[str, ...]:
    """Return the languages among what was given, each once, in the order of their codes."""
    codes = {code.lower() for code in given if code.isascii() and code.isalpha() and len(code) <= LONGEST_CODE}
    return tuple(sorted(code for code in codes if localedata.exists(code)))


def rough_point(text: str) -> Point | None:
    """Return the position of a visitor, no more exact than we want to know it."""
    try:
        point = parse_point(text)
    except ValueError:
        return None
    return Point(_rough(point.latitude), _rough(point.longitude))


def point_text(point: Point) -> str:
    """Return a rough position as it stands in an address."""
    return f"{point.latitude:.3f},{point.longitude:.3f}"


def _rough(degrees: float) -> float:
    return round(degrees * STEPS_PER_DEGREE) / STEPS_PER_DEGREE + 0.0
