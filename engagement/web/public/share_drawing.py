"""The picture of a shared link (Open Graph, 1,200 × 630): what it is, by whom, when and where, and the town.

Drawn in the tenant's own colours, of which each pair that meets here is legible (``kernel.palette.PAIRS``).
"""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engagement.kernel.cropping import Focus, cropped
from engagement.kernel.palette import palette_of

SIZE = (1200, 630)
MARGIN = 72
BAND = 84
"""Height of the band with the town's name."""
PICTURE_WIDTH = 420
GAP = 48
TITLE_SIZES = (80, 72, 64, 56, 50, 44)
MOST_LINES = {80: 2, 72: 3, 64: 3, 56: 4, 50: 4, 44: 5}
LEADING = 1.16
ELLIPSIS = "…"
COLOURS_WITH_PHOTO = 256
"""A photograph as PNG with all its colours is a megabyte; messengers give up on pictures half as large."""
UNDRAWABLE = {"So", "Sk", "Cs", "Cn", "Co", "Cc", "Cf"}
"""Emoji and signs that no text font has (Unicode general categories)."""
FONTS = Path(__file__).parents[1] / "shared/static/vendor/kern/fonts"
Measure = Callable[[str], float]
_ONE_AT_A_TIME = threading.Lock()
"""FreeType's faces are not made for several threads, and a picture that is drawn for one visitor serves the next."""


@dataclass(frozen=True)
class SharePicture:
    """What is drawn.

    Args:
        kicker: one short line above the title, "" for none.
        title: broken into lines and shrunk until it fits.
        facts: short lines below it; each is cut where it gets too long.
        town: name of the town's site.
        host: where it is.
        brand: the town's colour, ``#rrggbb``.
        accent: its second one.
        photo: a picture file of ours, None for shapes in the town's colours.
        focus: what matters in the photograph.
    """

    kicker: str
    title: str
    facts: tuple[str, ...]
    town: str
    host: str
    brand: str
    accent: str
    photo: bytes | None = None
    focus: str = ""


def drawn(share: SharePicture) -> bytes:
    """Return the picture as PNG; the last ones are remembered."""
    with _ONE_AT_A_TIME:
        return _drawn(share)


@lru_cache(maxsize=64)
def _drawn(share: SharePicture) -> bytes:
    colours = palette_of(share.brand, share.accent).light
    image = Image.new("RGB", SIZE, colours["hero"])
    if share.photo is None:
        _shapes(image, share)
    else:
        _photo(image, share.photo, Focus(share.focus))
    pen = ImageDraw.Draw(image)
    width = SIZE[0] - 2 * MARGIN - (0 if share.photo is None else PICTURE_WIDTH - MARGIN + GAP)
    _words(pen, share, width, colours["on_hero"])
    _band(pen, share, colours["accent"], colours["on_accent"])
    return _png(image, with_photo=share.photo is not None)


def fitted(text: str, measure_in: Callable[[int], Measure], width: float) -> tuple[int, list[str]]:
    """Return the largest size of a title in which it fits, and its lines; the smallest size ends in "…" if need be.

    Args:
        text: in one line.
        measure_in: gives, for a size, what measures a text in it.
        width: of the longest line.
    """
    for size in TITLE_SIZES:
        lines = list(wrapped(text, measure_in(size), width))
        if len(lines) <= MOST_LINES[size] and not _has_broken_word(text, lines):
            return size, _balanced(text, measure_in(size), width, len(lines))
    measure, most = measure_in(TITLE_SIZES[-1]), MOST_LINES[TITLE_SIZES[-1]]
    lines = list(wrapped(text, measure, width))
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), measure, width)]
    return TITLE_SIZES[-1], lines


def wrapped(text: str, measure: Measure, width: float) -> Iterator[str]:
    """Yield the lines of a text, none broader than ``width``; a word that is too long for a line is broken."""
    line = ""
    for word in text.split():
        for piece in _pieces(word, measure, width):
            longer = f"{line} {piece}" if line else piece
            if measure(longer) <= width:
                line = longer
            else:
                yield line
                line = piece
    if line:
        yield line


