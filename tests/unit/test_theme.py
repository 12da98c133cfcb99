from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel import colours
from engagement.web.shared import theme

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(any_colour)
def test_any_brand_colour_becomes_legible_on_light_and_dark_pages(text: str) -> None:
    colour = colours.parse_colour(text)
    light = colours.legible_on(colour, (theme.LIGHT_PAGE, theme.LIGHT_SURFACE), darker=True)
    dark = colours.legible_on(colour, (theme.DARK_PAGE, theme.DARK_SURFACE), darker=False)
    assert colours.contrast(light, theme.LIGHT_PAGE) >= colours.LEAST_CONTRAST
    assert colours.contrast(light, theme.LIGHT_SURFACE) >= colours.LEAST_CONTRAST
    assert colours.contrast(dark, theme.DARK_PAGE) >= colours.LEAST_CONTRAST
    assert colours.contrast(dark, theme.DARK_SURFACE) >= colours.LEAST_CONTRAST


@given(any_colour)
def test_text_on_any_colour_is_legible(text: str) -> None:
    colour = colours.parse_colour(text)
    assert colours.contrast(colours.text_on(colour), colour) >= colours.LEAST_CONTRAST


@given(any_colour)
def test_a_colour_survives_reading_and_writing(text: str) -> None:
    assert colours.format_colour(colours.parse_colour(text)) == text


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21.0)
    assert colours.contrast(colours.parse_colour("#777777"), (1, 1, 1)) == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_is_legible_already_stays() -> None:
    blue = colours.parse_colour("#0b5cad")
    assert colours.legible_on(blue, (theme.LIGHT_PAGE, theme.LIGHT_SURFACE), darker=True) == blue


def test_a_malformed_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        colours.parse_colour("red")
