"""``engagement import freinet`` as an operator types it."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

from engagement.cli.main import cli
from engagement.kernel.database import libpq_url
from engagement.opportunities.models import Opportunity
from tests.conftest import SECRET
from tests.factories.freinet import FOLDER, offer, short_xml
from tests.support.processes import run


@pytest.fixture
def variables(app: Flask, bretten: int, database_url: URL) -> Mapping[str, str]:
    return {"DATABASE_URL": libpq_url(database_url), "ENGAGEMENT_SECRET_KEY": SECRET}


def count(session: Session) -> int | None:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Opportunity))


def test_a_trial_keeps_nothing_but_the_report(variables: Mapping[str, str], session: Session, tmp_path: Path) -> None:
    export, report = tmp_path / "export.xml", tmp_path / "report.csv"
    export.write_text(short_xml([offer(1, angebotsname="=1+1")]), encoding="utf-8")
    options = ("--tenant", "bretten", "--dry-run", "--report", str(report))
    trial = run("import", "freinet", str(export), *options, variables=variables)
    assert trial.returncode == 0, trial.stderr
    assert "Dry run: nothing was kept." in trial.stdout
    assert count(session) == 0
    assert ";'=1+1;new;" in report.read_text(encoding="utf-8-sig"), "a spreadsheet must not take it for a formula"


def test_imports_and_reports(variables: Mapping[str, str], session: Session, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    options = ("--tenant", "bretten", "--report", str(report))
    done = run("import", "freinet", str(FOLDER / "short.xml"), *options, variables=variables)
    assert done.returncode == 0, done.stderr
    assert "Imported into Bretten." in done.stdout
    assert "no title (angebotsname)" in done.stdout
    assert count(session) == 3
    with report.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["outcome"] for row in rows] == ["new", "new", "new", "skipped", "skipped"]
    assert rows[4] == {
        "row": "5", "line": "74", "id": "1001", "title": "Noch einmal dieselbe Nummer", "outcome": "skipped",
        "reason": "the same id as row 1", "notes": "",
    }  # fmt: skip


def test_a_broken_file_is_told_and_leaves_no_trace(
    variables: Mapping[str, str], session: Session, tmp_path: Path
) -> None:
    broken, report = tmp_path / "export.xml", tmp_path / "report.csv"
    broken.write_text(short_xml([offer(1)])[:-20], encoding="utf-8")
    result = run("import", "freinet", str(broken), "--tenant", "bretten", "--report", str(report), variables=variables)
    assert result.returncode == 1
    assert "Error: Line 17: the file ends in the middle" in result.stderr
    assert "Traceback" not in result.stderr
    assert count(session) == 0
    assert list(tmp_path.iterdir()) == [broken]


def test_a_report_goes_into_a_pipe_and_leaves_it_one(variables: Mapping[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    options = ("--tenant", "bretten", "--dry-run", "--report", str(pipe))
    result = run("import", "freinet", str(FOLDER / "short.xml"), *options, variables=variables)
    report = os.read(reading, 10_000).decode("utf-8-sig")
    os.close(reading)
    assert (result.returncode, report.startswith("row;line;id")) == (0, True)
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
def test_a_full_disk_under_the_report_imports_nothing(
    variables: Mapping[str, str], session: Session, tmp_path: Path
) -> None:
    full = tmp_path / "report.csv"
    full.symlink_to("/dev/full")
    options = ("--tenant", "bretten", "--report", str(full))
    result = run("import", "freinet", str(FOLDER / "short.xml"), *options, variables=variables)
    assert (result.returncode, "No space left" in result.stderr) == (1, True)
    assert "Traceback" not in result.stderr
    assert count(session) == 0
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--tenant", "nowhere"), "no tenant 'nowhere'. Tenants: bretten."),
        (("--tenant", "bretten", "--report", "/nowhere/x.csv"), "The report /nowhere/x.csv cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(variables: Mapping[str, str], options: tuple[str, ...], told: str) -> None:
    result = run("import", "freinet", str(FOLDER / "short.xml"), *options, variables=variables)
    assert (result.returncode, told in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((str(FOLDER), "--tenant", "bretten"), "is a directory"),
        (("nowhere.xml", "--tenant", "bretten"), "does not exist"),
        ((str(FOLDER / "short.xml"),), "--tenant"),
        (
            (str(FOLDER / "short.xml"), "--tenant", "x", "--report", str(FOLDER / "short.xml")),
            "would overwrite the export",
        ),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(cli, ["import", "freinet", *arguments])
    assert (result.exit_code, told in result.stderr) == (2, True)
