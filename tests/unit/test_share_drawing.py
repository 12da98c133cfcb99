"""The picture of a shared link holds its words, however long they are, in colours that can be read."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from engagement.kernel.palette import palette_of
from engagement.web.public.share_drawing import (
    BAND,
    MARGIN,
    MOST_LINES,
    SIZE,
    SharePicture,
    drawable,
    drawn,
    fitted,
    shortened,
    wrapped,
)

COMPOUND = "Donaudampfschifffahrtsgesellschaftskapitänsmützenreinigungswettbewerb"
TEXTS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=200)


def measure(text: str) -> float:
    return 10.0 * len(text)


def share(title: str = "Vorlesen in der Bücherei", **changes: object) -> SharePicture:
    values: dict[str, object] = {
        "kicker": "Bildung und Lernen", "title": title, "facts": ("Lesebrücke e. V.", "dienstags", "Diedelsheim"),
        "town": "Engagement vernetzt Bretten", "host": "bretten.example.org",
        "brand": "#0b5cad", "accent": "#f2c230",
    }  # fmt: skip
    return SharePicture(**{**values, **changes})


def opened(picture: SharePicture) -> Image.Image:
    return Image.open(io.BytesIO(drawn(picture)))


@given(TEXTS)
@example(COMPOUND)
def test_no_line_is_broader_than_its_room_and_no_letter_is_lost(text: str) -> None:
    lines = list(wrapped(text, measure, 120))
    assert all(measure(line) <= 120 for line in lines)
    kept = "".join("".join(lines).split()).replace("-", "")
    assert kept == "".join(text.split()).replace("-", "")


@given(TEXTS)
def test_a_title_takes_no_more_lines_than_there_is_room_for(text: str) -> None:
    size, lines = fitted(text, lambda size: lambda part: size * 0.5 * len(part), 600)
    assert len(lines) <= MOST_LINES[size]
    assert all(size * 0.5 * len(line) <= 600 for line in lines)


def test_a_short_title_is_large_and_a_long_one_smaller() -> None:
    def measured(size: int) -> object:
        return lambda part: size * 0.5 * len(part)

    large, _ = fitted("Vorlesen", measured, 1000)
    small, _ = fitted("Begleitung für Menschen mit Demenz beim Spaziergang durch die Altstadt", measured, 700)
    least, cut = fitted("sehr lang " * 60, measured, 700)
    assert large > small > least
    assert cut[-1].endswith("…")


def test_a_word_that_is_too_long_is_broken_rather_than_cut() -> None:
    _, lines = fitted(COMPOUND, lambda size: lambda part: size * 0.5 * len(part), 700)
    assert "".join(line.rstrip("-") for line in lines) == COMPOUND


@given(TEXTS, st.integers(20, 400))
def test_what_is_shortened_fits(text: str, width: int) -> None:
    assert measure(shortened(text, measure, width)) <= max(width, 10)


def test_what_the_font_lacks_is_left_out() -> None:
    assert drawable("Sommerfest 🎉\u200d\n Aufbau") == "Sommerfest Aufbau"
    assert drawable("Łukasz, Ğülçin – Київ") == "Łukasz, Ğülçin – Київ"


def test_it_has_the_size_that_was_promised_and_is_small() -> None:
    image = opened(share())
    assert (image.format, image.size, image.info) == ("PNG", SIZE, {})
    assert len(drawn(share())) < 120_000


@settings(max_examples=12)
@given(st.text(min_size=0, max_size=120))
def test_whatever_was_typed_can_be_drawn(title: str) -> None:
    assert opened(share(title, kicker=title, facts=(title,), town=title)).size == SIZE


@pytest.mark.parametrize("brand", ["#0b5cad", "#b3121d", "#f7e27c", "#111111"])
def test_it_is_painted_in_the_colours_of_the_town(brand: str) -> None:
    image, colours = opened(share(brand=brand)).convert("RGB"), palette_of(brand, "#f2c230").light
    assert image.getpixel((5, 5)) == Image.new("RGB", (1, 1), colours["hero"]).getpixel((0, 0))
    assert image.getpixel((5, SIZE[1] - 5)) == (0xF2, 0xC2, 0x30)
    words = image.crop((MARGIN, 0, SIZE[0] - MARGIN, SIZE[1] - BAND))
    text = Image.new("RGB", (1, 1), colours["on_hero"]).getpixel((0, 0))
    assert text in {colour for _, colour in words.getcolors(1_000_000) or []}


def test_a_photograph_stands_beside_the_words() -> None:
    output = io.BytesIO()
    Image.new("RGB", (800, 600), (20, 160, 90)).save(output, "WEBP")
    with_photo = share("Garten " * 12, photo=output.getvalue())
    image = opened(with_photo).convert("RGB")
    red, green, blue = image.getpixel((1100, 200))
    assert green > red + 50
    assert green > blue
    assert len(drawn(with_photo)) < 200_000
