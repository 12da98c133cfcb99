"""Pictures of opportunities: kept as soon as they arrive, thrown away when nothing shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from engagement.kernel.clock import now
from engagement.kernel.files import StoredFile, keep_file
from engagement.kernel.images import reencode
from engagement.opportunities.models import Opportunity, OpportunityEdit
from engagement.organisations.models import Organisation

LONGEST_SIDE = 1600
KEPT_UNUSED = timedelta(days=2)
"""Longer than anybody leaves a form open with a picture that it does not show yet."""


@dataclass(frozen=True)
class PictureInfo:
    """A kept picture; ``sha256`` names it in its address."""

    file_id: int
    sha256: str


def keep_picture(session: Session, data: bytes) -> PictureInfo:
    """Encode an uploaded picture anew and keep it, so that a form can name it until it is saved.

    Raises:
        PictureError: it cannot be used as a picture.
    """
    picture = reencode(data, longest_side=LONGEST_SIDE)
    file = keep_file(session, picture.content, picture.media_type, width=picture.width, height=picture.height)
    return PictureInfo(file.id, file.sha256)


def find_picture(session: Session, file_id: int) -> PictureInfo | None:
    """Return a kept picture, None if it was thrown away."""
    digest = session.scalar(select(StoredFile.sha256).where(StoredFile.id == file_id))
    return PictureInfo(file_id, digest) if digest else None


def forget_unused_pictures(session: Session) -> int:
    """Throw away the kept files that no opportunity, edit or organisation shows, and return how many these were."""
    shown = exists().where(Opportunity.picture_file_id == StoredFile.id)
    is_logo = exists().where(Organisation.logo_file_id == StoredFile.id)
    waits = exists().where(OpportunityEdit.picture_file_id == StoredFile.id)
    unused = select(StoredFile.id).where(StoredFile.created_at < now() - KEPT_UNUSED, ~shown, ~waits, ~is_logo)
    gone = session.scalars(delete(StoredFile).where(StoredFile.id.in_(unused)).returning(StoredFile.id)).all()
    return len(gone)
