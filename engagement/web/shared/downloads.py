"""Tables that somebody takes along as a file."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from flask import Response
from werkzeug.utils import secure_filename

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
    response.headers.set("Content-Disposition", "attachment", filename=secure_filename(f"{name}.{kind}"))
    response.call_on_close(file.close)
    return response


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
