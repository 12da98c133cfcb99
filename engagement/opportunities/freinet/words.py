"""Finding a tenant's own words in what an export says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

from engagement.kernel.slugs import slugify
from engagement.tenancy.queries import Term

AnyTerm = TypeVar("AnyTerm", bound=Term)

LEAST_STEM = 5
"""From as many equal letters at their beginning two words count as one: Behinderung, Behinderungen."""
LEAST_OVERLAP = 0.5
"""Share of common words (Jaccard index) from which two names with words of their own mean the same."""
_IDLE_WORDS = """
    und oder der die das den dem des fuer mit von in im am an bei zu zum zur auf als
    menschen personen engagement ehrenamt bereich sonstige sonstiges andere
"""
_IDLE = frozenset(_IDLE_WORDS.split())
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def key(text: str) -> str:
    """Return what two spellings of a name share: "Ehrenamt-Agentur e. V." is "EhrenamtAgentur e.V."."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    """Return the words in lower case, with umlauts as two letters and without other accents."""
    lower = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain)


def telling_words(text: str) -> frozenset[str]:
    """Return the words of a name that carry its meaning; all of them if none stands out."""
    words = _words(text)
    return frozenset(word for word in words if word not in _IDLE) or frozenset(words)


def matching_terms(name: str, terms: Sequence[AnyTerm]) -> list[AnyTerm]:
    """Return the terms that ``name`` means, none if it is not clear.

    The first rule that finds something decides: the same name, or one that it had; terms wholly within the name
    ("Kinder und Jugendliche" → Kinder, Jugendliche); the shortest term that holds the whole name ("Sport" → Freizeit
    und Sport); the term that shares at least half of all words.
    """
    if same := [term for term in terms if key(term.name) == key(name) or slugify(name) in term.former_slugs]:
        return same[:1]
    said = telling_words(name)
    if not said:
        return []
    known = {term: telling_words(term.name) for term in terms}
    if within := [term for term, words in known.items() if words and _share(words, said) == len(words)]:
        return within
    if holding := [term for term, words in known.items() if _share(said, words) == len(said)]:
        return [min(holding, key=lambda term: len(known[term]))]
    return _closest(said, known)


def match_all(names: Iterable[str], terms: Sequence[AnyTerm]) -> tuple[tuple[int, ...], list[str]]:
    """Return the ids of the terms that ``names`` mean, in the order of ``terms``, and the names that mean none."""
    found: set[int] = set()
    unknown = []
    for name in names:
        matches = matching_terms(name, terms)
        found |= {term.id for term in matches}
        if not matches:
            unknown.append(name)
    return tuple(term.id for term in terms if term.id in found), unknown


def _closest(said: frozenset[str], known: dict[AnyTerm, frozenset[str]]) -> list[AnyTerm]:
    scores = {term: _overlap(said, words) for term, words in known.items()}
    best = max(scores.values(), default=0.0)
    closest = [term for term, score in scores.items() if score == best]
    return closest if best >= LEAST_OVERLAP and len(closest) == 1 else []


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    common = _share(one, other)
    return common / (len(one) + len(other) - common)


def _share(some: frozenset[str], others: frozenset[str]) -> int:
    return sum(any(_alike(word, other) for other in others) for word in some)


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= LEAST_STEM and longer.startswith(shorter))
