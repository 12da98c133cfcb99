"""``engagement tenant suspend|resume|domains|delete``: what an operator does to a town as a whole."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.cli.context import Instance, Kit, console, data_dir_option, instance
from engagement.kernel.audit import OPERATOR
from engagement.kernel.db import open_for_installation
from engagement.kernel.migration import owner_connection
from engagement.tenancy import hosts, lifecycle
from engagement.tenancy.overview import TenantStatus, all_slugs, find_tenant_by_slug


@click.command()
@click.argument("slug")
@click.option("--reason", prompt=True, help="For the operator; visitors do not see it.")
@data_dir_option
@click.pass_obj
def suspend(kit: Kit, data_dir: Path | None, slug: str, reason: str) -> None:
    """Take the site of SLUG off: visitors get a calm page, jobs and mails wait."""
    with instance(kit, data_dir) as home, home.session() as session:
        found = known(session, slug)
        lifecycle.suspend(session, found.id, reason)
    click.echo(f"{found.name} is off within half a minute. To put it on again: engagement tenant resume {slug}")


@click.command()
@click.argument("slug")
@data_dir_option
@click.pass_obj
def resume(kit: Kit, data_dir: Path | None, slug: str) -> None:
    """Put the site of SLUG on again."""
    with instance(kit, data_dir) as home, home.session() as session:
        found = known(session, slug)
        lifecycle.resume(session, found.id)
    click.echo(f"{found.name} is on again within half a minute; its waiting mails follow within five.")


@click.command()
@click.argument("slug")
@click.option("--add", multiple=True, metavar="HOST", help="One more name to answer on.")
@click.option("--remove", multiple=True, metavar="HOST", help="A name to answer on no more.")
@click.option("--canonical", metavar="HOST", help="The name used in links; the others lead to it.")
@data_dir_option
@click.pass_obj
def domains(
    kit: Kit, /, data_dir: Path | None, slug: str, add: tuple[str, ...], remove: tuple[str, ...], canonical: str | None
) -> None:
    """Show or change the host names of SLUG: first add, then make canonical, then remove."""
    with instance(kit, data_dir) as home, home.session() as session:
        found = known(session, slug)
        for host in add:
            hosts.add_host(session, found.id, host)
        if canonical:
            hosts.make_canonical(session, found.id, canonical)
        for host in remove:
            hosts.remove_host(session, found.id, host)
        found = known(session, slug)
    for host in found.hosts:
        click.echo(f"{host}  (canonical)" if host == found.host else host)


@click.command()
@click.argument("slug")
@click.option("--yes-delete", metavar="SLUG", help="Confirms without asking, by the short name once more.")
@click.option(
    "--waiting-days",
    type=click.IntRange(1, lifecycle.LONGEST_WAITING_DAYS),
    default=lifecycle.WAITING_DAYS,
    show_default=True,
    help="Until everything is removed for good.",
)
@click.option("--cancel", is_flag=True, help="Call the deletion off.")
@click.option("--now", "at_once", is_flag=True, help="Remove everything at once; asks for an archive to exist.")
@click.option("--without-archive", is_flag=True, help="With --now: even if there is none.")
@data_dir_option
@click.pass_obj
def delete(  # noqa: PLR0913 - one parameter an option
    kit: Kit,
    /,
    *,
    data_dir: Path | None,
    slug: str,
    yes_delete: str | None,
    waiting_days: int,
    cancel: bool,
    at_once: bool,
    without_archive: bool,
) -> None:
    """Delete SLUG after a waiting period; its site is off at once.

    The worker removes everything when the period is over. Until then “--cancel” calls it off.
    """
    with instance(kit, data_dir) as home:
        with home.session() as session:
            found = known(session, slug)
            exported = lifecycle.was_exported(session, found.id)
        if cancel:
            _cancel(home, found)
        elif not at_once:
            _confirm(found, yes_delete, f"be off at once, and be deleted in {waiting_days} days")
            _ask_for_deletion(home, found, waiting_days)
        elif exported or without_archive:
            _confirm(found, yes_delete, "be deleted at once and for good")
            _erase(home, found)
        else:
            raise click.ClickException(
                f"There is no archive of {found.name}. Make one with “engagement tenant export {slug} FILE.zip”, "
                "or add --without-archive."
            )


def known(session: Session, slug: str) -> TenantStatus:
    """Open ``session`` for the installation and return the tenant with this short name.

    Raises:
        click.ClickException: there is none.
    """
    open_for_installation(session, "command of the operator")
    found = find_tenant_by_slug(session, slug)
    if found is None:
        raise click.ClickException(f"There is no tenant {slug!r}. Tenants: {all_slugs(session)}.")
    return found


def _confirm(found: TenantStatus, typed: str | None, what: str) -> None:
    if typed is None:
        console().print(f"{found.name} ({found.host}) will {what}.", markup=False)
        typed = click.prompt("Type the short name to go on")
    if typed != found.slug:
        raise click.ClickException(f"{typed!r} is not {found.slug!r}: nothing is deleted.")


def _ask_for_deletion(home: Instance, found: TenantStatus, waiting_days: int) -> None:
    with home.session() as session:
        open_for_installation(session, "deletion")
        due = lifecycle.request_deletion(session, found.id, waiting_days=waiting_days)
    click.echo(
        f"{found.name} is off within half a minute and is deleted after {due:%Y-%m-%d %H:%M} UTC. "
        f"To keep it: engagement tenant delete {found.slug} --cancel"
    )


def _cancel(home: Instance, found: TenantStatus) -> None:
    with home.session() as session:
        open_for_installation(session, "deletion called off")
        lifecycle.cancel_deletion(session, found.id)
    click.echo(f"{found.name} stays.")


def _erase(home: Instance, found: TenantStatus) -> None:
    """Only the owner of the tables may do it before the waiting period is over."""
    with owner_connection(home.url) as connection:
        rows = connection.scalar(select(func.erase_tenant(found.id, OPERATOR.kind.value, None))) or {}
        connection.commit()
    click.echo(f"{found.name} is gone, with {sum(rows.values())} rows.")
