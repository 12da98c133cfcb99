"""The demo's pictures, painted by the computer itself: nobody's photographs, and light to carry about."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Mapping
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 800
SKINS = ("#f1c9a5", "#c68642", "#8d5524", "#e0ac7e", "#5c3a21")
CLOTHES = ("#d9622b", "#2f6f8f", "#e8b93a", "#7a4b8c", "#3c8a5e", "#c23b4b")
Paint = Callable[[ImageDraw.ImageDraw, random.Random], None]


@lru_cache(maxsize=8)
def painted(name: str) -> bytes:
    """Return the scene ``name`` as a JPEG file, always the same."""
    image = _gradient(*GROUNDS[name])
    _SCENES[name](ImageDraw.Draw(image), random.Random(name))  # noqa: S311 - where a leaf hangs is no secret
    soft = image.filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.effect_noise((WIDTH, HEIGHT), 14).convert("RGB")
    output = io.BytesIO()
    _vignette(ImageChops.soft_light(soft, grain)).save(output, "JPEG", quality=90)
    return output.getvalue()


@lru_cache(maxsize=32)
def emblem(letter: str, colour: str) -> bytes:
    """Return a simple sign of an organisation: a petal for each of its six sides round its letter's circle, as WebP."""
    image = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for turn in range(6):
        x, y = 240 + 130 * math.cos(turn * math.pi / 3), 240 + 130 * math.sin(turn * math.pi / 3)
        _dot(pen, x, y, 88, colour)
    _dot(pen, 240, 240, 112, "#ffffff")
    for spoke in range(3 + ord(letter) % 5):
        angle = spoke * 2 * math.pi / (3 + ord(letter) % 5) - math.pi / 2
        _dot(pen, 240 + 62 * math.cos(angle), 240 + 62 * math.sin(angle), 24, colour)
    output = io.BytesIO()
    image.save(output, "WEBP", lossless=True)
    return output.getvalue()


