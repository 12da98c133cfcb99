"""Pictures from people's devices, made safe and small: decoded, turned upright, stripped and encoded anew."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from engagement.kernel.errors import DomainError
from engagement.kernel.i18n import gettext

MEDIA_TYPE = "image/webp"
QUALITY = 84
"""Of the kept picture, from which the variants that pages show are made: what is lost here is lost for good."""
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""Width times height. A JPEG is decoded at a reduced size, so that it may be as large as phones make them."""
MOST_PIXELS_IN_SCANS = 25_000_000
"""Of a JPEG that comes in several scans: libjpeg keeps them all, up to 6 bytes a pixel, whatever size it is asked for.

Measured at this limit: 240 MB at most, against 444 MB at the limit of other JPEG files."""
MOST_BYTES_LOSSLESS = 150_000
"""A drawing that is larger than that without loss is a photograph, and encoded as one."""
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, EOFError, OverflowError, struct.error, zlib.error)
"""What Pillow raises on damaged files, depending on the format and the place of the damage."""
MARKER = 0xFF
START_OF_SCAN = 0xDA
SEQUENTIAL = {0xC0, 0xC1, 0xC9}
PROGRESSIVE = {0xC2, 0xCA}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_ONE_AT_A_TIME = threading.Lock()
"""A process unpacks one upload at a time: the limits bound its memory, however many people send at once."""


class PictureError(DomainError):
    """The file cannot be used as a picture; the message says why, for the person."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: WebP without metadata; width and height in pixels."""

    content: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def reencode(data: bytes, *, longest_side: int, drawing: bool = False) -> Picture:
    """Return the picture in ``data`` encoded anew, so that nothing but what can be seen is left of the file.

    Orientation and colour profile are applied before all metadata (place, device, time) goes. Of an animation the
    first frame is kept.

    Args:
        data: a whole JPEG, PNG or WebP file.
        longest_side: at most so many pixels; smaller pictures keep their size.
        drawing: whether edges matter more than size, as with a logo: encoded without loss unless it becomes too large.

    Raises:
        PictureError: another kind of file, broken, cut short, or too large.
    """
    image = _opened(data)
    _refuse_too_large(image, data)
    try:
        with _ONE_AT_A_TIME:
            image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(image)
            return _encoded(_plain_colours(upright), drawing=drawing)
    except _BOMBS as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise PictureError(
            gettext("The picture is damaged or incomplete. Please choose another one, or save it anew and try again.")
        ) from error


def _opened(data: bytes) -> Image.Image:
    if not data:
        raise PictureError(gettext("The file is empty. Please choose another one."))
    try:
        return Image.open(io.BytesIO(data), formats=tuple(MOST_PIXELS))
    except _BOMBS as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise _other_kind(data) from error


def _other_kind(data: bytes) -> PictureError:
    if b"<svg" in data[:4096].lower():
        return PictureError(
            gettext(
                "An SVG file can carry programs, so we do not take it. Please save it as a PNG picture, which keeps a "
                "transparent background. We can take JPEG, PNG and WebP pictures."
            )
        )
    return PictureError(gettext("We can take JPEG, PNG and WebP pictures. This file is none of them."))


def _refuse_too_large(image: Image.Image, data: bytes) -> None:
    most = MOST_PIXELS[image.format or "PNG"]
    if image.format == "JPEG" and _comes_in_scans(data):
        most = MOST_PIXELS_IN_SCANS
    if image.width * image.height > most:
        raise _too_large()


def _comes_in_scans(data: bytes) -> bool:
    """Tell whether a JPEG is progressive, or its first scan lacks some of its colours (ITU-T T.81, B.2.2 and B.2.3)."""
    at, colours = 2, 0
    while at + 9 < len(data) and data[at] == MARKER:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind == MARKER:
            at += 1
            continue
        if kind in PROGRESSIVE:
            return True
        if kind in SEQUENTIAL:
            colours = data[at + 9]
        if kind == START_OF_SCAN:
            return data[at + 4] < colours
        at += 2 + length
    return True


def _too_large() -> PictureError:
    return PictureError(gettext("The picture has too many pixels. Please make it smaller and try again."))


def _plain_colours(image: Image.Image) -> Image.Image:
    """Return the picture in 8-bit sRGB, with transparency if it has any."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    image = _in_srgb(image)
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    output = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=output
        )
    except (ImageCms.PyCMSError, *_BROKEN):
        return image
    return converted or image


def _encoded(image: Image.Image, *, drawing: bool) -> Picture:
    content = encode_drawing(image) if drawing else encode_webp(image, QUALITY)
    return Picture(content, image.width, image.height)


def encode_drawing(image: Image.Image) -> bytes:
    """Return a logo as WebP without loss, or as a photograph if it is too large for that."""
    content = _saved(image, "WEBP", lossless=True, quality=QUALITY, method=4)
    return content if len(content) <= MOST_BYTES_LOSSLESS else encode_webp(image, QUALITY)


def encode_webp(image: Image.Image, quality: int) -> bytes:
    """Return a photograph as WebP."""
    return _saved(image, "WEBP", quality=quality, method=4)


def encode_avif(image: Image.Image, quality: int) -> bytes:
    """Return a photograph as AVIF, which takes long: for the worker."""
    return _saved(image, "AVIF", quality=quality, speed=6)


def encode_jpeg(image: Image.Image, quality: int) -> bytes:
    """Return a photograph as JPEG, which knows no transparency: it becomes white."""
    flat = image
    if image.mode == "RGBA":
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
    return _saved(flat, "JPEG", quality=quality, optimize=True, progressive=True)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Write only what can be seen: whatever the image still knows of its file stays behind."""
    output = io.BytesIO()
    image.save(output, kind, exif=b"", icc_profile=b"", xmp=b"", **options)
    return output.getvalue()
