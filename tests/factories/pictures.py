"""Makes picture files as devices give them, and pictures that are kept."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from engagement.kernel.pictures import Frame, PictureInfo, keep_picture
from engagement.kernel.variants import Cut, wide


def photo(width: int = 1600, height: int = 1200, colour: tuple[int, int, int] = (60, 120, 90)) -> bytes:
    """Return a JPEG with something to see in its middle."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).ellipse((width * 0.4, height * 0.3, width * 0.6, height * 0.7), fill=(230, 190, 60))
    output = io.BytesIO()
    image.save(output, "JPEG", quality=90)
    return output.getvalue()


def kept_photo(
    session: Session,
    width: int = 1600,
    height: int = 1200,
    *,
    cut: Cut | None = None,
    colour: tuple[int, int, int] = (60, 120, 90),
) -> PictureInfo:
    """Keep a photograph in the session's tenant."""
    return keep_picture(session, photo(width, height, colour), Frame(1600, cut or wide()))
