"""What an archive looks like: a ZIP file with a manifest, a line of JSON for each row, and each file under its digest.

ZIP, since it is written and read as a stream, member by member with flat memory, lets a reader find and check the
manifest before anything else, and opens on every desk.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from engagement.kernel.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
README = "README.txt"
TENANT = "tenant"
MEMBER = re.compile(r"README\.txt|tables/[a-z][a-z0-9_]*\.jsonl|files/[0-9a-f]{64}")
DIGEST = re.compile(r"[0-9a-f]{64}")
JSON_NULL = "json null"
"""Names, in a row's line, the columns that hold JSON's own null, which is not the same as an empty column."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ArchiveError(DomainError):
    """The archive cannot be used; the message says what is wrong with it, and where."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Strict):
    """How long a member is once unpacked, and its SHA-256."""

    size: int = Field(ge=0)
    sha256: Digest


class TableEntry(_Strict):
    """A table's rows; ``columns`` are the keys of each line, the tenant itself left out."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    columns: tuple[str, ...]
    rows: int = Field(ge=0)


class DerivedEntry(_Strict):
    """A table that is made anew from the others, not carried along: how it looked, for comparison."""

    name: str
    rows: int
    sha256: Digest


class Manifest(_Strict):
    """What an archive says of itself.

    Args:
        format: of the archive, a number that grows when older programs could not read it.
        product: version of Engagement that wrote it.
        schema_revision: the database's, which must be the same where it is read.
        exported_at: when it was written.
        slug: the tenant's short name.
        name: the municipality's.
        hosts: host names, the canonical one first.
        tables: in an order in which every row finds what it points to.
        derived: see ``DerivedEntry``.
        left_out: columns and tables that mean nothing outside of the installation.
        members: all other members of the archive.
    """

    format: int
    product: str
    schema_revision: str
    exported_at: datetime
    slug: str
    name: str
    hosts: tuple[str, ...]
    tables: tuple[TableEntry, ...]
    derived: tuple[DerivedEntry, ...]
    left_out: tuple[str, ...]
    members: dict[str, Member]


def table_member(table: str) -> str:
    """Return where the rows of ``table`` are."""
    return f"tables/{table}.jsonl"


def file_member(digest: str) -> str:
    """Return where the content with this SHA-256 is."""
    return f"files/{digest}"


def readme(name: str) -> str:
    """Return what a person who comes upon the file should know."""
    return README_TEXT.replace("NAME", name)


README_TEXT = """NAME

DEUTSCH
Diese Datei enthält alles, was die Kommune NAME auf ihrer Engagement-Plattform gespeichert hat: Angebote,
Organisationen, Konten, Anfragen, Nachrichten, Bilder und das Protokoll der Änderungen.

ACHTUNG: Sie enthält personenbezogene Daten, Prüfwerte von Passwörtern und den Schlüssel, mit dem Links in E-Mails
unterschrieben sind. Bewahren Sie sie verschlüsselt auf, geben Sie sie nur an Berechtigte weiter und löschen Sie sie,
sobald sie nicht mehr gebraucht wird (Artikel 5 und 32 DSGVO).

  manifest.json     was enthalten ist, mit Prüfsummen (SHA-256)
  tables/*.jsonl    eine Zeile JSON je Datensatz
  files/*           Bilder und andere Dateien, benannt nach ihrer Prüfsumme

Einlesen in eine andere Installation: engagement tenant import DATEI

ENGLISH
This file holds everything that the municipality of NAME keeps on its Engagement platform: offers, organisations,
accounts, requests, messages, pictures and the log of changes.

CAUTION: it holds personal data, password hashes and the key that signs the links in mails. Keep it encrypted, hand it
to nobody who is not entitled to it, and delete it once it is no longer needed (articles 5 and 32 GDPR).

  manifest.json     what is in it, with checksums (SHA-256)
  tables/*.jsonl    one line of JSON a row
  files/*           pictures and other files, named by their checksum

To read it into another installation: engagement tenant import FILE
"""
