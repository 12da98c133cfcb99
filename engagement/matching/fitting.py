"""How well an offer fits what a person wishes, and why. Pure: it knows neither database nor web.

The fit is the weighted mean of the terms that the person said something about. A term that the offer says nothing about
counts a half: what is not known neither helps nor harms. What cannot work at all (age, access, a full offer) is no low
score but a gate, and a gate always wins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from engagement.kernel.geo import distance_km
from engagement.matching.scoring import Traits

NEUTRAL = 0.5
"""What a term counts of which the offer says nothing."""
GOOD = 0.75
"""From here on a term is a reason to suggest the offer …"""
POOR = 0.25
"""… and up to here something to consider first."""
USUAL_RADIUS_KM = 5.0
"""How far people like to go if they do not say so; what lies within counts fully."""


class Term(StrEnum):
    """What is compared."""

    FIELD = "field"
    PEOPLE = "people"
    DOING = "doing"
    TIME = "time"
    RHYTHM = "rhythm"
    EFFORT = "effort"
    PLACE = "place"
    COMPANY = "company"
    TASTER = "taster"


WEIGHTS: dict[Term, float] = {
    Term.FIELD: 3.0,
    Term.PEOPLE: 2.0,
    Term.DOING: 3.0,
    Term.TIME: 2.5,
    Term.RHYTHM: 1.0,
    Term.EFFORT: 1.0,
    Term.PLACE: 1.5,
    Term.COMPANY: 1.0,
    Term.TASTER: 1.0,
}
"""What somebody would like to do and when they can matters most; the rest can be talked about."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person says of themselves; what is empty or None was not said.

    Args:
        traits: fields, people, place, times and (``remote``) whether it may or has to be done from home.
        rhythm: True for something on one date, False for something regular.
        hours_a_week: at most.
        company: of ``tandem``, ``group``, ``family``.
        taster: wants to look in first.
        needs: of the catalogue's ``access``.
        age: in years.
        did_say_doing: whether the affinities that come with each offer mean something.
    """

    traits: Traits = field(default_factory=Traits)
    rhythm: bool | None = None
    hours_a_week: float | None = None
    company: str = ""
    taster: bool = False
    needs: frozenset[str] = frozenset()
    age: int | None = None
    did_say_doing: bool = False


@dataclass(frozen=True, kw_only=True)
class Offering:
    """What is asked of an offer.

    Args:
        affinity: how well its words answer what the person likes to do, from 0 to 1.
        hours_a_week: None if it was not said.
        access: what its place is known to have.
        is_full: no place is left.
    """

    traits: Traits = field(default_factory=Traits)
    affinity: float = 0.0
    hours_a_week: float | None = None
    suited_for: frozenset[str] = frozenset()
    taster: bool = False
    access: frozenset[str] = frozenset()
    minimum_age: int | None = None
    is_full: bool = False


@dataclass(frozen=True)
class Fit:
    """How well an offer fits, from 0 to 1, and by what.

    Args:
        reasons: terms that speak for it, the weightiest first.
        doubts: terms that speak against it.
        unknown_needs: access that the person needs and of which nothing is known.
    """

    score: float
    reasons: tuple[Term, ...] = ()
    doubts: tuple[Term, ...] = ()
    unknown_needs: frozenset[str] = frozenset()


def fit(wish: Wish, offer: Offering) -> Fit | None:
    """Return how well ``offer`` fits ``wish``, None if it cannot work."""
    if not passes(wish, offer):
        return None
    values = {term: judge(wish, offer) for term, (asked, judge) in _TERMS.items() if asked(wish)}
    whole = sum(WEIGHTS[term] for term in values)
    score = sum(WEIGHTS[term] * value for term, value in values.items()) / whole if whole else NEUTRAL
    by_weight = sorted(values, key=lambda term: (-WEIGHTS[term], list(Term).index(term)))
    return Fit(
        score=min(1.0, max(0.0, score)),
        reasons=tuple(term for term in by_weight if values[term] >= GOOD),
        doubts=tuple(term for term in by_weight if values[term] <= POOR),
        unknown_needs=wish.needs - offer.access,
    )


def passes(wish: Wish, offer: Offering) -> bool:
    """Tell whether nothing rules the offer out: a place is free, and the age suffices.

    What is known to lack a needed access is left out before (``catalogue.queries.offers_lacking``).
    """
    if offer.is_full:
        return False
    return wish.age is None or offer.minimum_age is None or wish.age >= offer.minimum_age


def _field(wish: Wish, offer: Offering) -> float:
    return _shares(wish.traits.categories, offer.traits.categories)


def _people(wish: Wish, offer: Offering) -> float:
    return _shares(wish.traits.target_groups, offer.traits.target_groups)


def _shares(wanted: frozenset[int], there: frozenset[int]) -> float:
    return float(bool(wanted & there)) if there else NEUTRAL


def _doing(_wish: Wish, offer: Offering) -> float:
    return offer.affinity


def _time(wish: Wish, offer: Offering) -> float:
    if not offer.traits.slots:
        return NEUTRAL
    return float(bool(wish.traits.slots & offer.traits.slots))


def _rhythm(wish: Wish, offer: Offering) -> float:
    return float(wish.rhythm == offer.traits.dated)


def _effort(wish: Wish, offer: Offering) -> float:
    if offer.hours_a_week is None or wish.hours_a_week is None:
        return NEUTRAL
    return min(1.0, wish.hours_a_week / offer.hours_a_week) if offer.hours_a_week > 0 else 1.0


def _place(wish: Wish, offer: Offering) -> float:
    if offer.traits.remote:
        return 1.0 if wish.traits.remote else NEUTRAL
    if wish.traits.place is None or offer.traits.place is None:
        return 0.0 if wish.traits.remote and wish.traits.place is None else NEUTRAL
    beyond = max(0.0, distance_km(wish.traits.place, offer.traits.place) - USUAL_RADIUS_KM)
    return math.exp(-beyond / USUAL_RADIUS_KM)


def _company(wish: Wish, offer: Offering) -> float:
    return 1.0 if wish.company in offer.suited_for else NEUTRAL


def _taster(_wish: Wish, offer: Offering) -> float:
    return 1.0 if offer.taster else NEUTRAL


_TERMS: dict[Term, tuple[Callable[[Wish], object], Callable[[Wish, Offering], float]]] = {
    Term.FIELD: (lambda wish: wish.traits.categories, _field),
    Term.PEOPLE: (lambda wish: wish.traits.target_groups, _people),
    Term.DOING: (lambda wish: wish.did_say_doing, _doing),
    Term.TIME: (lambda wish: wish.traits.slots, _time),
    Term.RHYTHM: (lambda wish: wish.rhythm is not None, _rhythm),
    Term.EFFORT: (lambda wish: wish.hours_a_week is not None, _effort),
    Term.PLACE: (lambda wish: wish.traits.place is not None or wish.traits.remote, _place),
    Term.COMPANY: (lambda wish: wish.company, _company),
    Term.TASTER: (lambda wish: wish.taster, _taster),
}
"""Whether a term was asked for, and how an offer answers it."""
