"""``engagement catalogue rebuild``: what visitors see, made anew from what is stored."""

from __future__ import annotations

from pathlib import Path

import click

from engagement.cli.context import Kit, data_dir_option, instance
from engagement.opportunities.publication import rebuild as rebuild_tenant
from engagement.tenancy.queries import all_tenants


@click.group()
def catalogue() -> None:
    """Look after the public catalogue."""


@catalogue.command()
@click.option("--tenant", "slug", help="Only of this one.  [default: all]")
@data_dir_option
@click.pass_obj
def rebuild(kit: Kit, /, data_dir: Path | None, slug: str | None) -> None:
    """Make the catalogue anew; visitors see the old one meanwhile."""
    with instance(kit, data_dir) as home:
        with home.session() as session:
            slugs = [slug] if slug else [tenant.slug for tenant in all_tenants(session)]
        for one in slugs:
            with home.session_for(one) as (session, tenant):
                click.echo(f"{tenant.name}: {rebuild_tenant(session)} offers")
