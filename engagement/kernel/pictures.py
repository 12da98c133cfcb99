"""Pictures that were uploaded: encoded anew and kept, so that a form can name them until it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.kernel.files import StoredFile, keep_file
from engagement.kernel.images import reencode
from engagement.kernel.variants import Cut, order


@dataclass(frozen=True)
class PictureInfo:
    """A kept picture; ``sha256`` names it in its address."""

    file_id: int
    sha256: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Frame:
    """What a picture is kept as.

    Args:
        longest_side: at most so many pixels.
        cut: how it is to be shown; a drawing is kept without loss.
    """

    longest_side: int
    cut: Cut


def keep_picture(session: Session, data: bytes, frame: Frame) -> PictureInfo:
    """Encode an uploaded picture anew, keep it, and have the worker make the variants that pages show.

    Raises:
        PictureError: it cannot be used as a picture.
    """
    picture = reencode(data, longest_side=frame.longest_side, drawing=frame.cut.drawing)
    file = keep_file(session, picture.content, picture.media_type, width=picture.width, height=picture.height)
    order(session, file.id, frame.cut)
    return _info(file)


def find_picture(session: Session, file_id: int) -> PictureInfo | None:
    """Return a kept picture, None if it was thrown away."""
    file = session.scalar(select(StoredFile).where(StoredFile.id == file_id))
    return _info(file) if file else None


def picture_by_digest(session: Session, sha256: str) -> PictureInfo | None:
    """Return the kept picture with this content."""
    file = session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
    return _info(file) if file else None


def _info(file: StoredFile) -> PictureInfo:
    return PictureInfo(file.id, file.sha256, file.width, file.height)
