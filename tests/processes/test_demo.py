"""The demo as a user starts, ends and kills it."""

from __future__ import annotations

import http.client
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg
import pytest

from engagement.kernel.postgres import private_server
from tests.support.demo import PASSWORD, Demo, free_port
from tests.support.processes import RESCUED_WITHIN, eventually, family, find, run, still_there

CITIES = ("bretten", "ettlingen", "baden-baden")


@pytest.fixture(scope="module")
def lasting_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    lasting = Demo(tmp_path_factory.mktemp("demo"), free_port())
    yield lasting
    if lasting.process is None or not lasting.runs:
        return
    known = family(lasting.process.pid, lasting.folder)
    assert lasting.stop(signal.SIGINT) == 0, lasting.output
    assert still_there(known, within=5) == []


@pytest.fixture
def demo(lasting_demo: Demo) -> Demo:
    """One demo for all tests, running, also after a test that failed when it had ended it."""
    if not lasting_demo.runs:
        lasting_demo.start()
    return lasting_demo


def processes(demo: Demo) -> list[psutil.Process]:
    assert demo.process is not None
    return family(demo.process.pid, demo.folder)


def count(folder: Path, table: str) -> int:
    """Rows of all tenants, counted by the private server's own superuser."""
    with private_server(folder) as server, psycopg.connect(server.conninfo("engagement")) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row
        return int(row[0])


def ask_for_a_link(demo: Demo, email: str) -> http.client.HTTPConnection:
    """Ask for a sign-in link, which is a mail, without waiting for the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=30)
    host = f"bretten.localhost:{demo.port}"
    headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/anmelden", urlencode({"email": email}), headers)
    return connection


def test_it_answers_for_every_city_and_tells_where(demo: Demo) -> None:
    eventually(lambda: "Ready after" in demo.output, "the table of addresses")
    for city in CITIES:
        assert demo.answers("/", f"{city}.localhost")
        assert demo.address(city=city) in demo.output
        assert f"verein@{city}.example" in demo.output
    assert demo.answers("/", "localhost")
    assert demo.answers("/", "mail.localhost")
    assert not demo.answers("/", "unknown.localhost")
    assert PASSWORD in demo.output


def test_mails_lie_in_files_and_on_the_page(demo: Demo) -> None:
    eventually(lambda: bool(demo.mails("verein@bretten.example")), "the mails of the demo's applications")
    connection = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=10)
    connection.request("GET", "/", headers={"Host": f"mail.localhost:{demo.port}"})
    response = connection.getresponse()
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "verein@bretten.example" in response.read().decode()
    connection.close()


def test_a_part_that_dies_is_started_again(demo: Demo) -> None:
    (worker,) = find(processes(demo), "worker")
    worker.kill()
    eventually(lambda: find(processes(demo), "worker") not in ([], [worker]), "a new worker")
    assert "The worker ended with -9 and is started again" in demo.output


def test_a_request_killed_before_its_commit_leaves_neither_row_nor_job(demo: Demo) -> None:
    eventually(lambda: count(demo.folder, "procrastinate_jobs") == 0, "an empty queue", within=RESCUED_WITHIN)
    before = count(demo.folder, "outgoing_mail")
    with private_server(demo.folder) as server, psycopg.connect(server.conninfo("engagement")) as blocker:
        blocker.execute("LOCK TABLE procrastinate_jobs IN ACCESS EXCLUSIVE MODE")
        connection = ask_for_a_link(demo, "person@bretten.example")
        eventually(lambda: waits_for_lock(demo.folder), "the request at its last statement")
        for process in find(processes(demo), "gunicorn"):
            if process.children() == []:
                process.kill()
        with pytest.raises((http.client.HTTPException, OSError)):
            connection.getresponse()
        connection.close()
        blocker.rollback()
    eventually(lambda: demo.answers("/"), "new processes that answer")
    assert count(demo.folder, "outgoing_mail") == before
    assert count(demo.folder, "procrastinate_jobs") == 0


def waits_for_lock(folder: Path) -> bool:
    with private_server(folder) as server, psycopg.connect(server.conninfo("engagement")) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND query ILIKE '%procrastinate_defer_jobs%')"
        ).fetchone()
        return bool(row and row[0])


def test_commands_work_beside_it(demo: Demo) -> None:
    listed = run("tenant", "list", "--data-dir", str(demo.folder))
    assert listed.returncode == 0, listed.stderr
    assert all(city in listed.stdout for city in CITIES)


def test_a_second_demo_in_the_same_folder_is_refused(demo: Demo) -> None:
    second = run("demo", "--port", str(free_port()), "--data-dir", str(demo.folder))
    assert (second.returncode, second.stderr.strip()) == (1, f"Error: A demo is running in {demo.folder} already.")


def test_a_taken_port_is_one_clear_line_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("demo", "--port", str(port), "--data-dir", str(tmp_path / "new"))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_it_ends_and_starts_again_with_its_data(demo: Demo) -> None:
    """It ends, starts again, is killed, starts once more, and is left running for the other tests."""
    eventually(lambda: count(demo.folder, "procrastinate_jobs") == 0, "an empty queue", within=RESCUED_WITHIN)
    mails, offers = len(demo.mails("@")), count(demo.folder, "opportunity")
    known = processes(demo)
    assert demo.stop() == 0
    assert still_there(known, within=5) == []

    demo.start()
    assert count(demo.folder, "opportunity") == offers
    assert len(demo.mails("@")) == mails

    known = processes(demo)
    assert demo.stop(signal.SIGKILL) == -signal.SIGKILL
    assert still_there(known, within=30) == []

    demo.start()
    assert count(demo.folder, "opportunity") == offers


def test_a_first_start_killed_halfway_recovers(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "new", free_port())
    demo.launch()
    eventually((demo.folder / "postgres" / "PG_VERSION").exists, "a cluster")
    eventually(lambda: tables_made(demo.folder), "the tables, so that the seeding is under way")
    known = processes(demo)
    assert demo.stop(signal.SIGKILL) == -signal.SIGKILL
    assert still_there(known, within=30) == []

    demo.start()
    assert count(demo.folder, "tenant") == len(CITIES)
    assert count(demo.folder, "opportunity") >= 60 * len(CITIES)
    assert demo.stop() == 0


def tables_made(folder: Path) -> bool:
    """Tell whether the migrations are through, after which the cities are made."""
    with private_server(folder) as server, psycopg.connect(server.conninfo("engagement")) as connection:
        row = connection.execute("SELECT to_regclass('public.procrastinate_jobs') IS NOT NULL").fetchone()
        return bool(row and row[0])
