"""A town's sign as a square PNG: its logo on white, or the mark of the platform in the town's colours."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache

from PIL import Image, ImageDraw

from engagement.kernel.colours import WHITE
from engagement.tenancy.queries import TenantInfo

SIZES = (180, 192, 512)
"""Pixels a side: for Apple's home screen and for the two of the web app manifest."""
SAFE = 0.8
"""Of a maskable icon only a circle of this diameter is sure to be seen (W3C, Web Application Manifest)."""
MARGIN = 0.9
FINE = 4
"""Drawn so many times larger and scaled down, for smooth edges."""
GRID = 40
"""The mark is drawn on a square of this side, as ``img/mark.svg``."""


def mark_of_sign(tenant: TenantInfo) -> str:
    """Return what tells one sign of a town from another."""
    said = (tenant.logo.sha256 if tenant.logo else "", tenant.brand_colour, tenant.accent_colour)
    return hashlib.sha256("|".join(said).encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def sign(logo: bytes | None, colours: tuple[str, str], size: int, *, filled: bool) -> bytes:
    """Return the sign as a PNG.

    Args:
        logo: a picture that was encoded anew, None for the mark of the platform.
        colours: of the brand and its accent, each ``#rrggbb``.
        size: pixels a side.
        filled: coloured to the edge, with everything that matters within the circle that is sure to be seen.
    """
    image = _of_logo(logo, size, filled=filled) if logo else _mark(colours, size, filled=filled)
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def _of_logo(logo: bytes, size: int, *, filled: bool) -> Image.Image:
    with Image.open(io.BytesIO(logo)) as opened:
        drawing = opened.convert("RGBA")
    room = size * (SAFE / 2**0.5 if filled else MARGIN)
    scale = min(room / drawing.width, room / drawing.height)
    fitted = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
    drawing = drawing.resize(fitted, Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size), WHITE)
    square.alpha_composite(drawing, ((size - drawing.width) // 2, (size - drawing.height) // 2))
    return square.convert("RGB")


def _mark(colours: tuple[str, str], size: int, *, filled: bool) -> Image.Image:
    side, (brand, accent) = size * FINE, colours
    image = Image.new("RGBA", (side, side), brand if filled else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if not filled:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side / 4, fill=brand)
    shrink = SAFE if filled else 1.0
    unit, offset = side / GRID * shrink, side * (1 - shrink) / 2
    for middle, colour in ((14, WHITE), (26, accent)):
        _person(pen, middle, colour, unit, offset)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _person(pen: ImageDraw.ImageDraw, middle: float, colour: str, unit: float, offset: float) -> None:
    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return tuple(offset + unit * place for place in (left, top, right, bottom))

    pen.ellipse(box(middle - 4.5, 10.5, middle + 4.5, 19.5), fill=colour)
    pen.pieslice(box(middle - 7.5, 22.5, middle + 7.5, 39.5), 180, 360, fill=colour)
