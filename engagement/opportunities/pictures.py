"""Pictures of opportunities, and throwing away what nothing shows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.files import StoredFile
from engagement.kernel.pictures import Frame
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.organisations.models import Organisation
from engagement.tenancy.branding import shown_digests

FRAME = Frame(longest_side=1600)
KEPT_UNUSED = timedelta(days=2)
"""Longer than anybody leaves a form open with a picture that it does not show yet."""


def forget_unused_pictures(session: Session) -> int:
    """Throw away the kept files that no offer, edit, organisation or look of the site shows; return how many."""
    shown = exists().where(Opportunity.picture_file_id == StoredFile.id)
    is_logo = exists().where(Organisation.logo_file_id == StoredFile.id)
    waits = exists().where(OpportunityEdit.picture_file_id == StoredFile.id)
    unused = select(StoredFile.id).where(StoredFile.created_at < now() - KEPT_UNUSED, ~shown, ~waits, ~is_logo)
    unused = unused.where(StoredFile.sha256.not_in(shown_digests()))
    gone = session.scalars(delete(StoredFile).where(StoredFile.id.in_(unused)).returning(StoredFile.id)).all()
    return len(gone)
