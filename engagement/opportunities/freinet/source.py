"""From a path to its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from engagement.opportunities.freinet.detect import HEAD, FileKind, detect
from engagement.opportunities.freinet.errors import BrokenFileError
from engagement.opportunities.freinet.reader_csv import read_csv
from engagement.opportunities.freinet.reader_xml import read_xml
from engagement.opportunities.freinet.record import Row

Progress = Callable[[int], None]
"""Told how many bytes of the file have been read."""


@contextmanager
def opened(file: Path, progress: Progress | None = None) -> Iterator[Iterator[Row]]:
    """Lend the rows of ``file``, which are read while they are asked for.

    Raises:
        BrokenFileError: there is no such file, or it is of another kind; more while reading.
    """
    if file.is_dir():
        raise BrokenFileError(f"{file} is a directory.")
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BrokenFileError(f"{file} cannot be opened: {error.strerror}.") from error
    with stream:
        kind = detect(stream.read(HEAD))
        stream.seek(0)
        counted = cast("BinaryIO", _Counted(stream, progress or _nobody))
        yield read_xml(counted) if kind is FileKind.XML else read_csv(counted)


class _Counted:
    """Passes on what is read and tells how much it was."""

    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        return self._told(self._stream.read(size))

    def readline(self, limit: int = -1) -> bytes:
        return self._told(self._stream.readline(limit))

    def _told(self, piece: bytes) -> bytes:
        self._read += len(piece)
        self._progress(self._read)
        return piece


def _nobody(_read: int) -> None:
    """Nobody watches."""
