"""What a wish says besides its subject: when, where from, with whom, how old; read off its words by plain rules.

A hint prefers offers, it hides none: "abends" lifts what takes place in the evening, and what has no times stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engagement.catalogue.slots import expand

_DAYS = {
    "mon": "montags?", "tue": "dienstags?", "wed": "mittwochs?", "thu": "donnerstags?", "fri": "freitags?",
    "sat": "samstags?|sonnabends?", "sun": "sonntags?|feiertags?",
}  # fmt: skip
_PARTS = {
    "morning": "vormittags?|morgens|frühmorgens|in der früh|am morgen|tagsüber",
    "afternoon": "nachmittags?|mittags",
    "evening": "abends?|feierabend|nach der arbeit|spätabends|nachts",
}
_JOINED = re.compile(
    r"\b(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)(vormittag|morgen|nachmittag|abend)s?\b"
)
_WEEKEND = re.compile(r"\b(?:wochenenden?|weekend)\b")
_WORKDAYS = re.compile(r"\b(?:unter der woche|werktags?|wochentags?)\b")
_TIME_KINDS = {
    "dated": r"einmalige?[nrs]?|nur einmal|ein(?:en)? tag|eintägig|aktionstag|spontan|kurzfristig(?:e[nrs]?)?",
    "ongoing": r"regelmäßig(?:e[nrs]?)?|jede woche|wöchentlich(?:e[nrs]?)?|langfristig(?:e[nrs]?)?"
    r"|dauerhaft|ein ?mal (?:die|in der|pro) woche",
}
_REMOTE = re.compile(
    r"\b(?:von zu ?hause(?: aus)?|von daheim(?: aus)?|zu hause am|home ?office|online|remote|ortsunabhängig|virtuell"
    r"|vom sofa|von überall)\b"
)
_COMPANY = {
    "family": r"(?:mit (?:der|meiner|unserer) |als )familie|mit (?:meinem|meinen|unseren|unserem) kind(?:ern)?"
    r"|mit kind und kegel",
    "group": r"als gruppe|mit (?:meinen |unseren )?(?:freunden|kollegen|kolleginnen|mitschülern)|als team|im team"
    r"|als klasse|mit der firma|als firma|social day|teamevent",
    "tandem": r"zu zweit|im tandem|als paar"
    r"|mit (?:meiner |meinem |einer |einem )?(?:freundin|freund|partner|partnerin)",
}
KINDS_AND_COMPANY = (*_TIME_KINDS, "remote", *_COMPANY)
"""What an entry can be marked with besides slots."""
_AGES = re.compile(
    r"\b(?:ich bin|bin|mit)\s+(\d{1,2})\b(?!\s*(?:leute|personen|kinder|uhr|stunden))|\b(\d{1,2})[ -]?jähriger?\b"
)
YOUNGEST, GROWN_UP = 6, 18


@dataclass(frozen=True)
class Hints:
    """What a wish prefers.

    Args:
        slots: of the week, as ``sat-morning``.
        time_kind: ``dated`` or ``ongoing``, empty if nothing was said.
        company: of ``tandem``, ``group``, ``family``.
        age: of the person in years, if under age and said; offers for older ones are then of no use.
    """

    slots: frozenset[str] = frozenset()
    time_kind: str = ""
    remote: bool = False
    company: frozenset[str] = frozenset()
    age: int | None = None

    @property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """Return for each thing that is preferred the marks of which one is enough; see ``postings``."""
        wanted = (
            tuple(sorted(self.slots)),
            (self.time_kind,) if self.time_kind else (),
            ("remote",) if self.remote else (),
            tuple(sorted(self.company)),
        )
        return tuple(tuple(f":{mark}" for mark in marks) for marks in wanted if marks)


def read_hints(cleaned: str) -> Hints:
    """Return what a query, in small letters, says about time, place, company and age."""
    return Hints(
        slots=_slots(cleaned),
        time_kind=next((kind for kind, words in _TIME_KINDS.items() if _said(words, cleaned)), ""),
        remote=_REMOTE.search(cleaned) is not None,
        company=frozenset(kind for kind, words in _COMPANY.items() if _said(words, cleaned)),
        age=_age(cleaned),
    )


def _slots(cleaned: str) -> frozenset[str]:
    apart = _JOINED.sub(r"\1 \2", cleaned)
    days = {day for day, words in _DAYS.items() if _said(words, apart)}
    if _WEEKEND.search(apart):
        days |= {"sat", "sun"}
    if _WORKDAYS.search(apart):
        days |= {"mon", "tue", "wed", "thu", "fri"}
    parts = {part for part, words in _PARTS.items() if _said(words, apart)}
    return expand(days | parts) if days or parts else frozenset()


def _said(words: str, cleaned: str) -> bool:
    return re.search(rf"\b(?:{words})\b", cleaned) is not None


def _age(cleaned: str) -> int | None:
    found = _AGES.search(cleaned)
    age = int(found.group(1) or found.group(2)) if found else GROWN_UP
    return age if YOUNGEST <= age < GROWN_UP else None
