"""Groups of words and stems as the database knows them: the product's, stemmed once, and a town's own, read anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Integer, bindparam, select, text
from sqlalchemy.orm import Session

from engagement.catalogue.concepts import Concepts, Group, product_groups
from engagement.catalogue.models import SearchGroup, SearchGroupOff
from engagement.catalogue.words import words_of

_STEMS = text(
    """
    SELECT word, stem, EXISTS (
        SELECT FROM catalogue_stem AS known WHERE known.tenant_id IN :tenant_ids AND known.stem = found.stem
    ) AS known
    FROM unnest(CAST(:words AS text[])) AS word
    CROSS JOIN LATERAL (
        SELECT lexeme AS stem FROM unnest(to_tsvector('engagement_german', word)) ORDER BY positions[1] LIMIT 1
    ) AS found
    """
).bindparams(bindparam("tenant_ids", expanding=True, type_=Integer))

_OF_ENGINE: WeakKeyDictionary[Engine, Concepts] = WeakKeyDictionary()
"""The product's groups, by the database that stemmed them: another release of it may stem differently."""


@dataclass(frozen=True)
class Stems:
    """Stems of words, and which of them occur in the catalogues that are searched."""

    of: Mapping[str, str]
    known: frozenset[str]


@dataclass(frozen=True)
class TownWords:
    """What a town changed about the groups of words."""

    own: tuple[Group, ...]
    off: frozenset[str]

    @property
    def words(self) -> set[str]:
        """Return every single word of its own groups."""
        return {word for group in self.own for phrase in group.words for word in words_of(phrase)}


def product_concepts(session: Session) -> Concepts:
    """Return the groups that ship with the product, stemmed on first use."""
    engine = session.get_bind().engine
    found = _OF_ENGINE.get(engine)
    if found is None:
        groups = product_groups()
        words = {word for group in groups.values() for phrase in group.words for word in words_of(phrase)}
        found = _OF_ENGINE[engine] = Concepts(groups, stems_of(session, words, ()).of)
    return found


def town_words(session: Session) -> TownWords:
    """Return the session's town's own groups, and which of the product's it switched off; another town's never."""
    own = session.execute(select(SearchGroup.typed, SearchGroup.found, SearchGroup.both_ways)).all()
    off = session.scalars(select(SearchGroupOff.key)).all()
    return TownWords(tuple(_group(*row) for row in own), frozenset(off))


def stems_of(session: Session, words: Iterable[str], tenant_ids: Sequence[int]) -> Stems:
    """Return the stems of single words, and which of them these towns' catalogues know."""
    rows = session.execute(_STEMS, {"words": sorted(set(words)), "tenant_ids": list(tenant_ids)}).all()
    return Stems({row.word: row.stem for row in rows}, frozenset(row.stem for row in rows if row.known))


def _group(typed: Sequence[str], found: Sequence[str], both_ways: bool) -> Group:  # noqa: FBT001 - a column
    if both_ways:
        return Group(same=(*typed, *found))
    return Group(same=tuple(found), typed=tuple(typed))
