"""Tables that somebody takes along as a file, whose name survives the letters of every language."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import quote

from flask import Response

from engagement.kernel.tables import FileKind, Table, write_table
from engagement.web.shared.headers import keep_private

PIECE = 64 * 1024


def table_file(name: str, kind: FileKind, table: Table) -> Response:
    """Return the answer that hands a table out.

    The table is written as a whole before the answer begins: one that breaks off halfway would look complete, and a
    reader on a slow line must not hold a transaction. It waits on disk, in a file without a name, not in memory.

    Args:
        name: of the file, in the reader's words, without its end.
        kind: of the file.
        table: what it holds.

    Raises:
        TypeError: a cell is of another kind than a table can hold.
        ValueError: there are more rows than the kind takes.
    """
    keep_private()
    file = _written(table, kind)
    response = Response(_pieces(file), mimetype=kind.media_type)
    response.content_length = file.tell()
    response.headers.set("Content-Disposition", "attachment", **_names(f"{name}.{kind}"))
    response.call_on_close(file.close)
    return response


def _names(name: str) -> dict[str, str]:
    """Return a file's name as the parameters of its header.

    A name with letters beyond ASCII is sent encoded, beside one without them for programs that know no better
    (RFC 6266, appendix D; RFC 8187).
    """
    plain = name.encode("ascii", "ignore").decode().lstrip("-")
    return {"filename": plain} if plain == name else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}


def _written(table: Table, kind: FileKind) -> BinaryIO:
    file = TemporaryFile()  # noqa: SIM115 - it is closed once it has been read, or here
    try:
        write_table(table, kind, file)
    except BaseException:
        file.close()
        raise
    return file


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
