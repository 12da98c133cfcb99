"""The closed lists of reports and prepared texts."""

from __future__ import annotations

from enum import StrEnum


class ReportReason(StrEnum):
    """What a visitor finds wrong with an offer."""

    OUTDATED = "outdated"
    NO_ANSWER = "no_answer"
    WRONG = "wrong"
    COMMERCIAL = "commercial"
    UNLAWFUL = "unlawful"
    OTHER = "other"


class ReportState(StrEnum):
    """How far the municipality is with a report."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DISMISSED = "dismissed"


OPEN = frozenset({ReportState.NEW, ReportState.IN_PROGRESS})
CLOSED = frozenset({ReportState.DONE, ReportState.DISMISSED})


class TextPurpose(StrEnum):
    """What a prepared text is for."""

    SEND_BACK = "send_back"
    UNPUBLISH = "unpublish"
    ANSWER = "answer"


class Stand(StrEnum):
    """How an offer stands with the municipality: the parts of its list."""

    WAITING = "waiting"
    NOT_LOOKED_AT = "not_looked_at"
    PUBLIC = "public"
    SENT_BACK = "sent_back"
    ALL = "all"
