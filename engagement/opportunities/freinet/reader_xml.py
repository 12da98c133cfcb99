"""Reading Freinet's XML piece by piece: at no time is more than one offer in memory.

Document types, entities and references to other files are refused, so no file can blow up or reach out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from engagement.opportunities.freinet.errors import BrokenFileError
from engagement.opportunities.freinet.record import FreinetOffer, Layout

CHUNK = 64 * 1024
MOST_CHARACTERS = 1_000_000
"""In one offer; real ones stay below 10,000."""
DEEPEST = 30
DEPTH_OF_OFFER = 2
"""The list, and the offer in it."""
ROOT = "angebotsliste"
OFFER = "angebot"
DETAILS = "angebot_details"
ORGANISATION = "einrichtung_details"

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_BYTE_ORDER_MARKS = b"\xef\xbb\xbf\xff\xfe"
_ONE_BYTE_ENCODINGS = ("iso8859", "latin", "cp125", "windows")


def read_xml(stream: BinaryIO) -> Iterator[FreinetOffer]:
    """Yield the offers of an export in their order.

    Raises:
        BrokenFileError: the XML is malformed, cut off, wrongly encoded, of another kind or dangerous.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    collector = _Collector(parser)
    parser.setContentHandler(collector)
    encoding = None
    while chunk := stream.read(CHUNK):
        encoding = encoding or _Encoding(chunk)
        encoding.check(chunk)
        _parse(parser, chunk)
        yield from collector.take()
    if encoding:
        encoding.check_end()
    _parse(parser, None)
    yield from collector.take()


def _parse(parser: DefusedExpatParser, chunk: bytes | None) -> None:
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except DefusedXmlException as error:
        raise BrokenFileError(
            f"Line {parser.getLineNumber()}: the file declares a document type or entities, which is refused because "
            "such files can be made to exhaust the memory or to read other files. Freinet writes none."
        ) from error
    except (LookupError, ValueError) as error:  # from the codec that the first line asks for
        raise BrokenFileError(f"Line 1: the encoding of the file cannot be used: {error}.") from error
    except SAXParseException as error:
        line, column = error.getLineNumber(), error.getColumnNumber()
        if chunk is None:
            raise BrokenFileError(
                f"Line {line}: the file ends in the middle, it was probably cut off while it was saved."
            ) from error
        column = (column or 0) + 1
        raise BrokenFileError(f"Line {line}, column {column}: the XML is broken: {error.getMessage()}.") from error


class _Encoding:
    """Holds what the file says of its encoding against its bytes, for which the parser has only "invalid token"."""

    def __init__(self, head: bytes) -> None:
        is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<"))
        found = _DECLARED.match(head[:400].replace(b"\x00", b"").lstrip(_BYTE_ORDER_MARKS))
        self.declared = found[1].decode("ascii") if found else "UTF-8"
        normal = self.declared.lower().replace("-", "").replace("_", "")
        if is_wide and found and not normal.startswith("utf16"):
            raise BrokenFileError(
                f"Line 1: the file says that it is in {self.declared} but is in UTF-16; save it as UTF-8."
            )
        self._is_utf8 = not is_wide and normal in {"utf8", "usascii", "ascii"}
        self._may_be_utf8 = not is_wide and normal.startswith(_ONE_BYTE_ENCODINGS)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._lines, self._bytes, self._pending = 1, 0, 0
        self._has_umlauts = False

    def check(self, chunk: bytes) -> None:
        """Take the next piece."""
        if not (self._is_utf8 or self._may_be_utf8):
            return
        self._has_umlauts = self._has_umlauts or not chunk.isascii()
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError as error:
            self._refuse(chunk, error)
        self._pending = len(self._decoder.getstate()[0])
        self._lines += chunk.count(b"\n")
        self._bytes += len(chunk)

    def check_end(self) -> None:
        """Refuse a file that says Latin-1 and is UTF-8 throughout: it would read "FÃ¼r"."""
        if self._may_be_utf8 and self._has_umlauts and not self._pending:
            raise BrokenFileError(
                f"Line 1: the file says that it is in {self.declared} but is in UTF-8; correct its first line."
            )

    def _refuse(self, chunk: bytes, error: UnicodeDecodeError) -> None:
        if not self._is_utf8:
            self._may_be_utf8 = False
            return
        place = max(error.start - self._pending, 0)
        line = self._lines + chunk[:place].count(b"\n")
        byte = self._bytes + error.start - self._pending + 1
        raise BrokenFileError(
            f"Line {line}, byte {byte}: 0x{error.object[error.start]:02X} is not UTF-8, although the file says so. "
            "It may be in Latin-1 or Windows-1252; save it as UTF-8 or name its encoding in the first line."
        ) from error


