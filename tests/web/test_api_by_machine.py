"""The API against its own description: what it takes, refuses and answers, tried by schemathesis on a real port."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from engagement.kernel.ratelimit import Limit
from engagement.web.api import operations
from tests.factories.outward import make_town

EXAMPLES = 25
"""Of each operation and phase."""
PROGRAM = Path(sys.executable).with_name("schemathesis")


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Lend the port on which the application answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_keeps_what_it_promises(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(operations, "LIMIT", Limit("api", 1_000_000, timedelta(days=1)))
    make_town(session)
    with served(app) as port:
        root = f"http://127.0.0.1:{port}/api/v1"
        done = subprocess.run(
            [PROGRAM, "run", f"{root}/openapi.json", "--url", root, "--header", "Host: bretten.localhost",
             "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--suppress-health-check", "all"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout
