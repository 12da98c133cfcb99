"""Makes reports, prepared texts and policies."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.moderation.kinds import ReportReason, TextPurpose
from engagement.moderation.models import Report
from engagement.moderation.texts import PreparedTextValues, add_prepared_text
from engagement.tenancy.queries import own_settings
from engagement.tenancy.service import change_settings
from engagement.tenancy.settings import ModerationPolicy


def make_report(session: Session, opportunity_id: int, **values: Any) -> Report:
    """Make a report about an offer, also about one that is not public."""
    defaults: dict[str, Any] = {
        "reason": ReportReason.OUTDATED,
        "text": "Den Treffpunkt gibt es nicht mehr.",
        "language": "de",
        "created_at": now(),
    }
    row = Report(opportunity_id=opportunity_id, **(defaults | values))
    session.add(row)
    session.flush()
    return row


def make_text(session: Session, purpose: TextPurpose = TextPurpose.SEND_BACK) -> int:
    """Make a prepared text and return its id."""
    return add_prepared_text(session, PreparedTextValues(purpose, "Ort fehlt", "Bitte nennen Sie den Ort."))


def set_policy(session: Session, policy: ModerationPolicy) -> None:
    """Let the municipality look at offers in another way from now on."""
    change_settings(session, own_settings(session).model_copy(update={"moderation": policy}))
