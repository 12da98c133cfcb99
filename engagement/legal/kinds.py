"""The pages and states of this feature."""

from __future__ import annotations

from enum import StrEnum


class LegalPage(StrEnum):
    """A page that a municipality has to have; the value is its address."""

    IMPRINT = "impressum"
    PRIVACY = "datenschutz"
    ACCESSIBILITY = "barrierefreiheit"
    EASY_LANGUAGE = "leichte-sprache"
    SIGN_LANGUAGE = "gebaerdensprache"
    RULES = "spielregeln"


class TextKind(StrEnum):
    """Whose words a page speaks: those of the product's template, filled with the town's facts, or the town's own."""

    TEMPLATE = "template"
    OWN = "own"


class BarrierState(StrEnum):
    """Whether a reported barrier still waits for an answer."""

    NEW = "new"
    CLOSED = "closed"
