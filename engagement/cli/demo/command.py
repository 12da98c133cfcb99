"""The command that starts everything, says where it is, and ends everything."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.table import Table
from sqlalchemy import URL

from engagement.cli.context import Kit, console, data_dir_option
from engagement.cli.demo import supervisor
from engagement.cli.demo.catcher import catching_mail
from engagement.cli.demo.content import City, load_cities
from engagement.cli.demo.neighbours import introduce
from engagement.cli.demo.operator import EMAIL, seed_operator
from engagement.cli.demo.seed import PASSWORD, seed
from engagement.cli.demo.supervisor import Part, PartBrokenError
from engagement.cli.processes import Ending, told_to_end
from engagement.cli.serve import child_environment, gunicorn
from engagement.kernel import migration
from engagement.kernel.database import WEB_OPTIONS
from engagement.kernel.db import db
from engagement.kernel.postgres import private_server
from engagement.kernel.settings import Settings, as_text, ensure_instance_secret, load_settings, remember, variable_name

WEB_WORKERS = 2
SECRETS = {"database_url", "secret_key", "previous_secret_keys", "smtp_password"}
LOOPBACK = "127.0.0.0/8"
"""The mail catcher lies there; a city may name it as its own mail server."""
REMEMBERED = (
    "public_scheme",
    "public_port",
    "index_hosts",
    "cookie_secure",
    "smtp_host",
    "smtp_port",
    "mail_from",
    "private_mail_networks",
)
"""What a command beside the demo needs to know, to write links that lead there."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the web server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@data_dir_option
@click.pass_obj
def demo(kit: Kit, /, port: int, host: str, data_dir: Path | None) -> None:
    """Show three cities with invented content, on this computer only, until Ctrl-C."""
    began = time.monotonic()
    folder = (data_dir or Path("instance")).resolve()
    listening = _take_port(host, port)
    with listening, _alone_in(folder), told_to_end() as ending, catching_mail(folder / "mail") as smtp_port:
        settings = _settings(folder, port, smtp_port)
        remember(settings, REMEMBERED)
        with private_server(folder) as server:
            _prepare(kit, settings, server.url(), ending)
            parts = _parts(settings, server.url(), listening)
            try:
                for part in parts:
                    part.start()
                if supervisor.wait_for_page((host, port), load_cities()[0].host, parts, ending):
                    _tell(load_cities(), port, folder, time.monotonic() - began)
                supervisor.keep_alive(parts, ending, click.echo)
            except PartBrokenError as error:
                supervisor.end(parts)
                raise click.ClickException(str(error)) from error
    click.echo("The demo has ended; its data is kept.")


def _take_port(host: str, port: int) -> socket.socket:
    try:
        return supervisor.listen(host, port)
    except OSError as error:
        raise click.ClickException(
            f"Port {port} of {host} cannot be used ({error.strerror}). Choose another one with --port."
        ) from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two demos in one folder would answer each other's mails."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(f"A demo is running in {folder} already.") from error
        yield


def _settings(folder: Path, port: int, smtp_port: int) -> Settings:
    """Everything that the demo decides itself; what else the environment sets counts as usual."""
    for name in ("smtp_user", "smtp_password"):
        os.environ.pop(variable_name(name), None)
    if os.environ.pop("DATABASE_URL", None):
        click.echo("DATABASE_URL is not used: the demo keeps to a private database in its own folder.", err=True)
    return load_settings(
        secret_key=ensure_instance_secret(folder),
        data_dir=folder,
        public_scheme="http",
        public_port=port,
        index_hosts=("localhost", "127.0.0.1"),
        cookie_secure=False,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_security="none",
        mail_from="noreply@engagement.example",
        private_mail_networks=LOOPBACK,
        mail_catcher_dir=folder / "mail",
    )


def _prepare(kit: Kit, settings: Settings, url: URL, ending: Ending) -> None:
    migration.migrate(url)
    quiet = settings.model_copy(update={"log_format": "console", "log_level": "WARNING"})
    app = kit.create_app(quiet, url, WEB_OPTIONS)
    for city in load_cities():
        if not ending.is_set():
            with app.app_context():
                seed(settings, city)
    if not ending.is_set():
        introduce(app)
    with app.app_context():
        seed_operator(settings)
        db.engine.dispose()


def _parts(settings: Settings, url: URL, listening: socket.socket) -> list[Part]:
    number = listening.fileno()
    environment = child_environment(settings, url, _variables(settings))
    return [
        Part("web server", gunicorn(f"fd://{number}", WEB_WORKERS), environment, _log(settings, "web"), (number,)),
        Part("worker", ["engagement", "worker"], environment, _log(settings, "worker")),
    ]


def _variables(settings: Settings) -> list[tuple[str, str]]:
    return [
        (variable_name(name), as_text(value))
        for name, value in settings.model_dump(exclude=SECRETS).items()
        if value is not None
    ]


def _log(settings: Settings, name: str) -> Path:
    """Begin a log anew with each start of the demo."""
    file = settings.data_dir / "log" / f"{name}.log"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"")
    return file


def _tell(cities: tuple[City, ...], port: int, folder: Path, seconds: float) -> None:
    screen = console()
    table = Table("City", "Address", "Logins", title="Engagement", title_justify="left", show_lines=True)
    for city in cities:
        logins = "\n".join(f"{name}@{city.slug}.example" for name in ("admin", "verein", "person"))
        table.add_row(city.name, f"http://{city.host}:{port}/", logins)
    table.add_row("All cities", f"http://localhost:{port}/", "")
    table.add_row("All mails", f"http://mail.localhost:{port}/", "")
    table.add_row("Operating", f"http://localhost:{port}/betrieb/", EMAIL)
    table.add_row("Its second factor", f"http://mail.localhost:{port}/code", "")
    screen.print(table)
    screen.print(f"Every login has the password {PASSWORD}. Data, mails and logs: {folder}", soft_wrap=True)
    screen.print(f"Ready after {seconds:.1f} s. Ctrl-C ends everything.")
    sys.stdout.flush()
