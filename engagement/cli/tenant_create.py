"""``engagement tenant create``: one town by options, or many by a table; each is made whole or not at all."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from engagement.accounts.founding import found_town
from engagement.cli.context import Instance, Kit, data_dir_option, instance
from engagement.cli.town_plan import Plan, Wish, plan, read_districts, read_table
from engagement.kernel.db import open_for_installation
from engagement.kernel.errors import DomainError, InvalidInputError
from engagement.kernel.links import Links
from engagement.tenancy.overview import find_tenant_by_slug
from engagement.tenancy.template import Template, read_template

MADE, THERE, REFUSED = "made", "already there", "refused"


@click.command()
@click.argument("slug", required=False, default="")
@click.option("--name", default="", help="Of the municipality.")
@click.option("--host", multiple=True, help="Host name; the first one is used in links.")
@click.option("--admin", default="", metavar="EMAIL", help="Gets a mail with a link to sign in.")
@click.option("--admin-name", default="", help="To greet by.  [default: made of the address]")
@click.option("--platform-name", default="", help="Of the site.  [default: the name]")
@click.option("--claim", default="", help="A line below the name.")
@click.option("--brand-colour", default="", help="As #rrggbb.  [default: #1f4e9e]")
@click.option("--accent-colour", default="", help="As #rrggbb.  [default: #f2c230]")
@click.option("--mail-from", default="", help="Sender of its mails.  [default: ENGAGEMENT_MAIL_FROM]")
@click.option("--contact-email", default="", help="For questions of citizens.  [default: the administrator's]")
@click.option("--address", default="", help="For the imprint: “Rathausplatz 1, 12345 Musterstadt”.")
@click.option("--state", default="", help="Federal state, name or code such as BW.")
@click.option("--official-key", default="", help="Of the municipality, eight digits (AGS).")
@click.option("--postcode", multiple=True, help="Of the town; may be given several times.")
@click.option("--centre", default="", metavar="LAT;LON", help="Its middle, as 48.94;8.40.")
@click.option("--district", multiple=True, metavar="NAME;POSTCODE;LAT;LON", help="May be given several times.")
@click.option("--districts", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The same as CSV file.")
@click.option("--template", metavar="SLUG", help="Start with the words, colours and rules of this town.")
@click.option(
    "--from",
    "table",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Make all towns of a CSV file.",
)
@data_dir_option
@click.pass_obj
def create(
    kit: Kit,
    /,
    data_dir: Path | None,
    table: Path | None,
    template: str | None,
    districts: Path | None,
    **values: Any,
) -> None:
    """Make the municipality SLUG with a working site, and invite its first administrator.

    With --from, each row of the table is a town: its columns are named like the options (host, postcode and district
    take several values, separated by “|”). Rows whose town is there already are passed over, so the same table can be
    given again after an interruption.
    """
    wish = Wish(**values)
    if table and wish != Wish():
        raise click.UsageError("--from takes the towns from the table alone.")
    wanted = None if table else _wanted(wish, districts)
    with instance(kit, data_dir) as home:
        pattern = _template(home, template)
        if wanted:
            _make_one(home, wanted, pattern)
        elif table:
            _make_many(home, table, pattern)


def _wanted(wish: Wish, districts: Path | None) -> Plan:
    options = {"SLUG": wish.slug, "--name": wish.name, "--host": wish.host, "--admin": wish.admin}
    missing = [name for name, value in options.items() if not value]
    if missing:
        raise click.UsageError(f"Missing: {', '.join(missing)}.")
    try:
        given = read_districts(districts) if districts else ()
        return plan(replace(wish, district=(*wish.district, *given)))
    except InvalidInputError as error:
        told = (f"--{name.replace('_', '-')}: {problem}" for name, problem in error.problems.items())
        raise click.UsageError("\n".join(told)) from error


def _template(home: Instance, slug: str | None) -> Template | None:
    if slug is None:
        return None
    with home.session_for(slug) as (session, _):
        template = read_template(session)
    for words in template.left_out:
        click.echo(f"Stays behind, since it seems to tell of {template.town.name}: “{words}”", err=True)
    return template


def _make_one(home: Instance, wanted: Plan, template: Template | None) -> None:
    with home.session() as session:
        found_town(session, wanted.new, wanted.admin, home.postbox, template)
    new, mail = wanted.new, wanted.admin.email
    address = Links.from_settings(home.settings).absolute(new.hosts[0], "/")
    click.echo(f"{new.name} is on {address}. A link to sign in goes to {mail} as soon as a worker runs.")
    if not new.postal_address:
        click.echo("The imprint needs a postal address: give it with --address, or in the administration.", err=True)


def _make_many(home: Instance, table: Path, template: Template | None) -> None:
    began, counts = time.monotonic(), dict.fromkeys((MADE, THERE, REFUSED), 0)
    for number, wish in read_table(table):
        slug = wish.slug or wish.name if isinstance(wish, Wish) else "?"
        outcome, reason = _make_row(home, wish, template)
        counts[outcome] += 1
        click.echo(f"line {number}: {slug}: {outcome}" + (f": {reason}" if reason else ""))
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    click.echo(f"{told}; {time.monotonic() - began:.1f} s.")
    if counts[REFUSED]:
        sys.exit(1)


def _make_row(home: Instance, wish: Wish | InvalidInputError, template: Template | None) -> tuple[str, str]:
    """Make one town of the table in a transaction of its own, and return what came of it, and why."""
    try:
        if isinstance(wish, InvalidInputError):
            raise wish
        wanted = plan(wish)
        with home.session() as session:
            if _is_there(session, wanted):
                return THERE, ""
            found_town(session, wanted.new, wanted.admin, home.postbox, template)
    except DomainError as error:
        return REFUSED, str(error)
    return MADE, ""


def _is_there(session: Session, wanted: Plan) -> bool:
    """Tell whether the town was made before; one of the same name on other hosts is another town."""
    open_for_installation(session, "towns of a table")
    known = find_tenant_by_slug(session, wanted.new.slug)
    return known is not None and set(wanted.new.hosts) <= set(known.hosts)
