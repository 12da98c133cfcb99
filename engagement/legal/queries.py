"""Reading the facts and texts of the legal pages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.legal.facts import Facts
from engagement.legal.models import LegalFacts


def load_facts(session: Session) -> Facts:
    """Return what the session's tenant says of itself, nothing if it has not said anything yet."""
    said = session.scalar(select(LegalFacts.said))
    return Facts.model_validate(said) if said else Facts()
