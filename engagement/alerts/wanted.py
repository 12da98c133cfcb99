"""A search as it is kept: everything that the catalogue is asked, with short names in place of ids.

Words of a town may be renamed, merged or taken away while somebody waits. A short name outlives all of that: the word
that took another over answers to its name too. So a kept search is put together anew each time it is run, and nothing
that changes the words has to know of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from typing import Any

from engagement.catalogue.queries import Effort, Order, SearchQuery
from engagement.kernel.geo import Point
from engagement.tenancy.queries import Term, Vocabulary

WORDS = {"category_ids": "categories", "target_group_ids": "target_groups", "district_ids": "districts"}
"""The lists of ids, each with the vocabulary's list that they are of."""
KINDS: Mapping[str, type[StrEnum]] = {"effort": Effort, "order": Order}
"""The wishes that are one of a few, each with those."""
NEIGHBOURS = "neighbours"
LEFT_OUT = {"also_tenants", "category_slugs", "target_group_slugs", "among", "page", "per_page"}
"""What is not a wish of the person: whom else to ask is decided when it is asked."""


def keep(query: SearchQuery, words: Vocabulary, *, neighbours: bool) -> dict[str, Any]:
    """Return a search as plain JSON values; what is not asked for is left out.

    Args:
        query: the wishes, words given by ids.
        words: of the town.
        neighbours: whether neighbouring towns are meant too.

    Raises:
        TypeError: a wish is of a kind that cannot be kept.
    """
    kept: dict[str, Any] = {NEIGHBOURS: True} if neighbours else {}
    for part in fields(query):
        value = getattr(query, part.name)
        if part.name in LEFT_OUT or value == _default(part.name):
            continue
        known = WORDS.get(part.name)
        kept[part.name] = _slugs(getattr(words, known), value) if known else _plain(value)
    return kept


def key_of(kept: dict[str, Any]) -> str:
    """Return what two equal searches have in common, and no others."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def restore(kept: dict[str, Any], words: Vocabulary, neighbour_ids: Iterable[int] = ()) -> SearchQuery | None:
    """Return what the catalogue is asked now.

    Args:
        kept: as ``keep`` returned it, perhaps long ago.
        words: of the town, as they are now.
        neighbour_ids: the towns that agree now; asked only if they are meant.

    Returns:
        The search; None if a wish can no longer be understood, since without it the search would find too much.
    """
    wishes = {name: value for name, value in kept.items() if name != NEIGHBOURS}
    if not wishes.keys() <= {part.name for part in fields(SearchQuery)}:
        return None
    found: dict[str, Any] = {
        name: _ids(getattr(words, WORDS[name]), wishes[name]) for name in WORDS.keys() & wishes.keys()
    }
    if not all(found.values()):
        return None
    try:
        others: dict[str, Any] = {name: _like(name, value) for name, value in wishes.items() if name not in WORDS}
    except ValueError:
        return None
    query = SearchQuery(**others, **found)
    return _reaching_out(query, words, tuple(neighbour_ids)) if kept.get(NEIGHBOURS) else query


def _reaching_out(query: SearchQuery, words: Vocabulary, towns: tuple[int, ...]) -> SearchQuery:
    """Ask other towns too: they call the same field by the same short name, but by other ids."""
    if not towns or query.district_ids:
        return query
    return replace(
        query,
        also_tenants=towns,
        category_ids=(),
        target_group_ids=(),
        category_slugs=tuple(_slugs(words.categories, query.category_ids)),
        target_group_slugs=tuple(_slugs(words.target_groups, query.target_group_ids)),
    )


def _slugs(terms: Iterable[Term], ids: Iterable[int]) -> list[str]:
    wanted = set(ids)
    return sorted(term.slug for term in terms if term.id in wanted)


def _ids(terms: Iterable[Term], slugs: Iterable[str]) -> tuple[int, ...]:
    wanted = set(slugs)
    return tuple(term.id for term in terms if term.answers_to(wanted))


def _plain(value: object) -> object:
    if isinstance(value, Point):
        return [value.latitude, value.longitude]
    if isinstance(value, (frozenset, tuple)) and all(isinstance(one, (str, int)) for one in value):
        return sorted(value) if isinstance(value, frozenset) else list(value)
    if isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be kept in a saved search")


def _like(name: str, value: object) -> object:
    if name in KINDS:
        return KINDS[name](str(value))
    if not isinstance(value, list):
        return value
    if name == "centre":
        return Point(*value)
    return frozenset(value) if isinstance(_default(name), frozenset) else tuple(value)


def _default(name: str) -> object:
    (part,) = (one for one in fields(SearchQuery) if one.name == name)
    return part.default if part.default is not MISSING else None
