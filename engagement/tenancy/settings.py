"""What a municipality decides for its own site, typed and frozen; kept in one JSON column of its row.

A new setting needs a default here and no migration. A key that nobody knows is refused, so that a misspelt one never
falls back to a default in silence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engagement.tenancy.tiles import TileServer


class ModerationPolicy(StrEnum):
    """Which offers the municipality looks at before everybody sees them."""

    REVIEW_ALL = "review_all"
    REVIEW_UNVERIFIED = "review_unverified"
    PUBLISH_AT_ONCE = "publish_at_once"


class Module(StrEnum):
    """A part of the site that a municipality can switch off."""

    ACCOUNTS = "accounts"
    REPORTS = "reports"
    ORGANISATION_REGISTRATION = "organisation_registration"
    NEIGHBOURS = "neighbours"
    OPEN_DATA = "open_data"
    EMBEDDING = "embedding"
    ALERTS = "alerts"
    MAP = "map"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(_Frozen):
    """How long personal data are kept; the worker deletes what is older (article 5 paragraph 1 letter e GDPR).

    Args:
        closed_application_months: requests that were declined or withdrawn, after their end.
        mail_days: delivered mails.
        audit_months: the audit trail.
    """

    closed_application_months: int = Field(default=6, ge=1, le=36)
    mail_days: int = Field(default=30, ge=1, le=365)
    audit_months: int = Field(default=24, ge=6, le=120)


class AnswerTimes(_Frozen):
    """After how many days a request without an answer is worth a look, then a call, and then worry.

    Raises:
        pydantic.ValidationError: they do not follow each other, or one is out of bounds.
    """

    days_to_look: int = Field(default=3, ge=1, le=58)
    days_to_call: int = Field(default=7, ge=2, le=59)
    days_to_worry: int = Field(default=14, ge=3, le=60)

    @model_validator(mode="after")
    def _follow_each_other(self) -> Self:
        if not self.days_to_look < self.days_to_call < self.days_to_worry:
            raise ValueError("each has to be longer than the one before")
        return self


class TenantSettings(_Frozen):
    """The decisions of one municipality.

    Args:
        moderation: which offers it looks at first.
        modules: the parts of the site that are on.
        sender_name: shown beside the address of its mails; empty for the name of the site.
        reply_to: where answers to its mails go; empty for nowhere in particular.
        retention: how long personal data are kept.
        answers: how long requests may wait for an answer before staff are told.
        show_rules: whether the house rules are a page of the site.
        tiles: where the map takes its pictures from.
    """

    moderation: ModerationPolicy = ModerationPolicy.REVIEW_UNVERIFIED
    modules: frozenset[Module] = frozenset(Module)
    sender_name: str = Field(default="", max_length=120)
    reply_to: str = Field(default="", max_length=254)
    retention: Retention = Retention()
    answers: AnswerTimes = AnswerTimes()
    show_rules: bool = False
    tiles: TileServer = TileServer()

    def has(self, module: Module) -> bool:
        """Tell whether a part of the site is on."""
        return module in self.modules
