"""A town moves to another installation: with every row and every file, and with nothing of anybody else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, Column, ForeignKey, ForeignKeyConstraint, Integer, MetaData, Table, select, text

from engagement.accounts.links import LinkState, new_link, state_of_link
from engagement.accounts.models import Account
from engagement.applications.links import follow_token
from engagement.cli.demo.content import load_cities
from engagement.cli.demo.seed import ADMIN, PASSWORD, address
from engagement.kernel.db import ScopeError, current_session, open_for_tenant
from engagement.kernel.files import keep_file
from engagement.kernel.migration import metadata, owner_connection
from engagement.kernel.settings import Settings
from engagement.kernel.variants import MAKE
from engagement.mail.service import Postbox
from engagement.opportunities.models import Opportunity
from engagement.opportunities.publication import rebuild
from engagement.tenancy.archive import tables
from engagement.tenancy.archive.layout import Manifest
from engagement.tenancy.archive.loader import Place
from engagement.tenancy.archive.writer import export_tenant
from engagement.tenancy.models import Category
from engagement.tenancy.queries import own_tenant, tenant_by_slug
from tests.factories.applications import make_application
from tests.support.archives import TABLES, all_rows, export, load, made_anew, second_installation, unpacked
from tests.support.jobs import jobs
from tests.support.pages import CheckedClient
from tests.support.rows import fill
from tests.support.seeded import seed_towns

pytestmark = pytest.mark.xdist_group("seeded")

BRETTEN = next(city for city in load_cities() if city.slug == "bretten")
PICTURES = (b"RIFF\x00\x01\xff WEBP of Bretten", b"another \xff\xfe picture")
ODD = Path(__file__).parents[1] / "data" / "odd_values.sql"


@pytest.fixture
def second(server: URL, run_id: str, worker_id: str, settings: Settings) -> Iterator[tuple[Flask, URL]]:
    with second_installation(server, run_id, worker_id, settings) as made:
        yield made


@pytest.fixture
def towns(app: Flask, settings: Settings, database_url: URL) -> tuple[int, int]:
    """Bretten with pictures and odd values, and Ettlingen beside it."""
    seed_towns(app, settings, database_url, load_cities())
    with app.app_context():
        session = current_session()
        towns = [tenant_by_slug(session, slug) for slug in ("ettlingen", "bretten")]
        ids = [town.id for town in towns if town]
        open_for_tenant(session, ids[1])
        for content in PICTURES:
            keep_file(session, content, "image/webp", width=3, height=2)
        rebuild(session)  # the catalogue keeps stems of offers that are gone until it is made anew
        session.commit()
    with owner_connection(database_url) as connection:
        connection.connection.driver_connection.execute(ODD.read_text("utf-8").replace(":id", str(ids[1])))
        connection.commit()
    return ids[1], ids[0]


def test_every_row_and_file_arrives_and_nothing_of_the_neighbour(
    app: Flask, towns: tuple[int, int], database_url: URL, second: tuple[Flask, URL]
) -> None:
    bretten, ettlingen = towns
    archive = export(app, bretten)
    there, url = second
    with owner_connection(url) as connection:
        connection.execute(text("SELECT setval('tenant_id_seq', 700)"))
        connection.commit()
    done = load(there, archive)
    assert (done.tenant_id, done.slug, done.changed) == (701, "bretten", ())

    before, after = all_rows(database_url, bretten), all_rows(url, done.tenant_id)
    assert {name for name, rows in before.items() if len(rows) > 20} >= {
        "opportunity", "organisation", "audit_record", "catalogue_entry", "catalogue_stem",
    }  # fmt: skip
    for name, rows in before.items():
        assert after[name] == rows, name
    members = unpacked(archive)
    files = {content for name, content in members.items() if name.startswith("files/")}
    assert files > set(PICTURES)
    with owner_connection(url) as connection:
        assert {bytes(one) for one in connection.scalars(text("SELECT content FROM stored_file"))} == files
        ordered = connection.scalar(text("SELECT count(*) FROM picture_variant WHERE content IS NULL"))
    with owner_connection(database_url) as connection:
        there_before = text("SELECT count(*) FROM picture_variant WHERE tenant_id = :id")
        assert 0 < ordered <= connection.scalar(there_before, {"id": bretten})
    assert done.files == len(files)
    assert {job["args"]["tenant_id"] for job in jobs(url, MAKE)} == {done.tenant_id}

    everything = b"\n".join(members.values()).decode("latin-1").lower()
    assert "ettlingen" not in everything
    strange = all_rows(database_url, ettlingen)
    for table in ("organisation", "account", "tenant_key"):
        for row in strange[table]:
            for column in ("name", "email", "secret"):
                value = row.get(column)
                if value and value not in {one.get(column) for one in before[table]}:
                    assert (
                        json.dumps(value, ensure_ascii=False).strip('"').encode()
                        not in members[f"tables/{table}.jsonl"]
                    )


def test_what_people_hold_in_their_hands_works_after_the_move(
    app: Flask, towns: tuple[int, int], second: tuple[Flask, URL]
) -> None:
    with app.app_context():
        session = current_session()
        open_for_tenant(session, towns[0])
        kit = app.extensions["engagement"]
        post = Postbox(own_tenant(session), kit.links, "", kit.signer)
        offer = session.scalars(select(Opportunity).where(Opportunity.state == "published").limit(1)).one()
        guest = make_application(session, offer)
        followed = f"/mitmachen/anfrage/{follow_token(post, guest.id)}"
        admin = session.scalars(select(Account).where(Account.email == address(ADMIN, BRETTEN))).one()
        signing_in = new_link(session, kit.signer, admin.id)
        session.commit()
    there, _ = second
    load(there, export(app, towns[0]))

    client = there.test_client()
    assert isinstance(client, CheckedClient)
    client.host = BRETTEN.host
    assert guest.name in client.get(followed).get_data(as_text=True)
    assert offer.title in client.get(f"/angebote/{offer.id}-{offer.slug}").get_data(as_text=True)
    assert client.get("/angebote?q=garten").status_code == 200
    with there.app_context():
        session = current_session()
        found = tenant_by_slug(session, "bretten")
        assert found
        open_for_tenant(session, found.id)
        token = signing_in.rpartition("/")[2]
        assert state_of_link(session, there.extensions["engagement"].signer, token) is LinkState.GOOD
        session.rollback()
    answer = client.post("/anmelden", data={"email": address(ADMIN, BRETTEN), "password": PASSWORD, "how": "password"})
    assert answer.status_code in {302, 303}, answer.get_data(as_text=True)
    assert client.get("/verwaltung/").status_code == 200


def test_a_second_round_gives_the_same_archive(app: Flask, towns: tuple[int, int], second: tuple[Flask, URL]) -> None:
    there, _ = second
    first = export(app, towns[0])
    again = export(there, load(there, first).tenant_id)
    mark = re.compile(rb'"exported_at": ?"[^"]*"')
    left, right = unpacked(first), unpacked(again)
    assert list(left) == list(right)
    for name, content in left.items():
        assert mark.sub(b"", right[name]) == mark.sub(b"", content), name


def test_every_table_of_the_database_moves_whatever_it_is(
    app: Flask, database_url: URL, second: tuple[Flask, URL]
) -> None:
    """The tables come from the database's own catalogue: one that is added later is in this test from its first day."""
    with owner_connection(database_url) as connection:
        for tenant_id in (1, 2):
            fill(connection, tenant_id)
        names = set(connection.scalars(text(TABLES)))
        connection.commit()
    archive = export(app, 2)
    manifest = Manifest.model_validate_json(unpacked(archive)["manifest.json"])
    elsewhere = {table.name for table in metadata().sorted_tables if tables.points_elsewhere(table)}
    derived = {entry.name for entry in manifest.derived}
    carried = {entry.name for entry in manifest.tables}
    assert derived == {"catalogue_entry", "catalogue_posting", "catalogue_stem"}
    assert carried | derived | elsewhere | made_anew() == names | {"tenant"}
    assert not carried & made_anew()
    assert manifest.hosts == ("x2",)
    assert not carried & derived
    there, url = second
    done = load(there, archive, Place("anderswo", ("anderswo.example",)))
    before, after = all_rows(database_url, 2), all_rows(url, done.tenant_id)
    assert after["tenant"][0].pop("slug") == "anderswo"
    del before["tenant"][0]["slug"]
    for name in carried - set(manifest.left_out):
        bound = {column.name for column in metadata().tables[name].c if tables.is_bound(column)}
        assert [_without(row, bound) for row in after[name]] == [_without(row, bound) for row in before[name]], name
        assert before[name], name


