"""Where the database is, and as which role a connection speaks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url

from engagement.kernel import roles
from engagement.kernel.postgres import private_server
from engagement.kernel.settings import Settings

WEB_OPTIONS = f"-c role={roles.WEB} -c statement_timeout=15s -c idle_in_transaction_session_timeout=60s"
WORKER_OPTIONS = f"-c role={roles.WEB} -c idle_in_transaction_session_timeout=300s"
OWNER_OPTIONS = f"-c role={roles.OWNER} -c lock_timeout=5s -c statement_timeout=10min"


@contextmanager
def database(settings: Settings) -> Iterator[URL]:
    """Lend the address of the database: the named server's, or that of the instance's private one."""
    if settings.database_url is not None:
        yield make_url(settings.database_url.get_secret_value())
    else:
        with private_server(settings.data_dir) as server:
            yield server.url()


def engine_url(url: URL) -> URL:
    """Return ``url`` for SQLAlchemy with psycopg 3."""
    return url.set(drivername="postgresql+psycopg")


def libpq_url(url: URL) -> str:
    """Return ``url`` as libpq reads it, password included; never log it.

    SQLAlchemy leaves a space as it is before the question mark and writes it as “+” behind it, as forms do; libpq
    refuses the first and takes the second for a plus sign (PostgreSQL, 34.1.1.2 Connection URIs; RFC 3986).
    """
    address, mark, options = url.set(drivername="postgresql").render_as_string(hide_password=False).partition("?")
    return address.replace(" ", "%20") + mark + options.replace("+", "%20")
