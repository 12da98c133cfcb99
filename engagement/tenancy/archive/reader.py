"""Reading an archive that may be damaged or hostile: nothing is unpacked by name, and nothing is believed unchecked."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from engagement.tenancy.archive.layout import (
    DIGEST,
    FORMAT,
    JSON_NULL,
    MANIFEST,
    MEMBER,
    ArchiveError,
    Manifest,
    TableEntry,
    file_member,
    table_member,
)

MEGABYTE = 1024 * 1024
LARGEST_MANIFEST = 64 * MEGABYTE
LARGEST_FILE = 128 * MEGABYTE
LONGEST_LINE = 64 * MEGABYTE
CHUNK = MEGABYTE
BOMB_RATIO = 200
"""Rows of one kind shrink to a tenth or a fiftieth; what grows further than this on unpacking was made to do harm."""
ENCRYPTED = 0x1


class ArchiveReader:
    """An archive whose manifest has been read and whose members are those that the manifest names.

    Args:
        source: the file, open for reading and able to seek.

    Raises:
        ArchiveError: it is no archive of ours, of a format not known here, or holds what its manifest does not name.
    """

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._zip = ZipFile(source)
        except BadZipFile as error:
            raise ArchiveError("this file is not an archive, or it is damaged at its end") from error
        self._members = self._listed()
        self.manifest = self._read_manifest()
        self._refuse_strangers()

    def verify(self) -> None:
        """Read every member once.

        Raises:
            ArchiveError: one does not have the length or the checksum that the manifest says.
        """
        for name, expected in self.manifest.members.items():
            digest, size = hashlib.sha256(), 0
            for chunk in self._chunks(name):
                digest.update(chunk)
                size += len(chunk)
            if (size, digest.hexdigest()) != (expected.size, expected.sha256):
                raise ArchiveError(f"{name} is not what the manifest says: its checksum is wrong")

    def lines(self, table: TableEntry) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield number, text and content of each row's line.

        Raises:
            ArchiveError: a line is damaged, or has other columns than the manifest says; it is named by number.
        """
        name, count = table_member(table.name), 0
        with self._open(name) as member:
            while raw := member.readline(LONGEST_LINE):
                count += 1
                yield count, *_parsed(raw, f"{name}, line {count}", table.columns)
        if count != table.rows:
            raise ArchiveError(f"{name} has {count} lines where the manifest says {table.rows}")

    def content(self, digest: object) -> bytes:
        """Return the file with this digest.

        Raises:
            ArchiveError: it is not there, or not what its name says.
        """
        name = file_member(str(digest))
        if not DIGEST.fullmatch(str(digest)) or name not in self.manifest.members:
            raise ArchiveError(f"a row names the file {digest!s:.80}, which is not in the archive")
        if self._members[name].file_size > LARGEST_FILE:
            raise ArchiveError(f"{name} is larger than {LARGEST_FILE // MEGABYTE} MB")
        content = b"".join(self._chunks(name))
        if hashlib.sha256(content).hexdigest() != digest:
            raise ArchiveError(f"{name} is not what its name says")
        return content

    def _listed(self) -> dict[str, ZipInfo]:
        members = {info.filename: info for info in self._zip.infolist()}
        if len(members) != len(self._zip.infolist()):
            raise ArchiveError("the archive names a member twice")
        for info in members.values():
            if info.flag_bits & ENCRYPTED or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise ArchiveError(f"{info.filename} is encrypted or packed in a way that is not read here")
            if info.file_size > BOMB_RATIO * info.compress_size + MEGABYTE:
                raise ArchiveError(f"{info.filename} would grow beyond all measure when unpacked")
        return members

    def _read_manifest(self) -> Manifest:
        info = self._members.get(MANIFEST)
        if info is None:
            raise ArchiveError(f"this is not an archive of a municipality: there is no {MANIFEST} in it")
        if info.file_size > LARGEST_MANIFEST:
            raise ArchiveError(f"{MANIFEST} is too large")
        raw = b"".join(self._chunks(MANIFEST))
        _refuse_other_format(raw)
        try:
            return Manifest.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors()[0]
            raise ArchiveError(f"{MANIFEST} is damaged: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error

    def _refuse_strangers(self) -> None:
        named, there = set(self.manifest.members), set(self._members) - {MANIFEST}
        wrong = sorted(name for name in named | there if not MEMBER.fullmatch(name))
        if wrong:
            raise ArchiveError(f"{wrong[0]!r} does not belong into an archive")
        if named - there:
            raise ArchiveError(f"{min(named - there)} is missing")
        if there - named:
            raise ArchiveError(f"{min(there - named)} is not named in the manifest")
        for table in self.manifest.tables:
            if table_member(table.name) not in named:
                raise ArchiveError(f"{table_member(table.name)} is missing")

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._open(name) as member:
            try:
                while chunk := member.read(CHUNK):
                    yield chunk
            except (BadZipFile, zlib.error, EOFError) as error:
                raise ArchiveError(f"{name} is damaged") from error

    def _open(self, name: str) -> IO[bytes]:
        try:
            return self._zip.open(self._members[name])
        except BadZipFile as error:
            raise ArchiveError(f"{name} is damaged") from error


def _refuse_other_format(raw: bytes) -> None:
    try:
        told = json.loads(raw)
    except ValueError as error:
        raise ArchiveError(f"{MANIFEST} is damaged: {error}") from error
    found = told.get("format") if isinstance(told, dict) else None
    if found != FORMAT:
        raise ArchiveError(f"the archive is of format {found!s:.20}; this version of Engagement reads format {FORMAT}")


def _parsed(raw: bytes, place: str, columns: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    if not raw.endswith(b"\n"):
        raise ArchiveError(f"{place} is cut short or too long")
    try:
        line = raw.decode()
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"{place} is damaged: {error}") from error
    if not isinstance(row, dict) or set(row) - {JSON_NULL} != set(columns):
        raise ArchiveError(f"{place} does not have the columns that the manifest says")
    return line, row