class _Collector(ContentHandler):
    """Gathers the texts of the offer at hand under their paths, e.g. ``angebot_details/zielgruppen/element``."""

    def __init__(self, parser: DefusedExpatParser) -> None:
        super().__init__()
        self._parser = parser
        self._path: list[str] = []
        self._texts = _Texts()
        self._text: list[str] = []
        self._characters = 0
        self._line = 0
        self._rows = 0
        self._done: list[FreinetOffer] = []

    def take(self) -> list[FreinetOffer]:
        """Hand over the offers that are complete."""
        done, self._done = self._done, []
        return done

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name is SAX's
        if not self._path and name != ROOT:
            raise BrokenFileError(
                f"Line {self._at()}: this is no Freinet export: its outermost element is <{name}>, not <{ROOT}>."
            )
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise BrokenFileError(f"Line {self._at()}: elements are nested more than {DEEPEST} deep.")
        if self._is_offer():
            self._begin(attrs)
        elif self._key() == ORGANISATION:
            self._keep(f"{ORGANISATION}@", attrs.get("einrichtungsId", attrs.get("einrichtungs_id", "")))
        self._text = []

    def characters(self, content: str) -> None:
        self._characters += len(content)
        if self._characters > MOST_CHARACTERS:
            raise BrokenFileError(f"Line {self._at()}: one offer holds more than {MOST_CHARACTERS:,} characters.")
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - the signature is SAX's
        if self._is_offer():
            self._done.append(_offer(self._texts, self._rows, self._line))
            self._texts = _Texts()
        else:
            self._keep(self._key(), "".join(self._text))
        self._characters = 0 if len(self._path) <= DEPTH_OF_OFFER else self._characters
        self._text = []
        self._path.pop()

    def _begin(self, attrs: AttributesImpl) -> None:
        self._rows += 1
        self._line = self._at()
        self._characters = 0
        self._texts = _Texts({"@": [attrs.get("angebotsId", "")]})

    def _keep(self, key: str, text: str) -> None:
        if key and text.strip():
            self._texts.setdefault(key, []).append(text.strip())

    def _is_offer(self) -> bool:
        return self._path == [ROOT, OFFER]

    def _key(self) -> str:
        return "/".join(self._path[2:])

    def _at(self) -> int:
        return int(self._parser.getLineNumber() or 1)


class _Texts(dict[str, list[str]]):
    """What an offer says under which path; the full layout keeps most of it one level deeper than the short one."""

    @property
    def layout(self) -> Layout:
        is_full = any(path.startswith((f"{DETAILS}/", ORGANISATION)) for path in self)
        return Layout.FULL_XML if is_full else Layout.SHORT_XML

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(self.get(f"{DETAILS}/{name}/element") or self.get(f"{DETAILS}/{name}") or self.get(name) or ())

    def one(self, name: str) -> str:
        return next(iter(self.every(name)), "")

    def of_organisation(self, name: str) -> str:
        return next(iter(self.get(f"{ORGANISATION}/{name}", ())), "")


def _offer(texts: _Texts, row: int, line: int) -> FreinetOffer:
    one, every = texts.one, texts.every
    return FreinetOffer(
        row=row,
        line=line,
        layout=texts.layout,
        external_id=texts["@"][0].strip() or one("angebotsId"),
        title=one("angebotsname"),
        summary=one("kurz_beschreibung"),
        description=one("beschreibung"),
        street=one("strasse"),
        postcode=one("plz"),
        city=one("ort"),
        districts=(*every("ortsteil"), *every("stadtteile")),
        latitude=one("geo_breite"),
        longitude=one("geo_laenge"),
        contactable=one("kontaktierbar"),
        time_frame=(*every("zeitlicherrahmen"), *every("zeitspenden"), *every("termine")),
        places_wanted=one("anzahl_gesuche"),
        edited=one("bearbeitet"),
        created=one("erstellt"),
        **_more_of_full_layout(texts),
        **_organisation(texts),
    )


def _more_of_full_layout(texts: _Texts) -> dict[str, Any]:
    one, every = texts.one, texts.every
    return {
        "fields": every("handlungsfelder"),
        "target_groups": every("zielgruppen"),
        "requirements": "\n\n".join(every("anforderungen")),
        "benefits": "\n\n".join(every("leistungen")),
        "accessibility": "\n".join(every("barrierefreiheit")),
        "website": one("homepage"),
        "contact_name": f"{one('vorname')} {one('nachname')}".strip(),
        "contact_email": one("email"),
        "contact_phone": one("telefon") or one("mobil"),
    }


def _organisation(texts: _Texts) -> dict[str, Any]:
    of_it = texts.of_organisation
    given_id = next(iter(texts.get(f"{ORGANISATION}@", ())), "") or of_it("einrichtungs_id")
    return {
        "organisation_id": given_id or texts.one("einrichtungs_id"),
        "organisation_name": of_it("name") or texts.one("einrichtungsname"),
        "organisation_description": of_it("beschreibung"),
        "organisation_street": of_it("strasse"),
        "organisation_postcode": of_it("plz"),
        "organisation_city": of_it("ort"),
        "organisation_email": of_it("email"),
        "organisation_phone": of_it("telefon"),
        "organisation_website": of_it("homepage"),
    }
