"""The arithmetic of the figures. Pure: it knows neither database nor web."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST_GROUP = 5
"""People below whom a figure is not shown; the usual least frequency for counts about persons in statistical
disclosure control (Hundepool et al., Statistical Disclosure Control, 2012, chapter 5)."""
A_TENTH = 10
ROUNDING = 1e-9


@dataclass(frozen=True)
class Wait:
    """Applications that waited equally long.

    Args:
        hours: how long, begun hours counted whole.
        answered: how many of them got their first answer then.
        unanswered: how many had waited so long without one when we looked, or when they were withdrawn.
    """

    hours: int
    answered: int
    unanswered: int


def waiting_time(waits: Iterable[Wait], share: float) -> int | None:
    """Return within how many hours ``share`` of the applications get their first answer.

    Those still without an answer count for as long as they have waited and are then taken out of the reckoning
    (Kaplan and Meier, Nonparametric estimation from incomplete observations, 1958): leaving them out would make a
    town look the quicker the more people it lets wait. Of equal waits the answered ones come first.

    Args:
        waits: in any order.
        share: between 0 and 1; a half gives the median.

    Returns:
        The hours, None if too many are without an answer to tell.
    """
    together = _merged(waits)
    waiting = sum(answered + unanswered for answered, unanswered in together.values())
    without_answer = 1.0
    for hours, (answered, unanswered) in sorted(together.items()):
        if answered:
            without_answer *= (waiting - answered) / waiting
            if without_answer <= 1 - share + ROUNDING:
                return hours
        waiting -= answered + unanswered
    return None


def _merged(waits: Iterable[Wait]) -> dict[int, tuple[int, int]]:
    together: dict[int, tuple[int, int]] = {}
    for wait in waits:
        answered, unanswered = together.get(wait.hours, (0, 0))
        together[wait.hours] = (answered + wait.answered, unanswered + wait.unanswered)
    return together


def top_tenth(offers_by_placements: Mapping[int, int]) -> tuple[int, int]:
    """Return how many offers the top tenth is, rounded up, and how many placements go to it.

    Of offers with equally many placements at its edge any may be taken: the sum is the same.

    Args:
        offers_by_placements: number of placements → number of offers with that many.
    """
    wanted = -(-sum(offers_by_placements.values()) // A_TENTH)
    placements, left = 0, wanted
    for count, offers in sorted(offers_by_placements.items(), reverse=True):
        taken = min(offers, left)
        placements, left = placements + taken * count, left - taken
    return wanted, placements


def concentration(offers_by_placements: Mapping[int, int]) -> tuple[tuple[float, float], ...]:
    """Return the Lorenz curve with the busiest offers first: share of the offers, share of the placements they get.

    It runs from (0, 0) to (1, 1) and never below the straight line between them; empty without placements.
    """
    offers = sum(offers_by_placements.values())
    placements = sum(count * number for count, number in offers_by_placements.items())
    if not placements:
        return ()
    points, seen, got = [(0.0, 0.0)], 0, 0
    for count, number in sorted(offers_by_placements.items(), reverse=True):
        seen, got = seen + number, got + count * number
        points.append((seen / offers, got / placements))
    return tuple(points)


def too_small(counts: Sequence[int]) -> frozenset[int]:
    """Return which places of a row of counts of people must not be shown beside their total.

    First those of one to four people. If what is hidden could be found by subtracting the others from the total,
    the next smallest are hidden with them, until at least two are hidden that make up five or more together
    (secondary suppression: Hundepool et al. 2012, chapter 4).
    """
    filled = sorted((count, place) for place, count in enumerate(counts) if count)
    hidden = {place for count, place in filled if count < LEAST_GROUP}
    for _, place in filled:
        enough = sum(counts[number] for number in hidden) >= LEAST_GROUP and len(hidden) > 1
        if not hidden or enough:
            break
        hidden.add(place)
    return frozenset(hidden)
