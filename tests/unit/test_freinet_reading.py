"""Reading exports: each layout, every way in which a file can be broken, and files that do not fit into memory."""

from __future__ import annotations

import contextlib
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.opportunities.freinet.errors import BrokenFileError
from engagement.opportunities.freinet.record import FreinetOffer, Layout, Row, UnreadableRow
from engagement.opportunities.freinet.source import opened
from tests.factories.freinet import COLUMNS, FOLDER, HEAD, TAIL, offer, short_xml, table

MEGABYTE = 1024 * 1024
LOL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><angebotsliste>&b;</angebotsliste>'
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><angebotsliste>&x;</angebotsliste>'
)
SUBSET = '<!DOCTYPE angebotsliste SYSTEM "http://example.org/freinet.dtd"><angebotsliste/>'


def read(file: Path) -> list[Row]:
    with opened(file) as rows:
        return list(rows)


def refusal(file: Path) -> str:
    with pytest.raises(BrokenFileError) as caught:
        read(file)
    return str(caught.value)


def test_reads_the_short_layout() -> None:
    rows = read(FOLDER / "short.xml")
    assert [(row.row, row.line) for row in rows] == [(1, 3), (2, 33), (3, 51), (4, 68), (5, 74)]
    first = rows[0]
    assert isinstance(first, FreinetOffer)
    assert first.layout is Layout.SHORT_XML
    assert (first.external_id, first.organisation_id, first.organisation_name) == (
        "1001",
        "501",
        "Lesewelt Bretten e.V.",
    )
    assert first.description.startswith("<p>Liebe Interessierte,</p>\n\n<p>wir")
    assert (first.latitude, first.longitude, first.places_wanted) == ("49.041000", "8.681000", "4")
    assert first.time_frame == ("montags 10&ndash;11 Uhr",)


def test_reads_the_full_layout() -> None:
    (row,) = read(FOLDER / "full.xml")
    assert isinstance(row, FreinetOffer)
    assert row.layout is Layout.FULL_XML
    assert row.fields == ("Alter", "Senioren", "Leben im Alter", "Raumfahrt")
    assert row.districts == ("Bretten-Sprantal",)
    assert row.time_frame == ("nachmittags", "2 Stunden in der Woche")
    assert (row.contact_name, row.contact_email) == ("Maria Muster", "maria@heim.example")
    assert (row.organisation_id, row.organisation_name) == ("601", "Seniorenheim Sonnenhof")
    assert row.organisation_email == "haus@heim.example"
    assert row.description.startswith("<p>Besuchen Sie <b>")


def test_reads_a_table_with_lines_within_fields() -> None:
    first, short, last = read(FOLDER / "table.csv")
    assert isinstance(first, FreinetOffer)
    assert isinstance(last, FreinetOffer)
    assert first.description.startswith('<p>Wir suchen "Lesepaten";</p>')
    assert (first.latitude, first.line) == ("49,041", 2)
    assert short == UnreadableRow(2, 8, "7 columns instead of 18")
    assert (last.external_id, last.row, last.line, last.districts) == ("3001", 3, 9, ("Sprantal",))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "utf-8"), ("latin-1", "ISO-8859-1"), ("utf-16", "UTF-16"), ("cp1252", "windows-1252")],
)
def test_reads_what_is_declared_rightly(tmp_path: Path, encoding: str, declared: str) -> None:
    text = short_xml([offer(angebotsname="Bücher für Jüngere")]).replace('encoding="UTF-8"', f'encoding="{declared}"')
    (tmp_path / "x.xml").write_bytes(text.encode(encoding))
    (row,) = read(tmp_path / "x.xml")
    assert isinstance(row, FreinetOffer)
    assert row.title == "Bücher für Jüngere"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\t", "The file is empty."),
        (b"<!doctype html><html><body>Anmelden</body></html>", "HTML page"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'><html/>", "HTML page"),
        (b"PK\x03\x04" + b"\x00" * 100, "ZIP archive or an Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b'{"angebote": []}', "JSON"),
        (b"Liebe Leute,\nhier die Angebote.", "neither XML nor a table"),
        (b"a;b\x00\x01", "binary"),
        ("angebotsname;ort\n".encode("utf-16"), "UTF-16; save it as CSV in UTF-8"),
        (b"\xff\xfe\x00\x00a", "UTF-32"),
        (b"<rss><channel/></rss>", "outermost element is <rss>"),
        (LOL.encode(), "declares a document type or entities"),
        (OUTSIDE.encode(), "declares a document type or entities"),
        (SUBSET.encode(), "Line 1: the file declares a document type"),
        (
            b"<?xml version='1.0' encoding='klingon'?><angebotsliste/>",
            "Line 1: the encoding of the file cannot be used: unknown encoding: klingon",
        ),
        (
            (HEAD + offer() + "<angebot angebotsId='2'><x></y>").encode(),
            "Line 18, column 30: the XML is broken: mismatched",
        ),
        ((HEAD + offer())[:-30].encode(), "cut off"),
        ((HEAD + offer()).encode(), "Line 18: the file ends in the middle"),
        ((HEAD + "<a>" * 100).encode(), "nested more than"),
        ((HEAD + offer() + TAIL + "mehr").encode(), "junk after document element"),
        (short_xml([offer(ort="Köln")]).encode("latin-1"), "Line 7, byte 300: 0xF6"),
        (short_xml([offer(ort="Köln")]).replace("UTF-8", "ISO-8859-1").encode(), "in ISO-8859-1 but is in UTF-8"),
        (short_xml([offer(ort="Köln")]).encode("utf-16"), "in UTF-8 but is in UTF-16"),
        (short_xml([offer(ort="Köln")]).encode("utf-16-le"), "in UTF-8 but is in UTF-16"),
        (short_xml([offer(beschreibung="a" * 1_100_000)]).encode(), "more than 1,000,000 characters"),
    ],
)
def test_refuses_a_broken_or_foreign_file(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "export").write_bytes(content)
    assert told in refusal(tmp_path / "export")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (table([{}], [name for name in COLUMNS if name != "angebotsname"]), "Line 1: missing column: angebotsname."),
        (table([{}], [name for name in COLUMNS if name[0] not in "_e"]), "_angebotsId, einrichtungsname, erstellt"),
        (table([{}], [*COLUMNS, "plz"]), "column plz is there twice"),
        (table([{}]).replace(";", ","), "must be separated by “;”"),
        (table([{}, {}])[:-100], "cut off"),
        (table([{}]) + '1;2;"offen', "ends inside quotes"),
        (table([{}]) + '1;2;"zu" spät', "Line 3"),
        (table([{"beschreibung": "a" * 200_000}]), "a field is too long"),
        (table([{}]) + "a" * 1_100_000, "longer than 1,000,000 bytes"),
    ],
)
def test_refuses_a_broken_table(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "export.csv").write_text(text, encoding="utf-8-sig", newline="")
    assert told in refusal(tmp_path / "export.csv")


