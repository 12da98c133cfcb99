"""The life of a town as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from flask import Flask
from sqlalchemy import URL, text

from engagement.kernel.database import libpq_url
from engagement.kernel.migration import owner_connection
from tests.conftest import SECRET
from tests.support.archives import everything
from tests.support.jobs import jobs
from tests.support.processes import eventually, run, start_python

Command = Callable[..., CompletedProcess[str]]
MUSTERSTADT = (
    "musterstadt", "--name", "Musterstadt", "--host", "ehrenamt.musterstadt.example", "--host", "musterstadt.example",
    "--admin", "anna.becker@musterstadt.example", "--state", "BW", "--official-key", "08999001",
    "--address", "Rathausplatz 1, 76999 Musterstadt", "--postcode", "76999",
    "--district", "Altstadt;76999;48.94;8.40", "--district", "Am Wald",
)  # fmt: skip


@pytest.fixture
def variables(app: Flask, database_url: URL) -> Mapping[str, str]:
    return {"DATABASE_URL": libpq_url(database_url), "ENGAGEMENT_SECRET_KEY": SECRET}


@pytest.fixture
def command(variables: Mapping[str, str]) -> Command:
    return lambda *arguments, typed="": run("tenant", *arguments, variables=variables, typed=typed)


def test_a_town_is_made_looked_at_suspended_and_resumed(command: Command, database_url: URL) -> None:
    made = command("create", *MUSTERSTADT)
    assert (made.returncode, made.stderr) == (0, "")
    assert "https://ehrenamt.musterstadt.example/" in made.stdout
    assert len(jobs(database_url)) == 1
    before = everything(database_url)
    again = command("create", *MUSTERSTADT)
    assert (again.returncode, again.stderr) == (1, "Error: there is already a tenant named musterstadt\n")
    assert everything(database_url) == before

    seen = json.loads(command("show", "musterstadt", "--json").stdout)
    assert (seen["host"], seen["state"]) == ("ehrenamt.musterstadt.example", "active")
    assert seen["vocabulary"]["Districts"] == ["Altstadt", "Am Wald"]
    assert seen["size"]["rows"] > 40
    assert (seen["health"]["waiting_mails"], seen["health"]["waiting_jobs"]) == (1, 1)
    assert "Baden-Württemberg" in command("show", "musterstadt").stdout

    changed = command("domains", "musterstadt", "--add", "neu.example", "--canonical", "neu.example",
                      "--remove", "musterstadt.example")  # fmt: skip
    assert changed.stdout == "ehrenamt.musterstadt.example\nneu.example  (canonical)\n"
    refused = command("domains", "musterstadt", "--remove", "neu.example")
    assert refused.returncode == 1
    assert "neu.example" in refused.stderr

    off = command("suspend", "musterstadt", "--reason", "Rechnung offen")
    assert "engagement tenant resume musterstadt" in off.stdout
    listed = command("list").stdout
    assert "musterstadt" in listed
    assert "suspended" in listed
    assert command("resume", "musterstadt").returncode == 0
    assert command("list", "gibtesnicht").stdout.startswith("No tenants")


def test_a_town_moves_and_is_deleted(command: Command, database_url: URL, tmp_path: Path) -> None:
    assert command("create", *MUSTERSTADT).returncode == 0
    refused = command("delete", "musterstadt", "--now", "--yes-delete", "musterstadt")
    assert refused.returncode == 1
    assert "There is no archive of Musterstadt" in refused.stderr

    file = tmp_path / "musterstadt.zip"
    written = command("export", "musterstadt", str(file))
    assert written.returncode == 0, written.stderr
    assert "personal data" in written.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["musterstadt.zip"]
    assert "--overwrite" in command("export", "musterstadt", str(file)).stderr

    taken = command("import", str(file))
    assert taken.stderr == "Error: there is already a tenant named musterstadt\n"
    moved = command("import", str(file), "--slug", "neustadt", "--host", "neustadt.example")
    assert moved.returncode == 0, moved.stderr
    assert "https://neustadt.example/" in moved.stdout

    wrong = command("delete", "musterstadt", typed="neustadt\n")
    assert "nothing is deleted" in wrong.stderr
    assert json.loads(command("show", "musterstadt", "--json").stdout)["state"] == "active"
    asked = command("delete", "musterstadt", "--waiting-days", "7", typed="musterstadt\n")
    assert "be off at once, and be deleted in 7 days" in asked.stdout
    assert "engagement tenant delete musterstadt --cancel" in asked.stdout
    assert json.loads(command("show", "musterstadt", "--json").stdout)["state"] == "deleting"
    assert command("delete", "musterstadt", "--cancel").returncode == 0
    gone = command("delete", "musterstadt", "--now", "--yes-delete", "musterstadt")
    assert "Musterstadt is gone" in gone.stdout
    missing = command("show", "musterstadt")
    assert missing.stderr == "Error: There is no tenant 'musterstadt'. Tenants: neustadt.\n"


def test_a_killed_command_leaves_nothing_and_can_be_given_again(
    command: Command, variables: Mapping[str, str], database_url: URL
) -> None:
    """A lock on a table that comes late stops it in the middle of its transaction, with the tenant already written."""
    before = everything(database_url)
    with owner_connection(database_url) as locking, owner_connection(database_url) as watching:
        locking.execute(text("LOCK TABLE account IN ACCESS EXCLUSIVE MODE"))
        process = start_python("engagement", "tenant", "create", *MUSTERSTADT, variables=variables)
        eventually(lambda: waiting(watching), "the command waits for the lock")
        process.kill()
        process.wait()
        locking.rollback()
    assert everything(database_url) == before
    assert command("create", *MUSTERSTADT).returncode == 0


def waiting(connection: object) -> bool:
    found = connection.scalar(
        text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'account'::regclass")
    )
    connection.rollback()
    return bool(found)


def test_many_towns_come_from_a_table(command: Command, database_url: URL, tmp_path: Path) -> None:
    file = tmp_path / "towns.csv"
    file.write_text(
        "name;host;admin;postcode\n"
        "Astadt;a.example|www.a.example;rathaus@a.example;10001\n"
        "Bstadt;b.example;nobody;10002\n"
        "Cstadt;a.example;rathaus@c.example;10003\n"
        "Dstadt;d.example;rathaus@d.example\n"
        "Ärgerstadt am See;e.example;rathaus@e.example;10005\n",
        encoding="utf-8",
    )
    first = command("create", "--from", str(file))
    lines = first.stdout.splitlines()
    assert first.returncode == 1
    assert lines[0] == "line 2: Astadt: made"
    assert "line 3: Bstadt: refused: admin" in lines[1]
    assert lines[2] == "line 4: Cstadt: refused: already in use by another tenant: a.example"
    assert "3 fields where the header has 4" in lines[3]
    assert lines[4] == "line 6: Ärgerstadt am See: made"
    assert lines[5].startswith("2 made, 0 already there, 3 refused")
    before = everything(database_url)
    second = command("create", "--from", str(file)).stdout
    assert "line 2: Astadt: already there" in second
    assert "0 made, 2 already there, 3 refused" in second
    assert everything(database_url) == before
    assert len(jobs(database_url)) == 2
    assert "--from" in command("create", "x", "--from", str(file)).stderr


def test_what_is_missing_is_named(command: Command) -> None:
    assert "Missing: --host, --admin." in command("create", "x", "--name", "X").stderr


def test_a_town_can_start_with_what_another_has_made_of_its_words(command: Command, database_url: URL) -> None:
    assert command("create", *MUSTERSTADT, "--claim", "Musterstadt hilft", "--brand-colour", "#aa0000").returncode == 0
    with owner_connection(database_url) as connection:
        connection.execute(text("DELETE FROM category WHERE slug <> 'leben-im-alter'"))
        connection.execute(text("UPDATE category SET name = 'Alt werden in Musterstadt'"))
        connection.execute(
            text("""UPDATE tenant SET settings = '{"moderation": "review_all", "reply_to": "a@m.example"}'""")
        )
        connection.commit()
    made = command("create", "neustadt", "--name", "Neustadt „am Rain“", "--host", "neustadt.example",
                   "--admin", "rathaus@neustadt.example", "--template", "musterstadt")  # fmt: skip
    assert made.returncode == 0, made.stderr
    with owner_connection(database_url) as connection:
        new = connection.execute(text("SELECT * FROM tenant WHERE slug = 'neustadt'")).one()
        words = connection.scalars(text(f"SELECT name FROM category WHERE tenant_id = {new.id}")).all()
        people = connection.scalar(text(f"SELECT count(*) FROM account WHERE tenant_id = {new.id}"))
    assert words == ["Alt werden in Neustadt „am Rain“"]
    assert (new.claim, new.brand_colour) == ("Neustadt „am Rain“ hilft", "#aa0000")
    assert (new.settings["moderation"], new.settings["reply_to"], new.contact_email) == (
        "review_all", "", "rathaus@neustadt.example",
    )  # fmt: skip
    assert (new.postal_address, people) == ("", 1)
