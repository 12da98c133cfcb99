"""Public offers in Freinet's own forms: what is written here, the import reads back as it was.

Organisations are named, not numbered: their numbers in Freinet are not public here, and a number of ours would be taken
for one of Freinet's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from engagement.catalogue.outward import OutwardEntry
from engagement.kernel.geo import Point
from engagement.kernel.markdown import render_markdown
from engagement.kernel.tables import Cell
from engagement.opportunities.freinet.html import to_line
from engagement.opportunities.freinet.organisations import SOURCE
from engagement.opportunities.freinet.reader_xml import OFFER, ROOT
from engagement.opportunities.kinds import PlaceKind
from engagement.tenancy.queries import Vocabulary

COLUMNS = (
    "agenturid", "agenturname", "einrichtungsname", "angebotsname", "beschreibung", "wertigkeit", "plz", "ort",
    "kontaktierbar", "avatar", "anzahl_gesuche", "anzahl_aktueller_vermittlungen", "latitude", "longitude", "ortsteil",
    "bearbeitet", "erstellt", "_angebotsId",
    "kurz_beschreibung", "strasse", "termine", "handlungsfelder", "zielgruppen", "beginn", "ende", "adresse",
)  # fmt: skip
"""Freinet's own, in its order, then ours; Freinet passes over what it does not know."""
ANYWHERE = "online"
UNKNOWN = "0.000000"
CONTACTABLE = "1"
OURS = "E"
"""Before the number of an offer that has none in Freinet, so that the two never meet."""
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def short_xml(entries: Iterable[OutwardEntry], words: Vocabulary) -> bytes:
    """Return the offers as an export in short XML."""
    root = Element(ROOT)
    for entry in entries:
        node = SubElement(root, OFFER, {"angebotsId": number_of(entry)})
        for name, value in _fields(entry, words).items():
            SubElement(node, name).text = _NOT_IN_XML.sub("", value) or None
    count = str(len(root))
    root.attrib.update({"GesamtAnzahlErgebnisse": count, "anzahlErgebnisse": count})
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def row_of(entry: OutwardEntry, words: Vocabulary, agency: str, address: str) -> tuple[Cell, ...]:
    """Return an offer as a row of ``COLUMNS``.

    Args:
        entry: the offer.
        words: the town's vocabulary.
        agency: who publishes the table.
        address: of the offer's page.
    """
    fields, point = _fields(entry, words), own_point(entry, words)
    cells: dict[str, Cell] = {
        **{name: fields[name] for name in COLUMNS if name in fields},
        "agenturname": agency,
        "anzahl_gesuche": entry.places or 0,
        "latitude": point.latitude if point else UNKNOWN,
        "longitude": point.longitude if point else UNKNOWN,
        "bearbeitet": _second(entry.updated_at),
        "erstellt": _second(entry.published_at),
        "_angebotsId": number_of(entry),
        "handlungsfelder": ", ".join(entry.category_names),
        "zielgruppen": ", ".join(entry.target_group_names),
        "beginn": entry.starts_at,
        "ende": entry.ends_at,
        "adresse": address,
    }
    return tuple(cells.get(name) for name in COLUMNS)


def number_of(entry: OutwardEntry) -> str:
    """Return the number by which Freinet knows an offer again."""
    source = entry.source
    return source["id"] if source and source["system"] == SOURCE else f"{OURS}{entry.opportunity_id}"


def own_point(entry: OutwardEntry, words: Vocabulary) -> Point | None:
    """Return the point of the place itself; the catalogue also holds that of its part of town or its postcode."""
    if entry.place_kind != PlaceKind.ADDRESS or entry.latitude is None or entry.longitude is None:
        return None
    point, district = Point(entry.latitude, entry.longitude), words.district(entry.district_id)
    lent = {district.point if district else None, words.postcode_point(str(entry.facts.get("postcode") or ""))}
    return None if point in lent else point


def _fields(entry: OutwardEntry, words: Vocabulary) -> dict[str, str]:
    facts, point = entry.facts, own_point(entry, words)
    remote = entry.place_kind == PlaceKind.REMOTE
    place = {
        "strasse": _html(facts.get("street")),
        "plz": _html(facts.get("postcode")),
        "ort": _html(facts.get("city")),
        "ortsteil": _html(entry.district_name),
    }
    return {
        "einrichtungsname": _html(entry.organisation_name),
        "angebotsname": _html(entry.title),
        "kurz_beschreibung": _html(entry.summary),
        "beschreibung": str(render_markdown(str(facts.get("description") or ""))),
        **(place if not remote else dict.fromkeys(place, "") | {"ort": ANYWHERE}),
        "kontaktierbar": CONTACTABLE,
        "termine": _html(facts.get("time_note")),
        "anzahl_gesuche": str(entry.places or 0),
        "geo_breite": repr(point.latitude) if point else UNKNOWN,
        "geo_laenge": repr(point.longitude) if point else UNKNOWN,
        "bearbeitet": str(int(entry.updated_at.timestamp())),
        "erstellt": str(int(entry.published_at.timestamp())),
    }


def _html(text: object) -> str:
    """Return plain text as the HTML that Freinet's fields hold; most of it reads the same."""
    plain = str(text or "")
    return plain if to_line(plain) == plain else html.escape(plain, quote=False)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
