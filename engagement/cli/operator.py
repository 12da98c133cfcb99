"""``engagement operator …``: those who run the installation. Nobody becomes one but on the server."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from engagement.cli.context import Instance, Kit, console, data_dir_option, instance
from engagement.cli.options import email_option
from engagement.kernel.db import open_for_installation, open_for_tenant
from engagement.kernel.links import Links
from engagement.kernel.sealing import Sealer
from engagement.kernel.signing import Signer
from engagement.operators import queries, service
from engagement.operators.entries import note_leaving
from engagement.operators.queries import EntryInfo, OperatorInfo


@click.group()
def operator() -> None:
    """Make and switch off the logins of those who run the installation."""


@operator.command()
@click.argument("email", callback=email_option)
@click.option("--name", required=True, help="Shown to the towns that the operator enters.")
@data_dir_option
@click.pass_obj
def create(kit: Kit, data_dir: Path | None, email: str, name: str) -> None:
    """Make the operator EMAIL, and print the one-time link to set up password and second factor."""
    with instance(kit, data_dir) as home:
        with home.session() as session:
            open_for_installation(session, "new operator")
            operator_id = service.create_operator(session, _sealer(home), email=email, name=name)
            path = service.new_set_up_link(session, _signer(home), operator_id)
        _print_link(home, path)


@operator.command()
@click.argument("email", callback=email_option)
@data_dir_option
@click.pass_obj
def reset(kit: Kit, data_dir: Path | None, email: str) -> None:
    """Take password and key of EMAIL away, end all sessions and entries, and print a new set-up link."""
    with instance(kit, data_dir) as home:
        with home.session() as session:
            open_for_installation(session, "operator set up anew")
            found = _find(queries.operator_by_email(session, email), email)
            inside = service.reset_operator(session, _sealer(home), found.id)
            path = service.new_set_up_link(session, _signer(home), found.id)
        _tell_tenants(home, inside)
        _print_link(home, path)


@operator.command()
@click.argument("email", callback=email_option)
@data_dir_option
@click.pass_obj
def disable(kit: Kit, data_dir: Path | None, email: str) -> None:
    """Let EMAIL in no more; every session and entry ends at once."""
    with instance(kit, data_dir) as home:
        with home.session() as session:
            open_for_installation(session, "operator switched off")
            found = _find(queries.operator_by_email(session, email), email)
            inside = service.disable_operator(session, found.id)
        _tell_tenants(home, inside)
    click.echo(f"{found.email} is let in no more. “engagement operator reset” undoes that.")


@operator.command(name="list")
@data_dir_option
@click.pass_obj
def list_operators(kit: Kit, data_dir: Path | None) -> None:
    """List the operators."""
    with instance(kit, data_dir) as home, home.session() as session:
        open_for_installation(session, "list of operators")
        found = queries.all_operators(session)
    table = Table("E-mail", "Name", "State", "Last here")
    for one in found:
        last = f"{one.last_sign_in_at:%Y-%m-%d %H:%M} UTC" if one.last_sign_in_at else "never"
        table.add_row(one.email, one.name, _state(one), last)
    console().print(table if found else "No operators yet; see “engagement operator create --help”.")


def _state(one: OperatorInfo) -> str:
    if one.is_disabled:
        return "disabled"
    return "active" if one.is_set_up else "to be set up"


def _find(found: OperatorInfo | None, email: str) -> OperatorInfo:
    if found is None:
        raise click.ClickException(f"There is no operator {email}. See “engagement operator list”.")
    return found


def _tell_tenants(home: Instance, inside: list[EntryInfo]) -> None:
    """Each tenant has its own audit trail, behind its own wall."""
    for entry in inside:
        with home.session() as session:
            open_for_tenant(session, entry.tenant_id)
            note_leaving(session, entry)


def _print_link(home: Instance, path: str) -> None:
    address = Links.from_settings(home.settings).absolute(home.settings.index_hosts[0], path)
    click.echo("This link sets up password and second factor. It works once and for 24 hours; keep it secret:")
    click.echo(address)


def _sealer(home: Instance) -> Sealer:
    return Sealer.from_settings(home.settings)


def _signer(home: Instance) -> Signer:
    return Signer(home.settings.secret_key.get_secret_value())