def _brook(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _dot(pen, 900, 190, 80, "#fff3c4")
    for base, colour in ((380, "#9dbfa0"), (440, "#7aa77f"), (500, "#5c8f63")):
        _hills(pen, chance, base, 50, colour)
    bank = [(x, 560 + 26 * math.sin(x / 170)) for x in range(0, WIDTH + 20, 20)]
    pen.polygon([*bank, (WIDTH, HEIGHT), (0, HEIGHT)], fill="#4f7f4d")
    middle = [(620 + 150 * math.sin((y - 520) / 90) - (y - 540) * 0.35, y) for y in range(540, HEIGHT + 10, 10)]
    left = [(x - 18 - (y - 540) * 0.42, y) for x, y in middle]
    right = [(x + 18 + (y - 540) * 0.42, y) for x, y in reversed(middle)]
    pen.polygon([*left, *right], fill="#8fc3d8")
    for _ in range(60):
        x, y = chance.choice(middle)
        away = chance.uniform(-0.3, 0.3) * (y - 520)
        pen.line((x + away - 26, y, x + away + 26, y), fill="#d5edf3", width=3)
    for x, y, size in ((120, 520, 120), (250, 545, 85), (1050, 530, 130), (1160, 560, 95)):
        _tree(pen, chance, x, y, size)
    for number, x in enumerate((330, 410, 900)):
        _person(pen, x, 600 + number % 2 * 24, 130, number)


def _garden(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    _hills(pen, chance, 300, 30, "#86b07f")
    for x in range(-20, WIDTH, 46):
        pen.rounded_rectangle((x, 250, x + 30, 400), 8, fill="#f4ead7")
    pen.rectangle((0, 300, WIDTH, 318), fill="#e3d5ba")
    pen.rectangle((0, 390, WIDTH, HEIGHT), fill="#7b5a3c")
    for row in range(5):
        top, size = 410 + row * row * 16 + row * 18, 16 + row * 9
        pen.rectangle((0, top + size, WIDTH, top + size + 14 + row * 8), fill="#5f432b")
        for x in range(-20, WIDTH + 40, 34 + row * 16):
            at = x + chance.randint(-8, 8)
            for _ in range(6):
                _dot(pen, at + chance.randint(-size, size), top + chance.randint(-size // 2, size), size * 0.6,
                     chance.choice(("#3f8f4a", "#5aa85a", "#2f7740", "#79b95f")))  # fmt: skip
            if row % 2:
                _dot(pen, at, top, size * 0.42, chance.choice(("#d8402f", "#e9772e", "#efc13c")))
    for number, x in enumerate((300, 430, 860)):
        _person(pen, x, 470, 190, number + 2)


def _books(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for shelf in range(3):
        bottom, x = 230 + shelf * 210, 10
        while x < WIDTH - 20:
            wide, high = chance.randint(22, 48), chance.randint(120, 172)
            colour = chance.choice(("#a2422f", "#2f5d73", "#c99a3b", "#5d7a4c", "#7a4a6b", "#d8c7a2", "#364a5e"))
            pen.rectangle((x, bottom - high, x + wide, bottom), fill=colour)
            pen.rectangle((x + 5, bottom - high + 18, x + wide - 5, bottom - high + 26), fill="#f3e6c8")
            x += wide + chance.choice((2, 2, 3, 24))
        pen.rectangle((0, bottom, WIDTH, bottom + 22), fill="#6d472b")
    pen.rectangle((0, 700, WIDTH, HEIGHT), fill="#b9824f")
    for number, x in enumerate((460, 585, 740)):
        _person(pen, x, 740, 250 if number == 1 else 190, number + 1)
    pen.polygon(((480, 690), (600, 720), (720, 690), (720, 610), (600, 640), (480, 610)), fill="#fbf6e9")
    pen.line((600, 640, 600, 720), fill="#cdbfa0", width=5)


def _stage(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for x, colour in ((230, "#4b3a63"), (600, "#5a4674"), (980, "#4b3a63")):
        pen.polygon(((x, -20), (x - 210, 640), (x + 210, 640)), fill=colour)
    for side in (0, WIDTH):
        for fold in range(7):
            at = abs(side - fold * 34)
            pen.rectangle((min(at, abs(at - 17)), 0, at + 17, 640), fill=("#8f1f2d", "#a62c3a")[fold % 2])
    pen.rectangle((0, 600, WIDTH, HEIGHT), fill="#8a5a34")
    for number in range(9):
        _person(pen, 330 + number * 68, 620 - (number % 2) * 34, 190, number)
    for _ in range(46):
        _dot(pen, chance.randint(0, WIDTH), chance.randint(735, 810), chance.randint(30, 44), "#1b1524")


def _table(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for plank in range(7):
        pen.rectangle((0, plank * 116, WIDTH, plank * 116 + 110), fill=("#c6925c", "#bd8850", "#cf9c67")[plank % 3])
    for _ in range(120):
        x, y = chance.randint(0, WIDTH), chance.randint(0, HEIGHT)
        pen.line((x, y, x + chance.randint(60, 200), y), fill="#b07c46", width=2)
    for x, y, size, inside in ((260, 250, 130, "#d9622b"), (620, 420, 170, "#e8b93a"), (960, 240, 120, "#8aa84f"),
                               (300, 620, 110, "#7b3f2b"), (960, 620, 140, "#d98c9a")):  # fmt: skip
        _dot(pen, x + 10, y + 14, size, "#8d6236")
        _dot(pen, x, y, size, "#fdf8ee")
        _dot(pen, x, y, size * 0.82, inside)
        for _ in range(16):
            away, angle = chance.uniform(0, size * 0.66), chance.uniform(0, 6.28)
            _dot(pen, x + away * math.cos(angle), y + away * math.sin(angle), chance.randint(6, 13),
                 chance.choice(("#fdf3d0", "#3f8f4a", "#c23b4b", "#fff7e6")))  # fmt: skip
    for x, y in ((600, 130), (120, 440), (720, 700)):
        pen.rounded_rectangle((x - 8, y - 90, x + 8, y + 90), 8, fill="#e9e9ea")
        pen.ellipse((x - 26, y - 130, x + 26, y - 50), fill="#f4f4f5")


GROUNDS: Mapping[str, tuple[str, str]] = {
    "brook": ("#bfe0ee", "#fbe9c8"),
    "garden": ("#a9d6ee", "#e9f3dc"),
    "books": ("#3d2a1e", "#7a5636"),
    "stage": ("#1d1630", "#3a2a4f"),
    "table": ("#c6925c", "#b98450"),
}
_SCENES: Mapping[str, Paint] = {
    "brook": _brook, "garden": _garden, "books": _books, "stage": _stage, "table": _table,
}  # fmt: skip


def _gradient(top: str, bottom: str) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp)


def _vignette(image: Image.Image) -> Image.Image:
    dark = Image.radial_gradient("L").resize(image.size).point(lambda value: max(0, value - 110) // 2)
    return Image.composite(Image.new("RGB", image.size, "#20180f"), image, dark)


def _hills(pen: ImageDraw.ImageDraw, chance: random.Random, base: int, height: int, colour: str) -> None:
    shift = chance.uniform(0, 6)
    top = [
        (x, base + height * (math.sin(x / 190 + shift) + 0.5 * math.sin(x / 83 + shift * 2)) / 1.5)
        for x in range(0, WIDTH + 20, 20)
    ]
    pen.polygon([*top, (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)


def _tree(pen: ImageDraw.ImageDraw, chance: random.Random, x: int, y: int, size: int) -> None:
    pen.rectangle((x - size * 0.07, y - size * 0.3, x + size * 0.07, y + size * 0.5), fill="#6b4a2f")
    for _ in range(26):
        across, down = chance.gauss(0, size * 0.28), chance.gauss(-size * 0.65, size * 0.24)
        _dot(pen, x + across, y + down, size * 0.24, chance.choice(("#3f7d46", "#4e9152", "#63a45c", "#356b3d")))


def _person(pen: ImageDraw.ImageDraw, x: float, foot: float, size: float, number: int) -> None:
    """Paint somebody who stands at ``foot``: head, hair, body, legs."""
    head, shoulder = size * 0.13, foot - size * 0.72
    pen.rounded_rectangle((x - size * 0.11, foot - size * 0.36, x - size * 0.01, foot), size * 0.04, fill="#2d3444")
    pen.rounded_rectangle((x + size * 0.01, foot - size * 0.36, x + size * 0.11, foot), size * 0.04, fill="#2d3444")
    body = (x - size * 0.17, shoulder, x + size * 0.17, foot - size * 0.3)
    pen.rounded_rectangle(body, size * 0.1, fill=CLOTHES[number % len(CLOTHES)])
    _dot(pen, x, shoulder - head * 0.95, head * 1.05, ("#3a2a1e", "#c9c4bd", "#6b4226", "#1f1a17")[number % 4])
    _dot(pen, x, shoulder - head * 0.75, head * 0.88, SKINS[number % len(SKINS)])


def _dot(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
