"""Changing the facts and texts of the legal pages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import HIDDEN, changes, record
from engagement.kernel.clock import now
from engagement.legal.facts import Facts
from engagement.legal.models import LegalFacts

OF_A_PERSON = frozenset(
    {"represented_by", "responsible_person", "data_protection_officer", "data_protection_contact",
     "data_protection_phone"}
)  # fmt: skip


def set_facts(session: Session, facts: Facts) -> None:
    """Fill the legal pages of the session's tenant with ``facts`` from now on.

    Args:
        session: open for the tenant.
        facts: all of them; change some with ``load_facts(session).model_copy(update=…)``.
    """
    row = session.scalar(select(LegalFacts).with_for_update())
    known = Facts.model_validate(row.said) if row else Facts()
    before, after = changes(known.model_dump(mode="json"), facts.model_dump(mode="json"))
    if not after:
        return
    row = row or LegalFacts()
    row.said, row.updated_at = facts.model_dump(mode="json"), now()
    session.add(row)
    session.flush()
    record(session, "legal.set_facts", "legal_facts", row.id, before=_public(before), after=_public(after))


def _public(values: dict[str, object]) -> dict[str, object]:
    """The audit trail outlives people in office: it says that a name changed, not whose it was."""
    return {name: HIDDEN if name in OF_A_PERSON else value for name, value in values.items()}
