"""Edits of what is public that the municipality wants to see first.

The opportunity itself keeps the approved version, so that everything which reads it – the catalogue, its expiry,
sign-ups, a rebuild – goes on with what visitors see. The edit lies beside it until it is released, discarded, or the
opportunity leaves the public pages and takes the edit over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.audit import record
from engagement.kernel.clock import now
from engagement.opportunities.content import as_json, from_json, usable
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.opportunities.rows import apply_values, differences, values_of
from engagement.opportunities.values import OpportunityValues
from engagement.tenancy.queries import load_vocabulary


def edit_of(session: Session, row: Opportunity) -> OpportunityEdit | None:
    """Return the edit that visitors do not see yet; the opportunity's row is locked already."""
    return session.scalar(
        select(OpportunityEdit)
        .where(OpportunityEdit.opportunity_id == row.id)
        .execution_options(populate_existing=True)
    )


def edit_values(session: Session, edit: OpportunityEdit) -> OpportunityValues:
    """Return what an edit says, as far as the tenant's vocabulary still has the words."""
    return usable(from_json(edit.content), load_vocabulary(session))


def hold(session: Session, row: Opportunity, edit: OpportunityEdit | None, values: OpportunityValues) -> None:
    """Keep an edit back and ask the municipality for a look; one that brings the public version back is none."""
    public = values_of(session, row)
    if not differences(public, values)[1]:
        if edit:
            discard(session, row, edit)
        return
    before, after = differences(edit_values(session, edit) if edit else public, values)
    if edit is None:
        edit = OpportunityEdit(opportunity_id=row.id)
        session.add(edit)
    edit.content, edit.picture_file_id = as_json(values), values.picture_file_id
    edit.waiting_since, edit.note = edit.waiting_since or now(), ""
    edit.updated_at = now()
    row.revision += 1
    session.flush()
    session.expire(edit, ["picture"])
    record(session, "opportunity.edit", "opportunity", row.id, before=before, after=after)


def discard(session: Session, row: Opportunity, edit: OpportunityEdit) -> None:
    """Throw an edit away; what is public stays as it is."""
    _remove(session, edit)
    row.revision += 1
    record(session, "opportunity.discard_edit", "opportunity", row.id)


def drop(session: Session, edit: OpportunityEdit | None) -> None:
    """Throw an edit away that a newer version has replaced."""
    if edit:
        _remove(session, edit)


def take_over(session: Session, row: Opportunity, edit: OpportunityEdit) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let the opportunity say what its edit says; return what changed, before and after."""
    before, after = apply_values(session, row, edit_values(session, edit))
    _remove(session, edit)
    return before, after


def _remove(session: Session, edit: OpportunityEdit) -> None:
    session.delete(edit)
    session.flush()
