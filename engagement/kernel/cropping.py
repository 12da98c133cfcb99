"""Cutting a picture to the shape that pages have room for, round what matters in it. Pure geometry and Pillow.

What matters is what a person said, or where the picture has most to look at: edges, strong colours and skin tones draw
the eye (Itti, Koch and Niebur, "A model of saliency-based visual attention", 1998; here in its plainest form).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

RATIO = (16, 9)
LOOKED_AT = 96
"""Longest side, in pixels, of the small copy in which the eye-catching part is looked for."""
AIR = 4
"""How far, in pixels of the small copy, the surroundings of what draws the eye count with it: heads need some air."""
PULL = 0.6
"""How much an eye-catching part must outweigh the usual place at the far end, as a share of an even picture."""
USUAL = {"across": 0.5, "down": 0.4}
"""Where photographs have their subject when nothing speaks for another place: heads are above the middle."""
SKIN = ((0, 36), (50, 175), (80, 255))
"""Hue, saturation and brightness of skin of every shade, each from 0 to 255."""


class Focus(StrEnum):
    """What matters in a picture, as a person chooses it; the member's own name for a picture nobody has said it of."""

    AUTOMATIC = ""
    TOP_LEFT = "nw"
    TOP = "n"
    TOP_RIGHT = "ne"
    LEFT = "w"
    MIDDLE = "c"
    RIGHT = "e"
    BOTTOM_LEFT = "sw"
    BOTTOM = "s"
    BOTTOM_RIGHT = "se"

    @property
    def point(self) -> tuple[float, float] | None:
        """Return the place as shares of width and height, None for automatic."""
        if self is Focus.AUTOMATIC:
            return None
        column = next((at for side, at in (("w", 0.0), ("e", 1.0)) if side in self.value), 0.5)
        row = next((at for side, at in (("n", 0.0), ("s", 1.0)) if side in self.value), 0.5)
        return column, row


@dataclass(frozen=True)
class Window:
    """A part of a picture, in its pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return it as Pillow wants it: left, top, right, bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def largest(width: int, height: int, ratio: tuple[int, int] = RATIO) -> tuple[int, int]:
    """Return the largest size of exactly this ratio that fits, or the whole size if not even a few pixels do."""
    times = min(width // ratio[0], height // ratio[1])
    return (times * ratio[0], times * ratio[1]) if times else (width, height)


def window_round(width: int, height: int, point: tuple[float, float], ratio: tuple[int, int] = RATIO) -> Window:
    """Return the largest window of this ratio with ``point`` as near to its middle as the picture's edges allow.

    Args:
        width: of the picture.
        height: of the picture.
        point: shares of width and height, from 0 to 1; the window contains it.
        ratio: of width to height.
    """
    wide, high = largest(width, height, ratio)
    left = _clamped(round(point[0] * width - wide / 2), width - wide)
    top = _clamped(round(point[1] * height - high / 2), height - high)
    return Window(left, top, wide, high)


def cropped(image: Image.Image, focus: Focus, ratio: tuple[int, int] = RATIO) -> Image.Image:
    """Return the part of ``image`` that has this ratio and shows what matters."""
    point = focus.point or salient_point(image, ratio)
    return image.crop(window_round(image.width, image.height, point, ratio).box)


def salient_point(image: Image.Image, ratio: tuple[int, int] = RATIO) -> tuple[float, float]:
    """Return the middle of the window with most to look at, as shares of width and height."""
    small = image.convert("RGB")
    small.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX)
    weights = _interest(small)
    wide, high = largest(*small.size, ratio)
    across = weights.resize((small.width, 1), Image.Resampling.BOX)
    down = weights.resize((1, small.height), Image.Resampling.BOX)
    left = best_start(list(across.tobytes()), wide, USUAL["across"])
    top = best_start(list(down.tobytes()), high, USUAL["down"])
    return (left + wide / 2) / small.width, (top + high / 2) / small.height


def best_start(profile: list[int], length: int, usual: float) -> int:
    """Return where a stretch of ``length`` begins that holds most, the usual place being preferred.

    Args:
        profile: how much there is to see in each column or row.
        length: of the stretch, at most that of the profile.
        usual: which place it takes if all is even, from 0 (beginning) to 1 (end).
    """
    sums = [0, *accumulate(profile)]
    room = len(profile) - length
    if room <= 0:
        return 0
    total = sums[-1] or 1
    usual_start = usual * room

    def worth(start: int) -> float:
        held = (sums[start + length] - sums[start]) / total
        away = abs(start - usual_start) / len(profile)
        return held - PULL * away * away

    return max(range(room + 1), key=lambda start: (worth(start), -abs(start - usual_start)))


def _interest(small: Image.Image) -> Image.Image:
    """Return how much each pixel draws the eye, as a grey picture."""
    hue, saturation, brightness = small.convert("HSV").split()
    edges = small.convert("L").filter(ImageFilter.FIND_EDGES)
    _blacken_rim(edges)
    skin = ImageChops.multiply(
        ImageChops.multiply(_between(hue, *SKIN[0]), _between(saturation, *SKIN[1])), _between(brightness, *SKIN[2])
    )
    colour = saturation.point(lambda value: value // 6)
    found = ImageChops.add(ImageChops.add(edges, colour), skin.point(lambda value: value // 3))
    return found.filter(ImageFilter.GaussianBlur(AIR))


def _between(band: Image.Image, least: int, most: int) -> Image.Image:
    return band.point(lambda value: 255 if least <= value <= most else 0)


def _blacken_rim(edges: Image.Image) -> None:
    """The filter leaves the outermost pixels as they were, which is no edge."""
    inner = edges.crop((1, 1, max(1, edges.width - 1), max(1, edges.height - 1)))
    edges.paste(0, (0, 0, *edges.size))
    edges.paste(inner, (1, 1))


def _clamped(start: int, most: int) -> int:
    return max(0, min(start, most))
