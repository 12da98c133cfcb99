"""Variants of a kept picture: cut to shape, in the sizes and formats that pages offer to browsers.

A row without content is an order: it is written in the transaction of the upload together with the worker's job, and
the worker fills it in. So what is missing can be seen, and a job that ran twice or got lost does no harm.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from PIL import Image
from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from engagement.kernel.clock import now
from engagement.kernel.columns import foreign_key
from engagement.kernel.cropping import Focus, cropped
from engagement.kernel.db import MADE_ANEW, Base, TenantOwned, tenant_of
from engagement.kernel.files import StoredFile
from engagement.kernel.images import encode_avif, encode_drawing, encode_jpeg, encode_webp
from engagement.kernel.queue import defer

MAKE = "pictures.make"
"""Name of the task."""
WHOLE = ""
WIDE = "wide"


class Kind(StrEnum):
    """A format of picture files, by the ending of its address."""

    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpg"

    @property
    def media_type(self) -> str:
        """Return how the format is called in HTTP."""
        return "image/jpeg" if self is Kind.JPEG else f"image/{self.value}"


@dataclass(frozen=True)
class Cut:
    """A shape in which a picture is shown, with the widths and formats that this takes.

    Args:
        name: WHOLE, or WIDE, which may be followed by a focus; it stands in addresses.
        widths: in pixels, from small to large.
        kinds: the formats, best first.
        focus: what the cut is made round.
        drawing: whether edges matter more than size.
    """

    name: str
    widths: tuple[int, ...]
    kinds: tuple[Kind, ...]
    focus: Focus = Focus.AUTOMATIC
    drawing: bool = False

    def needed(self, width: int) -> tuple[int, ...]:
        """Return the widths that are made of a picture ``width`` pixels wide: none is made larger than it is."""
        smaller = sum(one < width for one in self.widths)
        return self.widths[: smaller + 1]

    def of(self, image: Image.Image) -> Image.Image:
        """Return the part of ``image`` that is shown."""
        return image if self.name == WHOLE else cropped(image, self.focus)


ALL_KINDS = (Kind.AVIF, Kind.WEBP, Kind.JPEG)
HERO = Cut(WHOLE, (480, 800, 1200, 1600), ALL_KINDS)
"""The picture of a town's home page."""
LOGO = Cut(WHOLE, (120, 240, 480), (Kind.WEBP,), drawing=True)
_WIDE = {focus: Cut("-".join(filter(None, (WIDE, focus.value))), (400, 800, 1200), ALL_KINDS, focus) for focus in Focus}
CUTS = frozenset({WHOLE} | {cut.name for cut in _WIDE.values()})
WIDTHS = frozenset(width for cut in (HERO, LOGO, *_WIDE.values()) for width in cut.widths)
QUALITY: Mapping[Kind, int] = {Kind.AVIF: 55, Kind.WEBP: 76, Kind.JPEG: 80}
"""Chosen so that the three look alike; each counts differently."""
_ENCODE: Mapping[Kind, Callable[[Image.Image, int], bytes]] = {
    Kind.AVIF: encode_avif,
    Kind.WEBP: encode_webp,
    Kind.JPEG: encode_jpeg,
}


def wide(focus: str = "") -> Cut:
    """Return the cut of an offer's picture.

    Raises:
        ValueError: there is no such focus.
    """
    return _WIDE[Focus(focus)]


class PictureVariant(TenantOwned, Base):
    """A picture in one shape, width and format; not made yet as long as it has no content."""

    __tablename__ = "picture_variant"
    __table_args__ = (
        foreign_key("file_id", "stored_file", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "file_id", "cut", "kind", "width"),
        CheckConstraint("(content IS NULL) = (made_at IS NULL)", name="made_with_content"),
        Index("ix_picture_variant_ordered", "tenant_id", "file_id", postgresql_where="content IS NULL"),
        {"info": {MADE_ANEW: True}},
    )

    file_id: Mapped[int] = mapped_column(BigInteger)
    cut: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(4))
    width: Mapped[int]
    drawing: Mapped[bool]
    ordered_at: Mapped[datetime] = mapped_column(default=now)
    made_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


def order(session: Session, file_id: int, cut: Cut) -> bool:
    """Have the worker make what is missing of a picture in one cut; return whether anything was.

    Args:
        session: open for the tenant.
        file_id: a kept picture.
        cut: how it is to be shown.
    """
    width = session.scalar(select(StoredFile.width).where(StoredFile.id == file_id))
    if width is None:
        return False
    rows = [
        {"tenant_id": tenant_of(session), "file_id": file_id, "cut": cut.name, "kind": kind, "width": one,
         "drawing": cut.drawing, "ordered_at": now()}
        for kind in cut.kinds
        for one in cut.needed(width)
    ]  # fmt: skip
    key = ["tenant_id", "file_id", "cut", "kind", "width"]
    ordered = insert(PictureVariant).values(rows).on_conflict_do_nothing(index_elements=key)
    if not session.scalars(ordered.returning(PictureVariant.id)).all():
        return False
    order_making(session, file_id)
    return True


def order_making(session: Session, file_id: int) -> None:
    """Queue the job that makes whatever is ordered of a picture; two of them run one after the other."""
    defer(session, MAKE, file_id, lock=f"{MAKE}.{tenant_of(session)}.{file_id}")


def make_variants(session: Session, file_id: int) -> int:
    """Make what is ordered of a picture, and return how many variants that were; a second call makes none.

    Raises:
        OSError: the kept picture cannot be read any more.
    """
    waiting = (PictureVariant.file_id == file_id, PictureVariant.content.is_(None))
    rows = session.scalars(
        select(PictureVariant).where(*waiting).order_by(PictureVariant.cut, PictureVariant.id).with_for_update()
    ).all()
    content = session.scalar(select(StoredFile.content).where(StoredFile.id == file_id)) if rows else None
    if content is None:
        return 0
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
        image.load()
        for cut, some in groupby(rows, key=lambda row: row.cut):
            part = _cut_named(cut).of(image)
            for row in some:
                row.content, row.made_at = _made(part, row), now()
    session.flush()
    return len(rows)


@dataclass(frozen=True)
class Variant:
    """A variant as it is served."""

    content: bytes
    kind: Kind


def find_variant(session: Session, sha256: str, cut: str, kind: Kind, width: int) -> Variant | None:
    """Return the variant of a picture that is as wide as asked, or as wide as the picture is; None if not made yet."""
    row = session.execute(
        select(PictureVariant.content)
        .join(StoredFile, StoredFile.id == PictureVariant.file_id)
        .where(StoredFile.tenant_id == PictureVariant.tenant_id, StoredFile.sha256 == sha256)
        .where(PictureVariant.cut == cut, PictureVariant.kind == kind)
        .where(PictureVariant.width <= width, PictureVariant.content.is_not(None))
        .order_by(PictureVariant.width.desc())
        .limit(1)
    ).one_or_none()
    return Variant(row.content, kind) if row else None


def _cut_named(name: str) -> Cut:
    return HERO if name == WHOLE else wide(name.removeprefix(WIDE).removeprefix("-"))


def _made(part: Image.Image, row: PictureVariant) -> bytes:
    image = _as_wide_as(part, row.width)
    return encode_drawing(image) if row.drawing else _ENCODE[Kind(row.kind)](image, QUALITY[Kind(row.kind)])


def _as_wide_as(part: Image.Image, width: int) -> Image.Image:
    if part.width <= width:
        return part
    return part.resize((width, max(1, round(part.height * width / part.width))), Image.Resampling.LANCZOS)
