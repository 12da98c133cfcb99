"""Each import contract of pyproject.toml is broken on purpose once: a guard that cannot fail guards nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

VIOLATIONS = {
    "layers": ("engagement/kernel/bad.py", "import engagement.tenancy.queries\n"),
    "audiences": ("engagement/web/public/bad.py", "import engagement.web.club\n"),
    "no-flask-in-features": ("engagement/opportunities/bad.py", "import flask\n"),
    "pure-scoring": ("engagement/matching/scoring.py", "import sqlalchemy\n"),
    "pure-figures": ("engagement/figures/statistics.py", "import sqlalchemy\n"),
    "models-behind-queries-and-service": ("engagement/web/public/bad.py", "import engagement.accounts.models\n"),
}


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--config", "pyproject.toml", "--contract", contract, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    leave_out = shutil.ignore_patterns("static", "templates", "__pycache__", "data")
    shutil.copytree(ROOT / "engagement", tmp_path / "engagement", ignore=leave_out)
    return tmp_path


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_contract_holds_and_fails_when_broken(copy: Path, contract: str) -> None:
    kept = lint(copy, contract)
    assert kept.returncode == 0, kept.stdout
    path, line = VIOLATIONS[contract]
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write(line)
    broken = lint(copy, contract)
    assert broken.returncode == 1, broken.stdout
    assert "BROKEN" in broken.stdout


def test_every_contract_has_its_violation() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["id"] for contract in config["tool"]["importlinter"]["contracts"]} == set(VIOLATIONS)