def test_waiting_mails_are_queued_where_they_arrive_and_new_rows_come_after_the_old(
    app: Flask, towns: tuple[int, int], database_url: URL, second: tuple[Flask, URL]
) -> None:
    there, url = second
    done = load(there, export(app, towns[0]))
    mails = [job["args"]["row_id"] for job in jobs(database_url) if job["args"]["tenant_id"] == towns[0]]
    assert mails
    assert sorted(job["args"]["row_id"] for job in jobs(url)) == sorted(mails)
    assert {job["args"]["tenant_id"] for job in jobs(url)} == {done.tenant_id}
    highest = max(row["id"] for row in all_rows(url, done.tenant_id)["category"])
    with there.app_context():
        session = current_session()
        open_for_tenant(session, done.tenant_id)
        word = Category(slug="neu", name="Neu")
        session.add(word)
        session.flush()
        assert word.id > highest
        session.rollback()


def test_a_suspended_town_moves_in_open(app: Flask, bretten: int, database_url: URL, second: tuple[Flask, URL]) -> None:
    with owner_connection(database_url) as connection:
        connection.execute(text("UPDATE tenant SET suspended_at = now(), suspension_reason = 'Umzug'"))
        connection.commit()
    there, _ = second
    load(there, export(app, bretten))
    with there.app_context():
        found = tenant_by_slug(current_session(), "bretten")
        assert found
        assert not found.suspended


