"""``engagement tenant …``: the municipalities of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from email_validator import EmailNotValidError, validate_email
from rich.table import Table
from sqlalchemy.orm import Session

from engagement.accounts import service as accounts
from engagement.accounts.sign_in import mail_confirmation
from engagement.cli.context import Instance, Kit, console, data_dir_option, instance
from engagement.kernel.colours import parse_colour
from engagement.kernel.links import Links
from engagement.kernel.permissions import Role
from engagement.tenancy.queries import TenantInfo, all_tenants, load_vocabulary, own_tenant
from engagement.tenancy.service import NewTenant, create_tenant
from engagement.tenancy.vocabulary import german_words


@click.group()
def tenant() -> None:
    """Make and look at municipalities."""


def _colour(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    try:
        parse_colour(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return value.lower()


def email_option(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    """Take an address in its normal form, or say what is wrong with it."""
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error)) from error


@tenant.command()
@click.argument("slug")
@click.option("--name", required=True, help="Of the municipality.")
@click.option("--host", "hosts", required=True, multiple=True, help="Host name; the first one is used in links.")
@click.option("--admin", required=True, metavar="EMAIL", callback=email_option, help="Gets a link to sign in by mail.")
@click.option("--platform-name", default="", help="Of the site.  [default: the name]")
@click.option("--brand-colour", default="#1f4e9e", show_default=True, callback=_colour, help="As #rrggbb.")
@click.option("--accent-colour", default="#f2c230", show_default=True, callback=_colour, help="As #rrggbb.")
@click.option("--mail-from", default="", help="Sender of its mails.  [default: ENGAGEMENT_MAIL_FROM]")
@click.option("--contact-email", default="", help="For questions of citizens.")
@data_dir_option
@click.pass_obj
def create(kit: Kit, /, data_dir: Path | None, slug: str, hosts: tuple[str, ...], admin: str, **texts: str) -> None:
    """Make the municipality SLUG with a German vocabulary, and invite its first administrator."""
    new = _new_tenant(slug, hosts, texts)
    with instance(kit, data_dir) as home:
        with home.session() as session:
            create_tenant(session, new)
            _invite(home, session, admin)
        address = Links.from_settings(home.settings).absolute(new.hosts[0], "/")
    click.echo(f"{new.name} is on {address}. A link to sign in goes to {admin} as soon as a worker runs.")


def _new_tenant(slug: str, hosts: tuple[str, ...], texts: Mapping[str, str]) -> NewTenant:
    words = german_words()
    return NewTenant(
        slug=slug,
        name=texts["name"],
        hosts=tuple(host.lower() for host in hosts),
        platform_name=texts["platform_name"],
        brand_colour=texts["brand_colour"],
        accent_colour=texts["accent_colour"],
        mail_from=texts["mail_from"],
        contact_email=texts["contact_email"],
        categories=words.categories,
        target_groups=words.target_groups,
        organisation_kinds=words.organisation_kinds,
    )


def _invite(home: Instance, session: Session, email: str) -> None:
    account_id = accounts.create_account(session, email=email, name=email.partition("@")[0])
    accounts.give_staff_role(session, account_id, Role.ADMIN)
    mail_confirmation(session, home.postbox(own_tenant(session)), account_id, onward="/verwaltung/")


@tenant.command(name="list")
@data_dir_option
@click.pass_obj
def list_tenants(kit: Kit, data_dir: Path | None) -> None:
    """List the municipalities."""
    with instance(kit, data_dir) as home, home.session() as session:
        found = all_tenants(session)
    table = Table("Slug", "Name", "Host", "Platform")
    for one in found:
        table.add_row(one.slug, one.name, one.host, one.platform_name)
    console().print(table if found else "No tenants yet; see “engagement tenant create --help”.")


@tenant.command()
@click.argument("slug")
@data_dir_option
@click.pass_obj
def show(kit: Kit, data_dir: Path | None, slug: str) -> None:
    """Show what is set for the municipality SLUG."""
    with instance(kit, data_dir) as home, home.session_for(slug) as (session, found):
        rows = _described(home, session, found)
    table = Table(show_header=False)
    for name, value in rows.items():
        table.add_row(name, value)
    console().print(table)


def _described(home: Instance, session: Session, one: TenantInfo) -> dict[str, str]:
    words = load_vocabulary(session)
    return {
        "Name": one.name,
        "Platform": one.platform_name,
        "Address": Links.from_settings(home.settings).absolute(one.host, "/"),
        "Colours": f"{one.brand_colour}, {one.accent_colour}",
        "Languages": ", ".join(one.languages),
        "Time zone": str(one.time_zone),
        "Sender": one.mail_from or f"{home.settings.mail_from} (ENGAGEMENT_MAIL_FROM)",
        "Contact": one.contact_email or "not set",
        "Postal address": one.postal_address or "not set",
        "Categories": ", ".join(term.name for term in words.categories),
        "Target groups": ", ".join(term.name for term in words.target_groups),
        "Kinds of organisations": ", ".join(term.name for term in words.organisation_kinds),
        "Districts": ", ".join(term.name for term in words.districts) or "none",
    }
