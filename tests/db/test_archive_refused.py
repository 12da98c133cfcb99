"""Archives that are damaged, hostile, or not for this installation: refused with a reason, leaving nothing behind."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from sqlalchemy import URL

from engagement.kernel.db import current_session, open_for_tenant
from engagement.kernel.errors import ConflictError, InvalidInputError
from engagement.kernel.files import keep_file
from engagement.kernel.migration import metadata
from engagement.tenancy.archive import tables
from engagement.tenancy.archive.layout import ArchiveError
from engagement.tenancy.archive.loader import Place
from tests.factories.people import make_organisation
from tests.support.archives import changed, everything, export, load, packed, unpacked

ELSEWHERE = Place("anderswo", ("anderswo.example",))
CATEGORIES = "tables/category.jsonl"


@pytest.fixture
def archive(app: Flask, bretten: int) -> bytes:
    with app.app_context():
        open_for_tenant(current_session(), bretten)
        make_organisation(current_session(), "Lesebrücke", phone="07252 4711")
        keep_file(current_session(), b"a picture", "image/webp", width=1, height=1)
        current_session().commit()
    return export(app, bretten)


def without(archive: bytes, name: str) -> bytes:
    members = unpacked(archive)
    del members[name]
    return packed(members, honest=False)


def with_manifest(archive: bytes, **changes: object) -> bytes:
    return changed(archive, "manifest.json", lambda raw: json.dumps(json.loads(raw) | changes).encode(), honest=False)


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


def bomb(archive: bytes) -> bytes:
    target = io.BytesIO(archive)
    with ZipFile(target, "a") as members:
        members.writestr("files/" + "0" * 64, b"\0" * 30_000_000, ZIP_DEFLATED)
    return target.getvalue()


def added(archive: bytes, name: str, *, honest: bool = True) -> bytes:
    return packed({**unpacked(archive), name: b"x"}, honest=honest)


def twice(archive: bytes) -> bytes:
    target = io.BytesIO(archive)
    with ZipFile(target, "a") as members, pytest.warns(UserWarning, match="Duplicate"):
        members.writestr("README.txt", b"x")
    return target.getvalue()


def encrypted(archive: bytes) -> bytes:
    """Say of the first member that it is encrypted, where the directory at the end tells of it."""
    place = archive.index(b"PK\x01\x02") + 8
    return archive[:place] + struct.pack("<H", 1) + archive[place + 2 :]


def words(change: Callable[[bytes], bytes], *, honest: bool = True) -> Callable[[bytes], bytes]:
    """Change the lines of the categories."""
    return lambda archive: changed(archive, CATEGORIES, change, honest=honest)


def packed_without_manifest(archive: bytes) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as members:
        for name, content in unpacked(archive).items():
            if name != "manifest.json":
                members.writestr(name, content)
    return target.getvalue()


def raw_manifest(archive: bytes, raw: bytes) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as members:
        for name, content in {**unpacked(archive), "manifest.json": raw}.items():
            members.writestr(name, content)
    return target.getvalue()


def file_of(archive: bytes) -> str:
    return next(name for name in unpacked(archive) if name.startswith("files/"))


def another_file(lines: bytes) -> bytes:
    row = json.loads(lines)
    return json.dumps(row | {"content": "b" * 64}).encode() + b"\n"


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no archive": (lambda _: b"nonsense", "not an archive"),
    "cut short": (lambda a: a[: len(a) // 2], "not an archive"),
    "no manifest": (packed_without_manifest, "no manifest.json"),
    "a wrong checksum": (words(swap(b"Bildung", b"Bilbung"), honest=False), "checksum"),
    "a newer format": (lambda a: with_manifest(a, format=2), "format 2; .* reads format 1"),
    "a newer schema": (lambda a: with_manifest(a, schema_revision="9999"), "at 9999.*update this installation first"),
    "an older schema": (lambda a: with_manifest(a, schema_revision="0001"), "at 0001.*export it again"),
    "an unknown key": (lambda a: with_manifest(a, colour="red"), "manifest.json is damaged: colour"),
    "no JSON as manifest": (lambda a: raw_manifest(a, b"{"), "manifest.json is damaged"),
    "another table": (lambda a: with_manifest(a, tables=[]), "does not name the tables"),
    "a member less": (lambda a: without(a, CATEGORIES), "category.jsonl is missing"),
    "a member more": (lambda a: added(a, "files/" + "a" * 64, honest=False), "not named in the manifest"),
    "a path outside": (lambda a: added(a, "../../etc/passwd"), "does not belong"),
    "an absolute path": (lambda a: added(a, "/etc/passwd"), "does not belong"),
    "a member twice": (twice, "twice"),
    "an encrypted member": (encrypted, "encrypted"),
    "a bomb": (bomb, "beyond all measure"),
    "damaged JSON": (words(swap(b'"bildung', b"bildung")), r"category\.jsonl, line 2 is dam"),
    "not UTF-8": (words(swap(b"Bildung", b"Bild\xff")), r"category\.jsonl, line 2 is damaged"),
    "no line": (words(lambda c: c[:-5]), "line 4 is cut short"),
    "a line too few": (words(lambda c: c[: c.index(b"\n") + 1]), "1 lines where .* says 4"),
    "another column": (words(swap(b'"name"', b'"nome"')), "line 1 does not have the columns"),
    "no number": (words(swap(b'"position":1', b'"position":"x"')), "line 2: .*refuses.*integer"),
    "a zero byte": (words(swap(b"Bildung", rb"Bild\u0000")), "line 2: the database refuses it"),
    "an id twice": (words(lambda c: re.sub(rb'"id":\d+', b'"id":1', c)), "line 2: .*duplicate key"),
    "a false file": (lambda a: changed(a, file_of(a), lambda _: b"else"), "not what its name says"),
    "a missing file": (lambda a: changed(a, "tables/stored_file.jsonl", another_file), "not in the archive"),
    "two towns": (lambda a: changed(a, "tables/tenant.jsonl", lambda c: c * 2), "2 lines where .* says 1"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda name: name.replace(" ", "-"))
def test_a_damaged_archive_is_refused_and_leaves_nothing(
    app: Flask, database_url: URL, archive: bytes, damage: str
) -> None:
    change, told = DAMAGES[damage]
    before = everything(database_url)
    with pytest.raises(ArchiveError, match=told):
        load(app, change(archive), ELSEWHERE)
    assert everything(database_url) == before


def test_an_untouched_archive_is_taken(app: Flask, archive: bytes) -> None:
    """Otherwise the refusals above would prove nothing."""
    assert load(app, packed(unpacked(archive)), ELSEWHERE).slug == "anderswo"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place(), "a tenant named bretten"),
        (Place("anderswo"), r"already in use by another tenant: bretten\.localhost"),
        (Place(hosts=("anderswo.example",)), "a tenant named bretten"),
    ],
)
def test_taken_names_are_refused(app: Flask, database_url: URL, archive: bytes, place: Place, told: str) -> None:
    before = everything(database_url)
    with pytest.raises(ConflictError, match=told):
        load(app, archive, place)
    assert everything(database_url) == before


def test_malformed_names_are_refused(app: Flask, archive: bytes) -> None:
    with pytest.raises(InvalidInputError, match="host name"):
        load(app, archive, Place("anderswo", ("https://anderswo.example",)))


def test_what_only_the_installation_can_read_stays_behind(
    app: Flask, archive: bytes, bretten: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(metadata().tables["organisation"].c.phone.info, tables.BOUND, True)
    bound = export(app, bretten)
    assert b"07252 4711" in unpacked(archive)["tables/organisation.jsonl"]
    assert b"07252 4711" not in b"".join(unpacked(bound).values())
    assert "organisation.phone" in load(app, bound, ELSEWHERE).left_out


def test_a_sealed_column_is_marked_as_bound_to_the_installation() -> None:
    names = {f"{table.name}.{column.name}" for table in tables.owned_tables() for column in table.c
             if any(word in column.name for word in ("sealed", "encrypted", "cipher"))}  # fmt: skip
    assert names <= set(tables.left_out())
