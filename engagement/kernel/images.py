"""Pictures from people's devices, made safe and small: decoded, turned upright, stripped and encoded anew."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from engagement.kernel.errors import DomainError
from engagement.kernel.i18n import gettext

MEDIA_TYPE = "image/webp"
QUALITY = 80
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""Width times height. A JPEG is decoded at a reduced size, so that it may be as large as phones make them."""
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, IndexError, EOFError, OverflowError, struct.error, zlib.error)
"""What Pillow raises on damaged files, depending on the format and the place of the damage."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PictureError(DomainError):
    """The file cannot be used as a picture; the message says why, for the person."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: WebP without metadata; width and height in pixels."""

    content: bytes
    width: int
    height: int
    media_type: str = MEDIA_TYPE


def reencode(data: bytes, *, longest_side: int) -> Picture:
    """Return the picture in ``data`` encoded anew, so that nothing but what can be seen is left of the file.

    Orientation and colour profile are applied before all metadata (place, device, time) goes. Of an animation the
    first frame is kept.

    Args:
        data: a whole JPEG, PNG or WebP file.
        longest_side: at most so many pixels; smaller pictures keep their size.

    Raises:
        PictureError: another kind of file, broken, cut short, or too large.
    """
    image = _opened(data)
    _refuse_too_large(image)
    try:
        image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(image)
        return _encoded(_plain_colours(upright))
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
        raise PictureError(gettext("We can take JPEG, PNG and WebP pictures. This file is none of them.")) from error


def _refuse_too_large(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS[image.format or "PNG"]:
        raise _too_large()


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


def _encoded(image: Image.Image) -> Picture:
    output = io.BytesIO()
    image.save(output, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return Picture(output.getvalue(), image.width, image.height)
