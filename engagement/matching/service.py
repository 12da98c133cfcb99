"""Offers that suit somebody, read from the catalogue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engagement.catalogue.queries import Card, candidates
from engagement.kernel.geo import Point
from engagement.matching.scoring import Traits, similarity

MOST_COMPARED = 300
"""Offers looked at, the newest of those that share a category."""

LEAST_SIMILAR = 0.2


def similar(session: Session, entry: Card, limit: int) -> list[Card]:
    """Return up to ``limit`` other offers that are most like ``entry``, the likest first.

    What is hardly like it, or has no place left, is not suggested.
    """
    mine = traits_of(entry)
    others = [
        card
        for card in candidates(session, entry.category_ids, MOST_COMPARED)
        if card.opportunity_id != entry.opportunity_id and card.places_free != 0
    ]
    scored = [(similarity(mine, traits_of(card)), card) for card in others]
    scored.sort(key=lambda pair: (-pair[0], -pair[1].published_at.timestamp(), pair[1].opportunity_id))
    return [card for score, card in scored[:limit] if score >= LEAST_SIMILAR]


def traits_of(card: Card) -> Traits:
    """Return what is compared of an offer."""
    known = card.latitude is not None and card.longitude is not None
    return Traits(
        categories=frozenset(card.category_ids),
        target_groups=frozenset(card.target_group_ids),
        place=Point(card.latitude or 0.0, card.longitude or 0.0) if known else None,
        remote=card.place_kind == "remote",
        dated=card.time_kind == "dated",
        slots=frozenset(card.slots),
    )
