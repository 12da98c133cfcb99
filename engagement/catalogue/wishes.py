"""From what somebody typed to a wish: its words with how much each says, what it rules out, and its hints.

Pure: what a word means is looked up later (``concepts``), what of it a town's offers say later still (``widening``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engagement.catalogue.hints import Hints, read_hints
from engagement.catalogue.words import LONGEST_QUERY, MOST_WORDS, STOP_WORDS, indexable, spellings, words_of

MOST_TOKENS = 40
WEAK = 0.3
BESIDE = 0.5
"""What words count that nearly every offer says, and words that only tell when."""

_WEAK_WORDS = """
    aktiv arbeit arbeiten aufgabe aufgaben bock bringen brauchen dasein ehrenamt ehrenamtlich ehrenamtliche
    ehrenamtlichen ehrenamtlicher einbringen engagement engagieren engagiert freiwillig freiwillige freiwilligen
    freiwilligenarbeit freizeit freude geben gehen gemeinsam gesucht gut gute gutes helfen helfer helferin helferinnen
    hilf hilfe hilfst interesse interessiert job leute leuten lust mensch menschen mitarbeit mitarbeiten
    mithelfen mithilfe mitmachen möglichkeit neu neue neues person personen sachen spaß tätigkeit tun
    unterstütze unterstützen unterstützung verein volunteer zeit zusammen
"""
WEAK_WORDS = frozenset(_WEAK_WORDS.split())
_TIME_WORDS = """
    abend abends dienstag dienstags donnerstag donnerstags einmal einmalig einmalige feierabend freitag freitags
    manchmal mittag mittags mittwoch mittwochs monat montag montags morgen morgens nachmittag nachmittags nachts
    regelmäßig samstag samstags sonntag sonntags stunde stunden tag tage tagsüber vormittag vormittags woche wochen
    wochenende wochenenden wöchentlich
"""
TIME_WORDS = frozenset(_TIME_WORDS.split())

_SOMEBODY = """
    alte ältere bürger erwachsene familien frauen geflüchtete jugendliche kinder kindern leute leuten männer menschen
    mitmenschen mütter patienten personen schüler senioren
"""
_PEOPLE = frozenset(_SOMEBODY.split())
_NO = frozenset(["kein", "keine", "keinem", "keinen", "keiner", "keines", "ohne", "außer"])
_NOT = frozenset({"nicht", "nichts", "nix"})
_BETWEEN = frozenset(
    [
        "mit",
        "mehr",
        "nur",
        "die",
        "der",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einen",
        "kleine",
        "kleinen",
        "kleiner",
        "viel",
        "viele",
        "vielen",
    ]
)
_NEEDLESS = """
    ahnung angst anmeldung arbeit ausbildung deutschkenntnisse erfahrung erfahrungen familie freunde geld job kenntnisse
    lust problem probleme studium verpflichtung vorerfahrung vorkenntnisse vorwissen wohnung zeit
"""
_NOT_RULED_OUT = frozenset(_NEEDLESS.split())
"""After a "no" these tell about the person who searches, or what is not needed; they rule no offer out."""


@dataclass(frozen=True)
class Token:
    """A word as it was typed, in small letters.

    Args:
        spellings: itself and its other spellings.
        weight: how much it says; 0 for one that only joins others.
        ruled_out: whether the wish says that it does not want this.
    """

    spellings: tuple[str, ...]
    weight: float
    ruled_out: bool = False

    @property
    def word(self) -> str:
        """Return it as it was typed."""
        return self.spellings[0]


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: every word in its order, those that only join others too."""

    tokens: tuple[Token, ...] = ()
    hints: Hints = field(default_factory=Hints)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed that could be looked for."""
        return not self.tokens


def read_wish(text: str) -> Wish:
    """Return what ``text`` asks for. If all of it only joins words ("und"), these are looked for."""
    cleaned = indexable(text[:LONGEST_QUERY])
    words = words_of(cleaned)[:MOST_TOKENS]
    ruled_out = _ruled_out(words)
    weights = _weights(words)
    tokens = tuple(
        Token(spellings(word), weight, place in ruled_out)
        for place, (word, weight) in enumerate(zip(words, weights, strict=True))
    )
    return Wish(tokens, read_hints(cleaned))


def _weights(words: list[str]) -> list[float]:
    """Return what each word counts; the same word counts once, and no more than so many words do."""
    only_joins = all(word in STOP_WORDS for word in words)
    weights, seen = [], set[str]()
    for word in words:
        counts = (only_joins or word not in STOP_WORDS) and word not in seen and len(seen) < MOST_WORDS
        weights.append(_weight(word) if counts else 0.0)
        if counts:
            seen.add(word)
    return weights


def _weight(word: str) -> float:
    if word in WEAK_WORDS:
        return WEAK
    return BESIDE if word in TIME_WORDS else 1.0


def _ruled_out(words: list[str]) -> set[int]:
    """Return the places of words after a "no": the next one that means something, and those joined to it by "or"."""
    found: set[int] = set()
    for place in range(len(words)):
        denies = _denies(words, place)
        if denies:
            found |= _denied(words, place + 1)
    return found


def _denies(words: list[str], place: int) -> bool:
    """Tell whether a "no" stands there. What people are without, as in "Menschen ohne Wohnung", is said about them."""
    if words[place] == "ohne" and place and words[place - 1] in _PEOPLE:
        return False
    return words[place] in _NO or (words[place] in _NOT and words[place + 1 : place + 2] == ["mit"])


def _denied(words: list[str], place: int) -> set[int]:
    while place < len(words) and words[place] in _BETWEEN:
        place += 1
    if place >= len(words) or words[place] in _NOT_RULED_OUT or words[place] in STOP_WORDS:
        return set()
    joined = words[place + 1 : place + 2]
    more = _denied(words, place + 2) if joined == ["oder"] else set[int]()
    return {place} | more
