"""What all commands share: the parts that the composition root hands in, the instance at work, clear errors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import Flask
from rich.console import Console
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engagement.kernel.audit import OPERATOR, act_as
from engagement.kernel.database import WEB_OPTIONS, database
from engagement.kernel.db import current_session, open_for_tenant, opened_for_installation
from engagement.kernel.errors import DomainError
from engagement.kernel.links import Links
from engagement.kernel.postgres import PostgresUnavailableError
from engagement.kernel.settings import PREFIX, Settings, SettingsError, ensure_instance_secret, load_settings
from engagement.kernel.signing import Signer
from engagement.kernel.unit_of_work import unit_of_work
from engagement.mail.service import Postbox
from engagement.tenancy.keys import TenantKeys
from engagement.tenancy.overview import all_slugs
from engagement.tenancy.queries import TenantInfo, tenant_by_slug

Command = TypeVar("Command", bound=Callable[..., Any])
WIDTH_WITHOUT_TERMINAL = 160


@dataclass(frozen=True)
class Kit:
    """Handed in by the composition root, which alone knows all parts.

    Args:
        create_app: makes the application for settings, a database and the options of its connections.
        run_worker: works on the queue until told to stop.
    """

    create_app: Callable[[Settings, URL, str], Flask]
    run_worker: Callable[[Settings, URL], None]


@dataclass(frozen=True)
class Instance:
    """A running database and the application on it, for a command that works with data."""

    settings: Settings
    url: URL
    app: Flask

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Lend a session that is open for nothing yet; committed when the block ends well."""
        with self.app.app_context():
            session = current_session()
            act_as(session, OPERATOR)
            with unit_of_work(session):
                yield session

    @contextmanager
    def session_for(self, slug: str) -> Iterator[tuple[Session, TenantInfo]]:
        """Lend a session open for the tenant with this short name.

        Raises:
            click.ClickException: there is none.
        """
        with self.session() as session:
            tenant = tenant_by_slug(session, slug)
            if tenant is None:
                with opened_for_installation(session, "names of tenants"):
                    raise click.ClickException(f"There is no tenant {slug!r}. Tenants: {all_slugs(session)}.")
            open_for_tenant(session, tenant.id)
            yield session, tenant

    def postbox(self, tenant: TenantInfo) -> Postbox:
        """Return where a command drops its mails."""
        return Postbox(
            tenant=tenant,
            links=Links.from_settings(self.settings),
            default_sender=self.settings.mail_from,
            signer=Signer(self.settings.secret_key.get_secret_value(), TenantKeys()),
        )


class ClearGroup(click.Group):
    """Turns what people can mend into one line and an exit code; only our own mistakes show a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException("\n  ".join(["The settings are wrong:", *error.problems])) from error
        except (DomainError, PostgresUnavailableError) as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise click.ClickException(explain_system(error)) from error
        except DBAPIError as error:
            raise click.ClickException(f"The database: {explain_database(error)}") from error


def explain_system(error: OSError) -> str:
    """Return what the operating system refused: a full disk, a folder that may not be written, a port in use."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def explain_database(error: DBAPIError) -> str:
    """Return what the database complained about in one line, with advice where there is some."""
    reason = " ".join(str(error.orig).split())
    if "does not exist" in reason and "relation" in reason:
        return f"{reason} – has “engagement migrate” been run?"
    return reason


def data_dir_option(command: Command) -> Command:
    """Let a command be pointed at an instance."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        envvar=f"{PREFIX}DATA_DIR",
        help="Where the private database lies when DATABASE_URL is not set.  [default: ./instance]",
    )(command)


def settings_for(data_dir: Path | None, **overrides: object) -> Settings:
    """Read the settings; an instance with a private database makes and remembers its own secret key.

    Raises:
        SettingsError: something is missing or wrong.
    """
    if not os.environ.get("DATABASE_URL") and not os.environ.get(f"{PREFIX}SECRET_KEY"):
        ensure_instance_secret(data_dir or Path("instance"))
    return load_settings(data_dir=data_dir, **overrides)


@contextmanager
def instance(kit: Kit, data_dir: Path | None) -> Iterator[Instance]:
    """Lend the instance of ``data_dir`` with its database running."""
    settings = settings_for(data_dir)
    quiet = settings.model_copy(update={"log_format": "console", "log_level": "WARNING"})
    with database(settings) as url:
        yield Instance(settings, url, kit.create_app(quiet, url, WEB_OPTIONS))


def console(*, stderr: bool = False) -> Console:
    """Return where to print; without a terminal the lines are long enough for whole tables."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=WIDTH_WITHOUT_TERMINAL)
