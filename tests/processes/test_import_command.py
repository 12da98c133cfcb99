"""``engagement import freinet`` as an operator types it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

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


def test_imports_and_reports(variables: Mapping[str, str], session: Session, tmp_path: Path) -> None:
    command = ("import", "freinet", str(FOLDER / "short.xml"), "--tenant", "bretten")
    trial = run(*command, "--dry-run", variables=variables)
    assert trial.returncode == 0, trial.stderr
    assert "Dry run: nothing was kept." in trial.stdout
    assert count(session) == 0
    report = tmp_path / "report.csv"
    done = run(*command, "--report", str(report), variables=variables)
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
    again = run(*command, variables=variables)
    assert (again.returncode, count(session)) == (0, 3)


def test_a_broken_file_is_told_and_leaves_no_trace(
    variables: Mapping[str, str], session: Session, tmp_path: Path
) -> None:
    broken = tmp_path / "export.xml"
    broken.write_text(short_xml([offer(1)])[:-20], encoding="utf-8")
    report = tmp_path / "report.csv"
    result = run("import", "freinet", str(broken), "--tenant", "bretten", "--report", str(report), variables=variables)
    assert result.returncode == 1
    assert "Error: Line 17: the file ends in the middle" in result.stderr
    assert "Traceback" not in result.stderr
    assert count(session) == 0
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((str(FOLDER / "short.xml"), "--tenant", "nowhere"), 1, "no tenant 'nowhere'. Tenants: bretten."),
        ((str(FOLDER), "--tenant", "bretten"), 2, "is a directory"),
        (("nowhere.xml", "--tenant", "bretten"), 2, "does not exist"),
        ((str(FOLDER / "short.xml"),), 2, "--tenant"),
        ((str(FOLDER / "short.xml"), "--tenant", "bretten", "--report", str(FOLDER / "short.xml")), 2, "overwrite"),
        ((str(FOLDER / "short.xml"), "--tenant", "bretten", "--report", "/nowhere/x.csv"), 1, "cannot be written"),
    ],
)
def test_wrong_use_is_told(variables: Mapping[str, str], arguments: tuple[str, ...], code: int, told: str) -> None:
    result = run("import", "freinet", *arguments, variables=variables)
    assert result.returncode == code
    assert told in result.stderr


def test_a_report_holds_no_formulas(variables: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_text(short_xml([offer(1, angebotsname="=1+1")]), encoding="utf-8")
    report = tmp_path / "report.csv"
    run("import", "freinet", str(tmp_path / "export.xml"), "--tenant", "bretten", "--report", str(report),
        variables=variables)  # fmt: skip
    assert ";'=1+1;" in report.read_text(encoding="utf-8-sig")
