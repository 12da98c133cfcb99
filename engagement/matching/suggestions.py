"""Offers for somebody who has told what they would like, read from the catalogue, the best first and with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from engagement.catalogue.queries import Card, affinities, candidates, offers_lacking
from engagement.kernel.geo import Point, distance_km
from engagement.matching.fitting import Fit, Offering, Wish, fit
from engagement.matching.service import MOST_COMPARED, traits_of

LEAST_FIT = 0.5
"""What fits less than halfway is not suggested."""
MOST_OF_ONE = 2
"""Suggestions of one organisation, so that several get a chance."""
WEEKS_PER_MONTH = Decimal("4.345")


@dataclass(frozen=True)
class Suggestion:
    """An offer that fits.

    Args:
        km: how far away it is, None if one of the places is not known.
    """

    card: Card
    fit: Fit
    km: float | None


def suggest(session: Session, wish: Wish, doing: str, limit: int) -> list[Suggestion]:
    """Return up to ``limit`` offers that fit, the best first, at most two of an organisation.

    Args:
        session: open for the tenant.
        wish: what the person said.
        doing: words for what they like to do, for the search.
        limit: how many at most.
    """
    words = affinities(session, doing) if doing else {}
    lacking = offers_lacking(session, wish.needs) if wish.needs else frozenset()
    cards = candidates(session, tuple(sorted(wish.traits.categories)), MOST_COMPARED)
    if len(cards) < limit:
        cards = candidates(session, (), MOST_COMPARED)
    fitting = [
        Suggestion(card, found, _km(wish.traits.place, card))
        for card in cards
        if card.opportunity_id not in lacking
        and (found := fit(wish, offering_of(card, words.get(card.opportunity_id, 0.0))))
        and found.score >= LEAST_FIT
    ]
    fitting.sort(key=lambda one: (-one.fit.score, -one.card.published_at.timestamp(), one.card.opportunity_id))
    return _mixed(fitting, limit)


def offering_of(card: Card, affinity: float) -> Offering:
    """Return what is asked of an offer."""
    return Offering(
        traits=traits_of(card),
        affinity=affinity,
        hours_a_week=_hours_a_week(card.hours, card.hours_per),
        suited_for=frozenset(card.suited_for),
        taster=card.taster,
        access=frozenset(card.access),
        minimum_age=card.minimum_age,
        is_full=card.places_free == 0,
    )


def _hours_a_week(hours: Decimal | None, per: str | None) -> float | None:
    if hours is None:
        return None
    return float(hours / WEEKS_PER_MONTH) if per == "month" else float(hours)


def _km(place: Point | None, card: Card) -> float | None:
    there = traits_of(card).place
    return distance_km(place, there) if place and there else None


def _mixed(suggestions: Iterable[Suggestion], limit: int) -> list[Suggestion]:
    taken: Counter[int] = Counter()
    chosen: list[Suggestion] = []
    for one in suggestions:
        if len(chosen) == limit:
            break
        if taken[one.card.organisation_id] < MOST_OF_ONE:
            taken[one.card.organisation_id] += 1
            chosen.append(one)
    return chosen
