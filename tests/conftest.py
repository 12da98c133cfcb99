"""Fixtures that all levels share: a real PostgreSQL, a clean database for each test, the application, a client."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from engagement.kernel import migration
from engagement.kernel.db import current_session, db, open_for_tenant
from engagement.kernel.settings import Settings
from tests.support import summary
from tests.support.pages import CheckedClient
from tests.support.server import test_database, test_server

SECRET = "only-for-the-tests-0123456789-0123456789"
LOOPBACK = ("127.", "::1", "localhost")

# Tests share two cores with each other: how long one example takes says nothing about the code.
hypothesis.settings.register_profile("engagement", deadline=None, print_blob=True)
hypothesis.settings.load_profile("engagement")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing but the loopback interface can be reached from a test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def run_id(request: pytest.FixtureRequest) -> str:
    shared = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return (shared or uuid.uuid4().hex)[:12]


@pytest.fixture(scope="session")
def server() -> Iterator[URL]:
    with test_server() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(server: URL, run_id: str, worker_id: str) -> Iterator[URL]:
    with test_database(server, run_id, worker_id) as url:
        yield url


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(
        secret_key=SECRET,
        public_scheme="http",
        public_port=8000,
        index_hosts=("localhost",),
        cookie_secure=False,
        log_level="ERROR",
        mail_from="noreply@example.org",
    )


@pytest.fixture(scope="session")
def application(settings: Settings, database_url: URL) -> Iterator[Flask]:
    from engagement.wiring import create_app  # noqa: PLC0415

    app = create_app(settings, database_url)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.test_client_class = CheckedClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(application: Flask, database_url: URL) -> Iterator[Flask]:
    """The application on an empty database."""
    yield application
    application.extensions["engagement"].tenants.forget()
    empty(database_url)


def empty(url: URL) -> None:
    """Empty every table but the record of migrations, as their owner."""
    with migration.owner_connection(url) as connection:
        names = connection.scalars(
            text(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' "
                "AND tablename NOT IN ('alembic_version', 'queue_version')"
            )
        ).all()
        connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
        connection.commit()


@pytest.fixture
def open_session(app: Flask) -> Iterator[Session]:
    """A session that is open for nothing yet."""
    with app.app_context():
        yield current_session()
        current_session().rollback()


@pytest.fixture
def bretten(app: Flask) -> int:
    """A tenant with hosts, vocabulary and districts; returns its id."""
    from tests.factories.tenants import make_tenant  # noqa: PLC0415

    with app.app_context():
        return make_tenant("bretten", "Bretten", commit=True)


@pytest.fixture
def ettlingen(app: Flask) -> int:
    """Another tenant."""
    from tests.factories.tenants import make_tenant  # noqa: PLC0415

    with app.app_context():
        return make_tenant("ettlingen", "Ettlingen", commit=True)


@pytest.fixture
def session(app: Flask, bretten: int) -> Iterator[Session]:
    """A session open for Bretten; what a test wants to see in a request it has to commit."""
    with app.app_context():
        opened = current_session()
        open_for_tenant(opened, bretten)
        yield opened
        opened.rollback()
        opened.close()


@pytest.fixture
def client(app: Flask, bretten: int) -> CheckedClient:
    """A visitor of Bretten."""
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    for line in summary.lines([*stats.get("passed", []), *stats.get("failed", [])]):
        terminalreporter.write_line(line)
