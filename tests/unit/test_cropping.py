"""Pictures are cut to exactly the shape that pages keep free, round what matters in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from engagement.kernel.cropping import RATIO, Focus, best_start, cropped, largest, salient_point, window_round

SIDES = st.integers(16, 5000)
SHARES = st.floats(0, 1)


@given(SIDES, SIDES, SHARES, SHARES)
def test_a_window_lies_within_the_picture_and_holds_the_point(width: int, height: int, x: float, y: float) -> None:
    window = window_round(width, height, (x, y))
    left, top, right, bottom = window.box
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left - 1 <= x * width <= right + 1
    assert top - 1 <= y * height <= bottom + 1


@given(SIDES, SIDES)
def test_the_shape_is_exact_and_as_large_as_possible(width: int, height: int) -> None:
    wide, high = largest(width, height)
    assert wide * RATIO[1] == high * RATIO[0]
    assert wide + RATIO[0] > width or high + RATIO[1] > height


@given(st.integers(1, 15), st.integers(1, 15))
def test_what_is_too_small_to_cut_stays_whole(width: int, height: int) -> None:
    assert largest(width, height) == (width, height)
    assert window_round(width, height, (0.5, 0.5)).box == (0, 0, width, height)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=96), st.integers(1, 96), SHARES)
def test_a_stretch_lies_within_its_profile(profile: list[int], length: int, usual: float) -> None:
    start = best_start(profile, min(length, len(profile)), usual)
    assert 0 <= start <= len(profile) - min(length, len(profile))


def test_an_even_picture_is_cut_at_the_usual_place() -> None:
    assert best_start([7] * 100, 50, 0.5) == 25
    assert best_start([0] * 100, 50, 0.4) == 20


def scene(size: tuple[int, int], at: tuple[int, int]) -> Image.Image:
    """A wall with one thing on it that draws the eye."""
    image = Image.new("RGB", size, (214, 216, 210))
    pen = ImageDraw.Draw(image)
    for ring in range(60, 0, -12):
        pen.ellipse((at[0] - ring, at[1] - ring, at[0] + ring, at[1] + ring), fill=(200, 40 + ring * 2, 30))
    return image


@pytest.mark.parametrize("at", [(300, 80), (300, 450), (300, 820)])
def test_a_tall_picture_is_cut_round_what_draws_the_eye(at: tuple[int, int]) -> None:
    size = (600, 900)
    window = window_round(*size, salient_point(scene(size, at), RATIO))
    assert window.top <= at[1] - 60 or window.top == 0
    assert window.box[3] >= at[1] + 60 or window.box[3] >= size[1] - RATIO[1]


@pytest.mark.parametrize("at", [(80, 200), (800, 200), (1500, 200)])
def test_a_broad_picture_is_cut_round_what_draws_the_eye(at: tuple[int, int]) -> None:
    size = (1600, 400)
    window = window_round(*size, salient_point(scene(size, at), RATIO))
    assert window.left <= at[0] <= window.box[2]


@pytest.mark.parametrize("skin", [(255, 219, 172), (198, 134, 66), (94, 60, 34)])
def test_a_face_of_any_shade_is_seen_before_an_even_ground(skin: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (600, 1200), (120, 130, 140))
    ImageDraw.Draw(image).ellipse((200, 60, 400, 300), fill=skin)
    assert window_round(600, 1200, salient_point(image)).top <= 60


@pytest.mark.parametrize("focus", [focus for focus in Focus if focus.point])
def test_what_a_person_chose_is_in_the_picture(focus: Focus) -> None:
    image = Image.new("RGB", (900, 900), "white")
    assert focus.point
    x, y = (min(round(share * 900), 899) for share in focus.point)
    image.putpixel((x, y), (255, 0, 0))
    part = cropped(image, focus)
    assert part.width * RATIO[1] == part.height * RATIO[0]
    assert (255, 0, 0) in {colour for _, colour in part.getcolors() or []}


def test_without_a_choice_the_eye_decides() -> None:
    image = scene((600, 900), (300, 820))
    assert cropped(image, Focus.AUTOMATIC).getpixel((300, 300)) != (214, 216, 210)
