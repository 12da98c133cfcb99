"""Makes looks of a site, and the pictures in them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from engagement.kernel.pictures import Frame, keep_picture
from engagement.kernel.variants import LOGO
from engagement.tenancy.branding import change_look, current_look, kept_looks, state_of_look


def image_file(
    kind: str = "PNG", name: str = "logo.png", size: tuple[int, int] = (120, 60), colour: object = (200, 30, 30)
) -> tuple[io.BytesIO, str]:
    """Return a picture file as a form sends it."""
    data = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(data, kind)
    data.seek(0)
    return data, name


def kept_image(session: Session, colour: tuple[int, int, int] = (200, 30, 30)) -> str:
    """Keep a picture in the session's tenant and return its digest."""
    data, _ = image_file(colour=colour)
    return keep_picture(session, data.read(), Frame(480, LOGO)).sha256


def make_look(session: Session, **values: Any) -> int:
    """Change some of the look of the session's tenant, and return the id of the look that it replaces."""
    change_look(session, replace(current_look(session), **values), seen=state_of_look(session))
    return kept_looks(session)[0].id
