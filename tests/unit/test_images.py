"""Pictures from devices come out upright, small and without a trace of where they were taken."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from engagement.kernel.images import MOST_BYTES_LOSSLESS, MOST_PIXELS, Picture, PictureError, reencode

ORIENTATION = 0x0112
GPS = 0x8825


def file_of(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def plain(width: int = 40, height: int = 20, mode: str = "RGB", colour: object = (200, 30, 30)) -> Image.Image:
    return Image.new(mode, (width, height), colour)


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_become_webp(kind: str) -> None:
    picture = reencode(file_of(plain(), kind), longest_side=100)
    assert opened(picture).format == "WEBP"
    assert (picture.width, picture.height, picture.media_type) == (40, 20, "image/webp")


@pytest.mark.parametrize(("size", "result"), [((400, 200), (50, 25)), ((200, 400), (25, 50)), ((30, 20), (30, 20))])
def test_only_large_ones_shrink(size: tuple[int, int], result: tuple[int, int]) -> None:
    picture = reencode(file_of(plain(*size)), longest_side=50)
    assert (picture.width, picture.height) == result


def test_turned_upright_and_stripped_of_all_metadata() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (49.0, 2.0, 13.0)}
    exif[0x010F] = "MakerOfPhones"
    data = file_of(plain(40, 20), exif=exif, comment=b"secret comment")
    assert b"MakerOfPhones" in data
    picture = reencode(data, longest_side=100)
    assert (picture.width, picture.height) == (20, 40)
    assert not opened(picture).getexif()
    assert b"MakerOfPhones" not in picture.content
    assert set(opened(picture).info) <= {"loop", "background", "timestamp", "duration"}


def test_a_colour_profile_is_applied_and_gone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = reencode(file_of(plain(), icc_profile=profile), longest_side=100)
    red, green, blue = opened(picture).convert("RGB").getpixel((10, 10))
    assert "icc_profile" not in opened(picture).info
    assert abs(red - 200) < 12
    assert max(abs(green - 30), abs(blue - 30)) < 12


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (1, 2, 3, 0)), ("P", 3), ("L", 8), ("LA", (8, 0)), ("1", 1), ("I;16", 30000)]
)
def test_every_mode_of_png_is_taken(mode: str, colour: object) -> None:
    picture = reencode(file_of(plain(mode=mode, colour=colour), "PNG"), longest_side=100)
    assert opened(picture).mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


def test_16_bit_grey_stays_grey() -> None:
    picture = reencode(file_of(plain(mode="I;16", colour=32768), "PNG"), longest_side=100)
    assert opened(picture).convert("L").getpixel((5, 5)) == pytest.approx(128, abs=3)


def test_print_colours_are_taken() -> None:
    assert reencode(file_of(plain(mode="CMYK", colour=(0, 200, 200, 0))), longest_side=100).width == 40


def test_of_an_animation_the_first_frame_is_kept() -> None:
    data = file_of(plain(), "WEBP", save_all=True, append_images=[plain(colour=(0, 0, 0))], duration=50)
    assert not getattr(opened(reencode(data, longest_side=100)), "is_animated", False)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + b"\0" * 40,
        file_of(plain(), "GIF"),
        file_of(plain(), "BMP"),
        file_of(plain(), "TIFF"),
        b"%PDF-1.7\n",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"MZ\x90\0",
        b"just text, renamed to picture.jpg",
        b"\xff\xd8\xff",
    ],
)
def test_another_kind_of_file_is_told_what_is_allowed(data: bytes) -> None:
    with pytest.raises(PictureError, match="JPEG, PNG"):
        reencode(data, longest_side=100)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(PictureError):
        reencode(b"", longest_side=100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_cut_short_is_refused(kind: str) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    data = file_of(noise, kind)
    with pytest.raises(PictureError):
        reencode(data[: len(data) // 2], longest_side=100)


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert side * side > MOST_PIXELS["PNG"]
    with pytest.raises(PictureError, match="too many pixels"):
        reencode(png_claiming(side, side), longest_side=100)


def jpeg_claiming(width: int, height: int, *, scans: bool) -> bytes:
    """Return a JPEG whose header claims a size; without progression, ``scans`` sends each colour by itself."""
    sof = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3)
    sof += b"".join(bytes([number, 0x11, 0]) for number in (1, 2, 3))
    colours = (1,) if scans else (1, 2, 3)
    sos = b"\xff\xda" + struct.pack(">HB", 6 + 2 * len(colours), len(colours))
    return b"\xff\xd8" + sof + sos + b"".join(bytes([number, 0]) for number in colours) + b"\0\x3f\0" + b"\xff\xd9"


@pytest.mark.parametrize("side", [5_100, 8_000])
def test_a_jpeg_in_scans_may_have_fewer_pixels_because_all_of_them_are_kept(side: int) -> None:
    with pytest.raises(PictureError, match="too many pixels"):
        reencode(jpeg_claiming(side, side, scans=True), longest_side=100)
    with pytest.raises(PictureError, match="damaged"):
        reencode(jpeg_claiming(side, side, scans=False), longest_side=100)


def test_a_progressive_jpeg_is_held_to_the_same_limit() -> None:
    data = file_of(plain(), progressive=True)
    sizes = struct.pack(">HH", 20, 40)
    assert data.count(sizes) == 1
    with pytest.raises(PictureError, match="too many pixels"):
        reencode(data.replace(sizes, struct.pack(">HH", 6_000, 6_000)), longest_side=100)
    assert reencode(data, longest_side=100).width == 40


def test_a_jpeg_whose_markers_hold_a_small_picture_is_judged_by_itself() -> None:
    exif = Image.Exif()
    exif[0x010F] = "x" * 500
    assert reencode(file_of(plain(), exif=exif), longest_side=100).width == 40


def test_an_svg_file_is_refused_with_the_reason() -> None:
    svg = b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></SVG>'
    with pytest.raises(PictureError, match=r"SVG.*programs.*PNG"):
        reencode(svg, longest_side=100)


def test_a_logo_keeps_its_edges_and_its_transparent_background() -> None:
    logo = plain(200, 60, "RGBA", (0, 0, 0, 0))
    logo.paste((200, 30, 30, 255), (20, 10, 90, 50))
    kept = opened(reencode(file_of(logo, "PNG"), longest_side=400, drawing=True))
    assert kept.mode == "RGBA"
    assert kept.getpixel((19, 30)) == (0, 0, 0, 0)
    assert kept.getpixel((20, 30)) == (200, 30, 30, 255)


def test_a_photograph_as_a_logo_stays_small() -> None:
    noise = Image.effect_noise((480, 480), 90).convert("RGB")
    assert len(reencode(file_of(noise, "PNG"), longest_side=480, drawing=True).content) <= MOST_BYTES_LOSSLESS


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_gives_a_picture_or_a_clear_error_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(file_of(plain(30, 30), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(PictureError):
        assert reencode(bytes(whole), longest_side=20).width <= 20