def test_an_export_begins_its_own_transaction(session: object, app: Flask, bretten: int) -> None:
    own_tenant(current_session())
    with pytest.raises(ScopeError):
        export_tenant(current_session(), io.BytesIO())


def test_the_archive_holds_the_moment_at_which_it_began(app: Flask, bretten: int, database_url: URL) -> None:
    """The site runs on: a word that is added while the archive is being written is not in it."""

    class Late(io.BytesIO):
        added = False

        def write(self, content: Any) -> int:  # noqa: ANN401 - as its base says
            if not self.added:
                self.added = True
                with owner_connection(database_url) as connection:
                    connection.execute(
                        text("INSERT INTO category (tenant_id, slug, name, position) VALUES (:id, 'zu-spaet', 'x', 9)"),
                        {"id": bretten},
                    )
                    connection.commit()
            return super().write(content)

    target = Late()
    with app.app_context():
        open_for_tenant(current_session(), bretten)
        export_tenant(current_session(), target)
        current_session().rollback()
    assert target.added
    assert b"zu-spaet" not in unpacked(target.getvalue())["tables/category.jsonl"]
    assert b"zu-spaet" in unpacked(export(app, bretten))["tables/category.jsonl"]


def test_a_table_that_names_another_town_stays_behind() -> None:
    tree = MetaData()
    town = Table("tenant", tree, Column("id", Integer, primary_key=True))
    friend = Table(
        "friend",
        tree,
        Column("tenant_id", ForeignKey(town.c.id), primary_key=True),
        Column("id", Integer, primary_key=True),
        Column("of", ForeignKey(town.c.id)),
    )
    branch = Table(
        "branch",
        tree,
        Column("tenant_id", ForeignKey(town.c.id), primary_key=True),
        Column("id", Integer, primary_key=True),
        Column("parent_id", Integer),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["branch.tenant_id", "branch.id"]),
    )
    assert [tables.points_elsewhere(table) for table in (friend, branch)] == [True, False]
    assert [tables.points_to_itself(table) for table in (friend, branch)] == [False, True]


def _without(row: dict[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}
