"""The Nu Html Checker, which the W3C runs: a Java program from the npm package ``vnu-jar``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

JAR = Path(__file__).resolve().parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def missing() -> str:
    """Return what is missing to run it; empty if nothing is."""
    if not shutil.which("java"):
        return "the HTML checker needs Java (Debian: apt install default-jre-headless)"
    return "" if JAR.exists() else "the HTML checker is not there: run make .venv/.dev, which brings vnu-jar from npm"


def must_run() -> bool:
    """Tell whether a missing program is a failure: whoever runs CI wants to know."""
    return bool(os.environ.get("CI"))


def errors_of(folder: Path) -> list[str]:
    """Return the errors in all ``*.html`` below ``folder``, each with its file and line."""
    files = sorted(map(str, folder.glob("*.html")))
    command = [
        "java",
        "-Xss1m",
        "-jar",
        str(JAR),
        "--errors-only",
        "--exit-zero-always",
        "--stdout",
        "--format",
        "json",
    ]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        raise RuntimeError(f"the HTML checker did not run: {done.stderr[-2000:]}")
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{Path(one.get('url', '?')).name}:{one.get('lastLine', 0)}: {one['message']} – {one.get('extract', '')!r}"
        for one in messages
    ]
