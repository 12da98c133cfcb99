"""What two towns' words amount to. Pure.

Each town speaks for itself: it agrees, or it refuses, which means declining, ending or withdrawing. A word of agreement
stands until the same town refuses, or the other one does so later than it was given. Both standing is an agreement.
So whoever ends it has to be asked, or to ask, anew, and the other side has to agree anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Relation(StrEnum):
    """How a town and a neighbour stand to each other, as the town sees it."""

    NONE = "none"
    WE_ASKED = "we_asked"
    THEY_ASK = "they_ask"
    AGREED = "agreed"
    THEY_REFUSED = "they_refused"


REFUSABLE = frozenset({Relation.WE_ASKED, Relation.THEY_ASK, Relation.AGREED})
"""Where there is something to withdraw, to decline or to end."""
AGREEABLE = frozenset(Relation) - {Relation.WE_ASKED, Relation.AGREED}
"""Where a town has not agreed already."""


@dataclass(frozen=True)
class Word:
    """What one town has said: since when it agrees, and when it last refused."""

    agreed_at: datetime | None = None
    refused_at: datetime | None = None


SILENCE = Word()


def stands(word: Word, answer: Word) -> bool:
    """Tell whether the agreement in ``word`` counts, given what the other side said."""
    if word.agreed_at is None:
        return False
    return answer.refused_at is None or word.agreed_at > answer.refused_at


def relation(ours: Word, theirs: Word) -> Relation:
    """Return how the two stand to each other, as the first of them sees it."""
    match stands(ours, theirs), stands(theirs, ours):
        case True, True:
            return Relation.AGREED
        case True, False:
            return Relation.WE_ASKED
        case False, True:
            return Relation.THEY_ASK
    return Relation.THEY_REFUSED if ours.agreed_at else Relation.NONE
