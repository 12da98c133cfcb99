"""Groups of words: what people type, and the words of the field that they thereby look for.

The product's own list is ``data/concepts.de.toml``, which explains its three lists. Here everything is pure: the words
are stemmed by the database (see ``concept_store``), and looked up by their stems.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engagement.catalogue.strengths import PREFIXES, is_slip, slips, splits
from engagement.catalogue.words import words_of

SAME = 0.8
TYPED = 0.7
ALSO = 0.45
"""How well the words of a group stand for each other, for what is typed for them, and what they lead on to."""
MISTYPED = 0.85
"""What a key counts that is only a slip away from what was typed."""
LONGEST_KEY = 6
SURE_PART = 4
"""Letters from which a part of a compound is trusted though the other part is no known word."""

Key = tuple[str, ...]
Targets = dict[str, float]


@dataclass(frozen=True)
class Group:
    """A group of words, as they are written.

    Args:
        same: stand for each other.
        typed: lead to ``same``.
        also: are found too, but count less.
    """

    same: tuple[str, ...]
    typed: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return all its words and phrases."""
        return self.same + self.typed + self.also


@dataclass(frozen=True)
class Expansion:
    """That a part of the query leads to further stems.

    Args:
        start: place of its first word; ``end`` is the place after its last.
        targets: stems with their strength from 0 to 1.
    """

    start: int
    end: int
    targets: Targets


class Concepts:
    """Groups of words, ready to be looked up by stems.

    Args:
        groups: by key.
        stems: of every single word of theirs.
    """

    def __init__(self, groups: Mapping[str, Group], stems: Mapping[str, str]) -> None:
        self._targets: dict[Key, dict[str, Targets]] = defaultdict(dict)
        for name, group in groups.items():
            self._add(name, group, stems)
        self._words = frozenset(stems.values())
        self._singles: dict[str, list[str]] = defaultdict(list)
        for key in self._targets:
            if len(key) == 1:
                self._singles[key[0][:1]].append(key[0])

    def _add(self, name: str, group: Group, stems: Mapping[str, str]) -> None:
        same, typed, also = (
            [key for phrase in phrases if (key := key_of(phrase, stems))]
            for phrases in (group.same, group.typed, group.also)
        )
        near = dict.fromkeys(_single(also), ALSO)
        for keys, strength in ((same, SAME), (typed, TYPED)):
            for key in keys:
                found = near | dict.fromkeys(_single(same), strength)
                self._targets[key][name] = {stem: value for stem, value in found.items() if key != (stem,)}

    def knows(self, stem: str) -> bool:
        """Tell whether the stem alone leads somewhere."""
        return (stem,) in self._targets

    def is_word(self, stem: str) -> bool:
        """Tell whether the groups use a word with this stem."""
        return stem in self._words

    def parts(self, stem: str) -> tuple[str, str] | None:
        """Return the two stems that a compound is made of, if the groups know both or at least lead on from one."""
        cuts = [cut for cut in splits(stem) if cut[0] not in PREFIXES]
        both = [cut for cut in cuts if self.is_word(cut[0]) and self.is_word(cut[1])]
        one = [cut for cut in cuts if any(len(part) >= SURE_PART and self.knows(part) for part in cut)]
        return next(iter(both or one), None)

    def lead(self, stem: str, off: frozenset[str] = frozenset()) -> Targets:
        """Return where a single stem leads."""
        return self._of_key((stem,), off)

    def expand(self, stems: Sequence[Sequence[str]], off: frozenset[str] = frozenset()) -> list[Expansion]:
        """Return where the words of a query lead, the longest phrases first; what is in one counts no more alone.

        Args:
            stems: of each word of the query, in its order, for each of its spellings.
            off: keys of groups that do not count.
        """
        found: list[Expansion] = []
        taken: set[int] = set()
        for length in range(min(LONGEST_KEY, len(stems)), 0, -1):
            for start in range(len(stems) - length + 1):
                places = set(range(start, start + length))
                targets = {} if places & taken else self._lead(stems[start : start + length], off)
                if targets:
                    found.append(Expansion(start, start + length, targets))
                    taken |= places
        return found

    def _lead(self, stems: Sequence[Sequence[str]], off: frozenset[str]) -> Targets:
        keys: list[Key] = [()]
        for spelt in stems:
            keys = [(*key, stem) for key in keys for stem in spelt]
        return _merged(self._of_key(key, off) for key in keys)

    def _of_key(self, key: Key, off: frozenset[str]) -> Targets:
        return _merged(targets for name, targets in self._targets.get(key, {}).items() if name not in off)

    def expand_mistyped(self, stem: str, off: frozenset[str] = frozenset()) -> Targets:
        """Return where the key leads that is a slip or two away, itself included; empty if none is."""
        alike = [key for key in self._singles[stem[:1]] if is_slip(stem, key)]
        nearest = min(alike, key=lambda key: (slips(stem, key), key), default=None)
        if nearest is None:
            return {}
        return _weaker({nearest: 1.0} | self.lead(nearest, off), MISTYPED)


def key_of(phrase: str, stems: Mapping[str, str]) -> Key:
    """Return the stems of the words of a phrase."""
    return tuple(stems[word] for word in words_of(phrase) if stems.get(word))


@cache
def product_groups() -> Mapping[str, Group]:
    """Return the groups that ship with the product, by key."""
    source = files("engagement.catalogue").joinpath("data/concepts.de.toml").read_text(encoding="utf-8")
    return {
        key: Group(*(_listed(lists.get(name, "")) for name in ("same", "typed", "also")))
        for key, lists in tomllib.loads(source).items()
    }


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word for part in words.split(",") if (word := part.strip()))


def _single(keys: Iterable[Key]) -> list[str]:
    return [key[0] for key in keys if len(key) == 1]


def _merged(found: Iterable[Targets]) -> Targets:
    merged: Targets = {}
    for targets in found:
        for stem, strength in targets.items():
            merged[stem] = max(strength, merged.get(stem, 0.0))
    return merged


def _weaker(targets: Targets, factor: float) -> Targets:
    return {stem: strength * factor for stem, strength in targets.items()}