def shortened(text: str, measure: Measure, width: float) -> str:
    """Return ``text``, with "…" in place of its end if it is too broad."""
    if measure(text) <= width:
        return text
    while text and measure(text + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip(" ,.;:–-") + ELLIPSIS


def drawable(text: str) -> str:
    """Return a text without what the font has no shapes for, in one line."""
    kept = "".join(sign for sign in text if unicodedata.category(sign) not in UNDRAWABLE or sign in "\n\t")
    return " ".join(kept.split())


def _pieces(word: str, measure: Measure, width: float) -> Iterator[str]:
    while len(word) > 1 and measure(word) > width:
        fits = len(word) - 1
        while fits > 1 and measure(f"{word[:fits]}-") > width:
            fits -= 1
        yield f"{word[:fits]}-"
        word = word[fits:]
    yield word


def _balanced(text: str, measure: Measure, width: float, number: int) -> list[str]:
    """Return as many lines of about the same length, rather than a full one and a single word."""
    narrower = (list(wrapped(text, measure, width * percent / 100)) for percent in range(50, 100, 4))
    fitting = (lines for lines in narrower if len(lines) == number and not _has_broken_word(text, lines))
    return next(fitting, list(wrapped(text, measure, width)))


def _has_broken_word(text: str, lines: list[str]) -> bool:
    return " ".join(lines) != " ".join(text.split())


def _words(pen: ImageDraw.ImageDraw, share: SharePicture, width: int, colour: str) -> None:
    size, lines = fitted(drawable(share.title), lambda size: _font("Bold", size).getlength, width)
    facts = [shortened(drawable(fact), _font("Medium", 34).getlength, width) for fact in share.facts if fact]
    room = SIZE[1] - BAND
    title_height, fact_height = round(size * LEADING), 48
    kicker = drawable(share.kicker)
    height = (60 if kicker else 0) + len(lines) * title_height + (28 if facts else 0) + len(facts) * fact_height
    at = (room - height) // 2
    if kicker:
        pen.text((MARGIN, at), shortened(kicker, _font("Medium", 32).getlength, width), colour, _font("Medium", 32))
        at += 60
    for line in lines:
        pen.text((MARGIN, at), line, colour, _font("Bold", size))
        at += title_height
    for number, fact in enumerate(facts):
        pen.text((MARGIN, at + 28 + number * fact_height), fact, colour, _font("Medium", 34))


def _band(pen: ImageDraw.ImageDraw, share: SharePicture, ground: str, colour: str) -> None:
    top = SIZE[1] - BAND
    pen.rectangle((0, top, *SIZE), fill=ground)
    host_font, town_font = _font("Regular", 30), _font("SemiBold", 34)
    room = SIZE[0] - 2 * MARGIN
    host = shortened(share.host, host_font.getlength, room * 0.45)
    town = shortened(drawable(share.town), town_font.getlength, room - host_font.getlength(host) - GAP)
    middle = top + BAND // 2
    pen.text((MARGIN, middle), town, colour, town_font, anchor="lm")
    pen.text((SIZE[0] - MARGIN, middle), host, colour, host_font, anchor="rm")


def _photo(image: Image.Image, content: bytes, focus: Focus) -> None:
    height = SIZE[1] - BAND
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as photo:
        part = cropped(photo.convert("RGB"), focus, (PICTURE_WIDTH // 6, height // 6))
    part = part.resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
    image.paste(part, (SIZE[0] - PICTURE_WIDTH, 0))


def _shapes(image: Image.Image, share: SharePicture) -> None:
    """Paint circles that reach in from the corner, faint enough for text to be read on them."""
    ground = palette_of(share.brand, share.accent).light["hero"]
    faint = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2), 0)
    pen = ImageDraw.Draw(faint)
    for x, y, radius, strength in ((2250, 250, 420, 16), (2420, 880, 620, 12), (1830, 1220, 260, 10)):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=strength)
    mask = faint.resize(SIZE, Image.Resampling.LANCZOS)
    away = "black" if palette_of(share.brand, share.accent).light["on_hero"] == "#ffffff" else "white"
    image.paste(Image.new("RGB", SIZE, _mixed(ground, away)), mask=mask.point(lambda value: min(255, value * 8)))


def _mixed(colour: str, other: str) -> tuple[int, int, int]:
    one, two = Image.new("RGB", (1, 1), colour), Image.new("RGB", (1, 1), other)
    red, green, blue = Image.blend(one, two, 0.12).tobytes()
    return red, green, blue


def _png(image: Image.Image, *, with_photo: bool) -> bytes:
    if with_photo:
        image = image.quantize(COLOURS_WITH_PHOTO, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


@lru_cache(maxsize=32)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"FiraSans-{weight}.woff2", size, layout_engine=ImageFont.Layout.BASIC)
