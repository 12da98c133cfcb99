"""Points as people write and copy them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.geo import Point, parse_point


@pytest.mark.parametrize(
    "text",
    ["49,0369 8,7074", "49.0369, 8.7074", "49.0369,8.7074", "49,0369,8,7074", "49,0369; 8,7074", " 49.0369  8.7074 ",
     "49.0369° N, 8.7074° E", "N 49.0369 E 8.7074", "49,0369/8,7074", "49,0369°N 8,7074°O"],
)  # fmt: skip
def test_usual_ways_of_writing(text: str) -> None:
    assert parse_point(text) == Point(49.0369, 8.7074)


@pytest.mark.parametrize(
    "text", ["", "49,0369", "Bretten", "49 8 7", "91 8", "49 181", "49..1 8", "4a 8", "49,0369 8,"]
)
def test_what_is_no_point(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_point(text)


@given(st.floats(-90, 90).map(lambda n: round(n, 5)), st.floats(-180, 180).map(lambda n: round(n, 5)))
def test_what_we_show_can_be_read(latitude: float, longitude: float) -> None:
    shown = f"{latitude:.5f} {longitude:.5f}"
    assert parse_point(shown) == parse_point(shown.replace(".", ",")) == Point(latitude, longitude)
