"""The database goes away: the worker goes on once it is back, or ends if it is told to, and does neither by half."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg

from engagement.jobs.rhythm import RHYTHM
from engagement.kernel import migration
from engagement.kernel.database import libpq_url
from engagement.kernel.postgres import FAST_AND_LOSSY, PrivateServer, private_server
from tests.conftest import SECRET
from tests.support.processes import eventually, start_python

BETWEEN_LOOKS = RHYTHM.rescue / 2 + 1
"""Seconds, so that the worker is looking for dead ones while the database is away: it must end that too."""

ENDS_WITHIN = 15
"""Seconds: half of what a connection to the database is waited for."""


def registered(server: PrivateServer) -> set[int]:
    """Return the workers that say they live."""
    with psycopg.connect(server.conninfo("engagement")) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM procrastinate_workers")}


def stop_at_once(folder: Path) -> None:
    """End the server under everybody's feet, and wait until it is gone."""
    pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(timeout=20)


@contextlib.contextmanager
def working(folder: Path) -> Iterator[tuple[PrivateServer, subprocess.Popen[bytes]]]:
    """Lend a database and a worker on it that says it lives."""
    with private_server(folder, FAST_AND_LOSSY) as server:
        migration.migrate(server.url())
        variables = {"DATABASE_URL": libpq_url(server.url()), "ENGAGEMENT_SECRET_KEY": SECRET}
        worker = start_python("engagement", "worker", variables=variables)
        try:
            eventually(lambda: bool(registered(server)), "a worker that lives")
            yield server, worker
        finally:
            worker.kill()
            worker.wait()


def test_the_worker_comes_back_with_the_database(tmp_path: Path) -> None:
    with working(tmp_path) as (server, worker):
        before = registered(server)
        time.sleep(BETWEEN_LOOKS)
        stop_at_once(tmp_path)
        time.sleep(BETWEEN_LOOKS)
        with private_server(tmp_path, FAST_AND_LOSSY) as again:
            eventually(lambda: bool(registered(again) - before), "the worker registers anew", within=25)
        assert worker.poll() is None


def test_the_worker_ends_without_the_database(tmp_path: Path) -> None:
    """As when a demo is killed: its private server stops at the same moment as its worker is told to."""
    with working(tmp_path) as (_, worker):
        stop_at_once(tmp_path)
        worker.terminate()
        assert worker.wait(timeout=ENDS_WITHIN) == 0
