"""The closed lists an organisation is described with."""

from __future__ import annotations

from enum import StrEnum


class Verification(StrEnum):
    """What the municipality has found about an organisation; only verified ones are shown.

    ``merged`` is the end of an entry that turned out to be another one's duplicate: it only leads there.
    """

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    MERGED = "merged"


class Check(StrEnum):
    """What staff look at before they verify an organisation."""

    STANDING = "standing"
    ADDRESS = "address"
    CONTACT = "contact"
    PURPOSE = "purpose"
    NO_DUPLICATE = "no_duplicate"


class ClaimState(StrEnum):
    """Where a request "I belong to it" stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Former(StrEnum):
    """What becomes of those who were responsible, once somebody new has accepted."""

    STAYS = "stays"
    EDITOR = "editor"
    LEAVES = "leaves"


class InvitationState(StrEnum):
    """What became of an invitation; ``unknown`` is a link that is forged, cut short or replaced by a newer mail."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Likeness(StrEnum):
    """Why two entries may be the same organisation."""

    NAME = "name"
    ADDRESS = "address"
    DOMAIN = "domain"


class Occasion(StrEnum):
    """What a regular time of an organisation is: a training, meeting or rehearsal, or hours in which it is open."""

    MEETING = "meeting"
    OPENING = "opening"
