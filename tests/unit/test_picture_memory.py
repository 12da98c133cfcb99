"""An upload takes a bounded amount of memory, whatever somebody sends: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MAKE = """
import sys
from PIL import Image
side, kind, mode, target = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
tile = Image.effect_noise((500, 500), 60).convert(mode)
image = Image.new(mode, (side, side))
for x in range(0, side, 500):
    image.paste(tile, (x, 0))
options = {"PNG": {"compress_level": 1}}.get(kind, {"quality": 70, "subsampling": 0, "progressive": kind == "SCANS"})
image.save(target, "JPEG" if kind == "SCANS" else kind, **options)
"""
MEASURE = """
import resource, sys
from engagement.kernel.images import PictureError, reencode

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

data = open(sys.argv[1], "rb").read()
from PIL import Image
Image.init()
before = peak()
try:
    picture = reencode(data, longest_side=1600)
    said = f"{picture.width}x{picture.height}"
except PictureError as error:
    said = str(error)
print(peak() - before, said)
"""


def run(script: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=300
    )
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
@pytest.mark.parametrize(
    ("side", "kind", "mode", "megabytes", "said"),
    [
        (8000, "SCANS", "RGB", 20, "too many pixels"),
        (8000, "JPEG", "RGB", 110, "1600x1600"),
        (5000, "SCANS", "RGB", 260, "1600x1600"),
        (5000, "PNG", "RGBA", 260, "1600x1600"),
    ],
    ids=["64 megapixels in scans", "64 megapixels", "25 megapixels in scans", "25 megapixels without loss"],
)
def test_memory_is_bounded(tmp_path: Path, side: int, kind: str, mode: str, megabytes: int, said: str) -> None:
    file = tmp_path / "upload"
    run(MAKE, side, kind, mode, file)
    taken, _, answer = run(MEASURE, file).partition(" ")
    assert said in answer
    assert int(taken) <= megabytes