def test_names_the_byte_that_is_not_utf_8(tmp_path: Path) -> None:
    content = table([{}, {"ort": "Köln"}]).encode("latin-1").replace(b"h\xf6ren", b"h?ren").replace(b"\xfcber", b"?ber")
    (tmp_path / "export.csv").write_bytes(content)
    byte = content.index(b"\xf6") + 1
    assert f"Line 3, byte {byte}: 0xF6 is not UTF-8" in refusal(tmp_path / "export.csv")


def test_names_the_byte_however_the_file_is_cut_into_pieces(tmp_path: Path) -> None:
    content = (HEAD + "ä" * 70_000 + "\n" + offer() + TAIL).encode() + b"\xfc"
    (tmp_path / "export.xml").write_bytes(content)
    assert f"Line 20, byte {len(content)}: 0xFC" in refusal(tmp_path / "export.xml")


def test_refuses_what_is_no_file(tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)
    assert "cannot be opened: No such file" in refusal(tmp_path / "nowhere.xml")


def test_refuses_a_zipped_export(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(FOLDER / "short.xml")
    assert "unpack it" in refusal(tmp_path / "export.zip")


def test_an_empty_list_holds_no_offers(tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_text(short_xml([]), encoding="utf-8")
    assert read(tmp_path / "export.xml") == []


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 2000))
def test_any_damage_is_either_harmless_or_told(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    file = tmp_path_factory.mktemp("damage") / "export"
    for name in ("short.xml", "full.xml", "table.csv"):
        content = (FOLDER / name).read_bytes()
        file.write_bytes(content[:place] + noise + content[place:])
        with contextlib.suppress(BrokenFileError):
            assert isinstance(read(file), list)


@pytest.mark.parametrize("layout", ["xml", "csv"])
def test_memory_stays_flat_whatever_the_size(tmp_path: Path, layout: str) -> None:
    file = tmp_path / f"export.{layout}"
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(_endless(layout, 20 * MEGABYTE))
    tracemalloc.start()
    with opened(file) as rows:
        count = sum(1 for _ in rows)
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 1_000
    assert peak < 3 * MEGABYTE


def _endless(layout: str, size: int) -> Iterator[str]:
    long = "<p>" + "Wir suchen Menschen mit Zeit. " * 400 + "</p>"
    part = offer(beschreibung=long) if layout == "xml" else table([{"beschreibung": long}]).split("\n", 1)[1]
    yield HEAD if layout == "xml" else table([])
    for _ in range(size // len(part)):
        yield part
    yield TAIL if layout == "xml" else ""
