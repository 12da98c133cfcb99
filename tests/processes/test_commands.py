"""The commands as an operator types them, on a database of their own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import URL

from engagement.kernel.database import libpq_url
from tests.conftest import SECRET
from tests.support.jobs import jobs
from tests.support.mailserver import mail_server
from tests.support.processes import run

NEW_TENANT = ("--name", "Musterstadt", "--host", "Engagement.Musterstadt.example", "--admin", "muster@example.org")


@pytest.fixture
def variables(app: Flask, database_url: URL) -> Mapping[str, str]:
    """What an operator sets; the database is emptied after the test."""
    return {"DATABASE_URL": libpq_url(database_url), "ENGAGEMENT_SECRET_KEY": SECRET}


def test_a_tenant_is_made_listed_and_shown(variables: Mapping[str, str], database_url: URL) -> None:
    made = run("tenant", "create", "musterstadt", *NEW_TENANT, variables=variables)
    assert made.returncode == 0, made.stderr
    assert "https://engagement.musterstadt.example/" in made.stdout
    assert len(jobs(database_url)) == 1
    assert "musterstadt" in run("tenant", "list", variables=variables).stdout
    shown = run("tenant", "show", "musterstadt", variables=variables).stdout
    assert "Kinder und Jugend" in shown
    again = run("tenant", "create", "musterstadt", *NEW_TENANT, variables=variables)
    assert (again.returncode, again.stderr) == (1, "Error: there is already a tenant named musterstadt\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("tenant", "create", "x", "--name", "X", "--host", "x.example", "--admin", "nobody"), 2, "--admin"),
        (("tenant", "create", "X!", "--name", "X", "--host", "x.example", "--admin", "a@b.example"), 1, "slug"),
        (("tenant", "show", "nowhere"), 1, "There is no tenant 'nowhere'"),
        (("catalogue", "rebuild", "--tenant", "nowhere"), 1, "There is no tenant 'nowhere'"),
        (("serve", "--port", "99999"), 2, "--port"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_errors_of_use_are_told_without_a_traceback(
    variables: Mapping[str, str], arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run(*arguments, variables=variables)
    assert result.returncode == code
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_settings_name_themselves() -> None:
    result = run("worker", variables={"DATABASE_URL": "postgresql://x@localhost:1/x", "ENGAGEMENT_SMPT_PORT": "25"})
    assert result.returncode == 1
    assert "ENGAGEMENT_SMPT_PORT is not a setting of Engagement; did you mean ENGAGEMENT_SMTP_PORT?" in result.stderr
    assert "ENGAGEMENT_SECRET_KEY is missing" in result.stderr


@pytest.mark.parametrize("address", ["postgresql://[::1", "postgresql://host:port/x"])
def test_a_malformed_database_address_is_told(address: str) -> None:
    result = run("migrate", variables={"DATABASE_URL": address, "ENGAGEMENT_SECRET_KEY": SECRET})
    assert (result.returncode, "DATABASE_URL: must look like" in result.stderr) == (1, True)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "demo", "check"])
def test_a_data_directory_that_cannot_be_made_is_told(command: str) -> None:
    result = run(command, "--data-dir", "/proc/engagement")
    assert (result.returncode, "Error: /proc/engagement" in result.stderr) == (1, True)
    assert "Traceback" not in result.stderr


def test_migrating_twice_changes_nothing(variables: Mapping[str, str]) -> None:
    assert run("migrate", variables=variables).stdout == "The database is up to date.\n"


def test_check_is_content_with_a_whole_installation(variables: Mapping[str, str]) -> None:
    with mail_server() as (_, port):
        settings = {**variables, "ENGAGEMENT_SMTP_HOST": "127.0.0.1", "ENGAGEMENT_SMTP_PORT": str(port)}
        result = run("check", variables=settings)
    assert result.returncode == 0, result.stdout
    assert "engagement_web is held by row-level security" in result.stdout
    assert SECRET not in result.stdout


def test_check_names_what_is_wrong(variables: Mapping[str, str]) -> None:
    broken = {**variables, "DATABASE_URL": "postgresql://engagement@127.0.0.1:1/x", "ENGAGEMENT_SMTP_PORT": "1"}
    result = run("check", variables=broken)
    assert result.returncode == 1
    assert "wrong database: connection" in result.stdout
    assert "wrong mail server" in result.stdout
    assert "Traceback" not in result.stderr


def test_check_works_with_broken_settings() -> None:
    result = run("check", variables={"DATABASE_URL": "mysql://localhost/x", "ENGAGEMENT_SMTP_PORT": "many"})
    assert result.returncode == 1
    assert "wrong settings: DATABASE_URL: must begin with postgresql://" in result.stdout
    assert "wrong settings: ENGAGEMENT_SMTP_PORT" in result.stdout
    assert "ENGAGEMENT_SMTP_HOST" in result.stdout


def test_the_administrators_script_and_the_address_go_different_ways() -> None:
    result = run("database", "prepare", "--login", "town", "--database", "town", "--password", "it's")
    assert result.returncode == 0
    assert "PASSWORD 'it''s'" in result.stdout
    assert result.stderr == "DATABASE_URL=postgresql://town:it%27s@localhost:5432/town\n"


def test_an_operator_is_made_listed_and_switched_off(variables: Mapping[str, str]) -> None:
    made = run("operator", "create", "Ada@example.org", "--name", "Ada Betrieb", variables=variables)
    assert made.returncode == 0, made.stderr
    assert "https://localhost/betrieb/einrichten/" in made.stdout
    listed = run("operator", "list", variables=variables).stdout
    assert "ada@example.org" in listed
    assert "to be set up" in listed
    again = run("operator", "create", "ada@example.org", "--name", "x", variables=variables)
    assert (again.returncode, again.stderr) == (1, "Error: there is already an operator ada@example.org\n")
    assert run("operator", "disable", "ada@example.org", variables=variables).returncode == 0
    assert "disabled" in run("operator", "list", variables=variables).stdout
    reset = run("operator", "reset", "ada@example.org", variables=variables)
    assert "/betrieb/einrichten/" in reset.stdout
    nobody = run("operator", "reset", "nobody@example.org", variables=variables)
    assert (nobody.returncode, nobody.stderr) == (
        1,
        "Error: There is no operator nobody@example.org. See “engagement operator list”.\n",
    )


def test_a_second_login_that_only_serves_can_be_prepared() -> None:
    result = run("database", "prepare-serving", "--login", "serving", "--database", "town", "--password", "it's")
    assert result.returncode == 0
    assert 'GRANT "engagement_web" TO "serving"' in result.stdout
    assert "engagement_owner" not in result.stdout
    assert "'it''s'" in result.stdout
    assert result.stderr.startswith("DATABASE_URL=postgresql://serving:")
