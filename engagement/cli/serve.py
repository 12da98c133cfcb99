"""``engagement serve`` and ``engagement worker``: the two processes of an installation."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import URL

from engagement.cli.context import Kit, data_dir_option, settings_for
from engagement.cli.processes import Child, told_to_end
from engagement.kernel.database import database, libpq_url
from engagement.kernel.settings import PREFIX, Settings

APPLICATION = "engagement.wiring:create_app()"
THREADS = 4
MOST_WORKERS_BY_DEFAULT = 4
LOOK_EVERY = 0.2


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes.  [default: one more than cores, at most 4]")
@data_dir_option
def serve(host: str, port: int, workers: int | None, data_dir: Path | None) -> None:
    """Answer requests (gunicorn), until SIGTERM or Ctrl-C."""
    settings = settings_for(data_dir)
    with told_to_end() as ending, database(settings) as url:
        environment = child_environment(settings, url)
        child = Child(gunicorn(f"{host}:{port}", workers or default_workers()), environment)
        while child.exit_code is None and not ending.wait(LOOK_EVERY):
            pass
        code = child.end()
    sys.exit(0 if ending.is_set() else code)


@click.command()
@data_dir_option
@click.pass_obj
def worker(kit: Kit, data_dir: Path | None) -> None:
    """Send mails and look after the data, until SIGTERM or Ctrl-C."""
    settings = settings_for(data_dir)
    with database(settings) as url:
        kit.run_worker(settings, url)


def gunicorn(bind: str, workers: int) -> list[str]:
    """Return the arguments of ``python -m`` that start the web server.

    Args:
        bind: address and port, or ``fd://`` and the number of a listening socket.
        workers: processes; each has four threads.
    """
    return [
        "gunicorn",
        *("--bind", bind),
        *("--workers", str(workers)),
        *("--worker-class", "gthread"),
        *("--threads", str(THREADS)),
        *("--graceful-timeout", "20"),
        *("--log-level", "warning"),
        # the application itself trusts as many proxies as ENGAGEMENT_TRUSTED_PROXIES says, and nobody else
        *("--forwarded-allow-ips", ""),
        "--no-control-socket",
        APPLICATION,
    ]


def default_workers() -> int:
    """Return a number of processes that fits the machine."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS_BY_DEFAULT)


def child_environment(settings: Settings, url: URL, changes: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Return our environment with the database that runs already and the secret that was found."""
    return {
        **os.environ,
        "DATABASE_URL": libpq_url(url),
        f"{PREFIX}SECRET_KEY": settings.secret_key.get_secret_value(),
        **dict(changes),
    }
