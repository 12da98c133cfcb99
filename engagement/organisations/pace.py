"""How long an organisation usually takes for its first answer: kept with it, said in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from engagement.kernel.db import tenant_of
from engagement.kernel.i18n import ngettext
from engagement.organisations.models import Organisation

A_DAY = 24
A_WEEK = 7
MOST_DAYS = 13
MOST_WEEKS = 8


def note_paces(session: Session, hours: Mapping[int, int]) -> None:
    """Keep the usual hours to the first answer by organisation; of one that is not named nothing is said any more."""
    known = Organisation.answers_within_hours.is_not(None)
    silent = update(Organisation).where(known, Organisation.id.not_in(list(hours)))
    session.execute(silent.values(answers_within_hours=None).execution_options(synchronize_session=False))
    if hours:
        tenant_id = tenant_of(session)
        rows = [{"tenant_id": tenant_id, "id": key, "answers_within_hours": value} for key, value in hours.items()]
        session.execute(update(Organisation), rows)


def usual_answer(hours: int | None) -> str:
    """Return when an answer usually comes, as a sentence; empty if that is not known or nothing to rely on."""
    if hours is None:
        return ""
    days = max(1, -(-hours // A_DAY))
    if days <= MOST_DAYS:
        return ngettext(
            "An answer usually comes within %(num)s day.", "An answer usually comes within %(num)s days.", days
        )
    weeks = -(-days // A_WEEK)
    if weeks > MOST_WEEKS:
        return ""
    return ngettext(
        "An answer usually comes within %(num)s week.", "An answer usually comes within %(num)s weeks.", weeks
    )
