"""How alike two offers are. Pure: it knows neither database nor web.

The weights follow what a visitor who looks at one offer wants of the next: the same field first, for the same people,
nearby, and in the same rhythm.
"""

from __future__ import annotations

from dataclasses import dataclass

from engagement.kernel.geo import Point, distance_km

FIELD = 0.45
PEOPLE = 0.25
PLACE = 0.20
RHYTHM = 0.10
"""Parts of the similarity; together 1."""

FAR_KM = 15.0
"""From this distance on two places have nothing in common; within it closeness falls evenly."""

UNKNOWN_PLACE = 0.3
"""Closeness if one of two places is not known: less than "somewhere in town", more than "far away"."""


@dataclass(frozen=True)
class Traits:
    """What is compared of an offer.

    Args:
        categories: ids of its fields.
        target_groups: ids of the people it is for.
        place: where it is, None if unknown.
        remote: whether it can be done from anywhere.
        dated: whether it happens once.
        slots: when in a week, as ``mon-morning``; for a dated offer those of its date.
    """

    categories: frozenset[int] = frozenset()
    target_groups: frozenset[int] = frozenset()
    place: Point | None = None
    remote: bool = False
    dated: bool = False
    slots: frozenset[str] = frozenset()


def similarity(one: Traits, other: Traits) -> float:
    """Return how alike two offers are, from 0 to 1; the order of the two does not matter."""
    return (
        FIELD * _overlap(one.categories, other.categories)
        + PEOPLE * _overlap(one.target_groups, other.target_groups)
        + PLACE * _closeness(one, other)
        + RHYTHM * _rhythm(one, other)
    )


def _overlap(one: frozenset[object], other: frozenset[object]) -> float:
    """Return the Jaccard index: shared ones among all; two empty sets share nothing."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _closeness(one: Traits, other: Traits) -> float:
    if one.remote or other.remote:
        return float(one.remote and other.remote)
    if one.place is None or other.place is None:
        return UNKNOWN_PLACE
    return max(0.0, 1 - distance_km(one.place, other.place) / FAR_KM)


def _rhythm(one: Traits, other: Traits) -> float:
    """Return half for the same kind of time, the rest for shared slots."""
    return 0.5 * (one.dated == other.dated) + 0.5 * _overlap(one.slots, other.slots)
