"""``engagement migrate`` and ``engagement database prepare``: what comes before the first start."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from sqlalchemy import URL

from engagement.cli.context import data_dir_option, settings_for
from engagement.kernel import migration, roles
from engagement.kernel.database import database, libpq_url


@click.command()
@data_dir_option
def migrate(data_dir: Path | None) -> None:
    """Bring the database to the state that this version needs; can be run again."""
    with database(settings_for(data_dir)) as url:
        migration.migrate(url)
    click.echo("The database is up to date.")


@click.group(name="database")
def database_group() -> None:
    """Set up the database."""


@database_group.command(name="prepare-serving")
@click.option("--login", default="engagement_serving", show_default=True, help="Role for “serve” and “worker”.")
@click.option("--database", "name", default="engagement", show_default=True, help="Name of the database.")
@click.option("--password", help="Of the role; a random one if not given.")
@click.option("--host", default="localhost", show_default=True, help="Host of the server, for DATABASE_URL.")
@click.option("--port", type=click.IntRange(1, 65535), default=5432, show_default=True, help="Port, likewise.")
def prepare_serving(*, login: str, name: str, password: str | None, host: str, port: int) -> None:
    """Print the SQL for a second login that serves and cannot migrate, for “… | sudo -u postgres psql”.

    Not even arbitrary SQL can make it the owner of the tables. Run it after “prepare”; give its DATABASE_URL, which
    goes to standard error, to “serve” and “worker”.
    """
    chosen = password or secrets.token_urlsafe(24)
    click.echo(roles.serving_sql(login, chosen))
    url = URL.create("postgresql", login, chosen, host, port, name)
    click.echo(f"DATABASE_URL={libpq_url(url)}", err=True)


@database_group.command()
@click.option("--login", default="engagement", show_default=True, help="Role that Engagement logs in as.")
@click.option("--database", "name", default="engagement", show_default=True, help="Name of the database.")
@click.option("--password", help="Of the role; a random one if not given.")
@click.option("--host", default="localhost", show_default=True, help="Host of the server, for DATABASE_URL.")
@click.option("--port", type=click.IntRange(1, 65535), default=5432, show_default=True, help="Port, likewise.")
@click.option("--for-tests", is_flag=True, help="Let the role make the databases of the tests.")
def prepare(  # one parameter an option
    *, login: str, name: str, password: str | None, host: str, port: int, for_tests: bool
) -> None:
    """Print the SQL that an administrator runs once, for “… | sudo -u postgres psql”.

    The SQL goes to standard output, DATABASE_URL to standard error. Run again, it sets a new password.
    """
    chosen = password or secrets.token_urlsafe(24)
    click.echo(roles.administrator_script(name, login, chosen, for_tests=for_tests), nl=False)
    url = URL.create("postgresql", login, chosen, host, port, name)
    click.echo(f"DATABASE_URL={libpq_url(url)}", err=True)
