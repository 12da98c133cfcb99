"""How well a stem of the catalogue stands for a word: the same, a compound of it, a part of it, or much like it. Pure.

At the beginning of a compound a stem names it best ("fahrradwerkstatt"); at the end it needs some length to be no mere
ending ("tier" in "orientier"), and more so in the middle ("alt" in "veranstaltung"). Before a verb stand prefixes that
leave its sense alone ("vorlesen"). The longer the rest, the weaker, but never by more than a third.
"""

from __future__ import annotations

from enum import StrEnum

PREFIXES = frozenset(["ab", "an", "auf", "aus", "ein", "her", "hin", "mit", "nach", "um", "vor", "weg", "zu"])
SHORTEST_FRONT, SHORT_FRONT = 4, 0.5
"""Letters from which a rest is likely a word ("gem" before "einsam" is none), and what one is worth at most below."""
PART = 0.6
ALIKE = 0.9


class Kind(StrEnum):
    """How a known stem was found."""

    SAME = "same"
    AROUND = "around"
    PART = "part"
    ALIKE = "alike"


def strength(kind: str, asked: str, known: str, likeness: float = 0.0) -> float:
    """Return the strength from 0 to 1.

    Args:
        kind: how it was found, of ``Kind``.
        asked: stem of the word.
        known: stem of the catalogue.
        likeness: for one that is only alike.
    """
    if kind == Kind.SAME:
        return 1.0
    if kind == Kind.AROUND:
        return _around(asked, known) * (2 + len(asked) / len(known)) / 3
    if kind == Kind.PART:
        return PART * len(known) / len(asked)
    return ALIKE * likeness


def _around(asked: str, known: str) -> float:
    letters = len(asked)
    if known.startswith(asked):
        return min(0.9, 0.2 * letters)
    if known.endswith(asked):
        before = known[:-letters]
        if before in PREFIXES:
            return 0.85
        return max(0.0, min(0.9 if len(before) >= SHORTEST_FRONT else SHORT_FRONT, 0.2 * (letters - 2)))
    return max(0.0, min(0.6, 0.15 * (letters - 2)))


LINKS = ("", "s", "e", "n", "en", "er", "es", "ns", "ung", "ungs", "heits", "keits")
"""What may stand between the stems of a compound's parts, as the "s" of "Besuchsdienst"."""
VAGUE = frozenset(
    [
        "aktion",
        "angebot",
        "arbeit",
        "aufgab",
        "dienst",
        "helf",
        "hilf",
        "mitarbeit",
        "projekt",
        "stell",
        "tatig",
        "unterstutz",
    ]
)
"""Stems that at the end of a compound say little beside its beginning."""
SHORTEST_PART = 3


def splits(stem: str) -> list[tuple[str, str]]:
    """Return every way to cut a compound in two, with and without a link between its parts; long fronts first."""
    cuts = range(len(stem) - SHORTEST_PART, SHORTEST_PART - 1, -1)
    return [
        (stem[: cut - len(link)], stem[cut:])
        for cut in cuts
        for link in LINKS
        if stem[:cut].endswith(link) and cut - len(link) >= SHORTEST_PART
    ]


SURE_WORD = 5
LONG_WORD = 8
"""Letters from which one slip, and from which two, are taken for a typing mistake."""


def is_slip(typed: str, meant: str) -> bool:
    """Tell whether ``typed`` is likely a mistyped ``meant``."""
    allowed = (len(typed) >= SURE_WORD) + (len(typed) >= LONG_WORD)
    return 0 < allowed >= abs(len(typed) - len(meant)) and slips(typed, meant) <= allowed


def slips(typed: str, meant: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped (Damerau-Levenshtein distance, 1964/65)."""
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for row, letter in enumerate(typed, 1):
        this = [row]
        for column, other in enumerate(meant, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and typed[row - 2] == other and letter == meant[column - 2]
            this.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, this
    return last[-1]
