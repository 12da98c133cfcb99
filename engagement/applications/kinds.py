"""The words of an application: its life, who speaks, what each side can do."""

from __future__ import annotations

from enum import StrEnum


class ApplicationState(StrEnum):
    """Life of an application."""

    NEW = "new"
    IN_CONTACT = "in_contact"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    QUEUED = "queued"


class Wish(StrEnum):
    """What somebody signs up for: to join in, to look in once first, or only to ask something."""

    JOIN = "join"
    TASTER = "taster"
    QUESTION = "question"


class Author(StrEnum):
    """Which side wrote a message."""

    CLUB = "club"
    APPLICANT = "applicant"


class Action(StrEnum):
    """What can be done with an application.

    The first three are the club's, the others the applicant's, except that a kept place lapses by itself.
    """

    ACCEPT = "accept"
    ASK = "ask"
    DECLINE = "decline"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    TAKE_PLACE = "take_place"
    LAPSE = "lapse"


class SignUpState(StrEnum):
    """What has become of a guest's form: it waits for the mailed link, was confirmed, or can no longer be."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    ENDED = "ended"


class Group(StrEnum):
    """The parts of a club's inbox, in the order in which they are shown."""

    WAITING = "waiting"
    IN_CONTACT = "in_contact"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    CLOSED = "closed"
