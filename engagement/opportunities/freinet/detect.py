"""What kind of file somebody handed over, from its first bytes."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from engagement.opportunities.freinet.errors import BrokenFileError

HEAD = 4096
"""How many bytes are looked at."""


class FileKind(StrEnum):
    """The two ways in which Freinet writes offers; whether XML is short or full shows in each offer."""

    XML = "xml"
    CSV = "csv"


_STRANGERS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel or LibreOffice file; unpack it, or save the table as CSV"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save the table as CSV"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def detect(head: bytes) -> FileKind:
    """Return the kind of the file that begins with ``head``, of which ``HEAD`` bytes are enough.

    Raises:
        BrokenFileError: it is empty or of another kind, which the message names.
    """
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise BrokenFileError("The file is empty.")
    for beginning, name in _STRANGERS:
        if text.startswith(beginning):
            raise BrokenFileError(f"This is no Freinet export but {name}.")
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise BrokenFileError("The file is in UTF-32; save it as UTF-8.")
    if head.startswith(_UTF_16):
        return _detect_utf_16(head)
    if b"\x00" in head:
        raise BrokenFileError("This is no Freinet export: it holds binary data.")
    if _HTML.match(text) or (text.startswith(b"<") and _HTML.search(text)):
        raise BrokenFileError("This is an HTML page, perhaps a login page saved instead of the export.")
    return FileKind.XML if text.startswith(b"<") else _detect_table(text)


def _detect_utf_16(head: bytes) -> FileKind:
    """XML may be in UTF-16, since it can say so; Freinet's tables are in UTF-8."""
    if b"<" in head[:4]:
        return FileKind.XML
    raise BrokenFileError("The file is in UTF-16; save it as CSV in UTF-8.")


def _detect_table(text: bytes) -> FileKind:
    first_line = text.splitlines()[0].lower()
    if b";" in first_line or b"angebotsname" in first_line or b"_angebotsid" in first_line:
        return FileKind.CSV
    raise BrokenFileError(
        "This is no Freinet export: it is neither XML nor a table whose first line names columns separated by “;”."
    )
