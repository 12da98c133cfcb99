"""Writes exports as Freinet does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

FOLDER = Path(__file__).parents[1] / "data" / "freinet"
DESCRIPTION = "<p>Wir lesen Kindern vor, hören zu und reden über das Gelesene. Wer mag, kommt vorbei.</p>"
OFFER = {
    "einrichtungsname": "Lesewelt Bretten e.V.",
    "einrichtungs_id": "501",
    "angebotsname": "Vorlesen in der Schule",
    "beschreibung": DESCRIPTION,
    "strasse": "Schulgasse 1",
    "plz": "75015",
    "ort": "Bretten",
    "kontaktierbar": "1",
    "anzahl_gesuche": "2",
    "geo_breite": "49.0412",
    "geo_laenge": "8.6802",
    "bearbeitet": "1741185912",
    "erstellt": "1467638340",
}
COLUMNS = [
    "agenturid", "agenturname", "einrichtungsname", "angebotsname", "beschreibung", "wertigkeit", "plz", "ort",
    "kontaktierbar", "avatar", "anzahl_gesuche", "anzahl_aktueller_vermittlungen", "latitude", "longitude", "ortsteil",
    "bearbeitet", "erstellt", "_angebotsId",
]  # fmt: skip
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<angebotsliste agenturId="1">\n'
TAIL = "</angebotsliste>\n"


def offer(number: int | str = 1, **fields: str) -> str:
    """Return one offer of the short layout; give the fields that the test is about."""
    body = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in (OFFER | fields).items())
    return f"<angebot angebotsId={quoteattr(str(number))}>\n{body}</angebot>\n"


def short_xml(offers: Iterable[str]) -> str:
    """Return an export in short XML."""
    return HEAD + "".join(offers) + TAIL


def table(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS) -> str:
    """Return an export in CSV without its byte order mark; what a row does not say is as in ``OFFER``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), delimiter=";", extrasaction="ignore", restval="")
    writer.writeheader()
    usual = {**OFFER, "latitude": "49,0412", "longitude": "8,6802", "_angebotsId": "1"}
    writer.writerows({**usual, **row} for row in rows)
    return text.getvalue()
