"""``engagement tenant …``: the municipalities of the installation."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from sqlalchemy.orm import Session

from engagement.cli.context import Instance, Kit, console, data_dir_option, instance
from engagement.cli.tenant_create import create
from engagement.cli.tenant_life import delete, domains, known, resume, suspend
from engagement.cli.tenant_move import export, import_
from engagement.kernel.db import open_for_installation
from engagement.kernel.links import Links
from engagement.tenancy.overview import (
    HistoryEntry,
    TenantHealth,
    TenantPage,
    TenantSize,
    TenantStatus,
    list_tenants,
    tenant_health,
    tenant_history,
    tenant_sizes,
)
from engagement.tenancy.queries import TenantInfo, load_vocabulary
from engagement.tenancy.states import state_of

AT_A_TIME = 500


@click.group()
def tenant() -> None:
    """Make, look at, move and delete municipalities."""


for command in (create, suspend, resume, domains, export, import_, delete):
    tenant.add_command(command)


@tenant.command(name="list")
@click.argument("text", default="")
@data_dir_option
@click.pass_obj
def list_(kit: Kit, data_dir: Path | None, text: str) -> None:
    """List the municipalities with their health and size, or those whose name, short name or host has TEXT in it."""
    table = Table("Slug", "Name", "Host", "State", "Rows", "MB", "Failed mails", "Waiting jobs", "Last activity")
    with instance(kit, data_dir) as home:
        page, number = _page(home, table, text, 1), 1
        while page.total > number * AT_A_TIME:
            number += 1
            _page(home, table, text, number)
    console().print(table if page.total else "No tenants; see “engagement tenant create --help”.")


def _page(home: Instance, table: Table, text: str, number: int) -> TenantPage:
    with home.session() as session:
        open_for_installation(session, "list of towns")
        page = list_tenants(session, text=text, page=number, per_page=AT_A_TIME)
        ids = [one.id for one in page.tenants]
        sizes, health = tenant_sizes(session, ids), tenant_health(session, ids)
    for one in page.tenants:
        size, well = sizes[one.id], health[one.id]
        table.add_row(
            one.slug, one.name, one.host, one.state, str(size.rows), f"{size.bytes / 1e6:.1f}",
            str(well.failed_mails), str(well.waiting_jobs), _moment(well.last_activity),
        )  # fmt: skip
    return page


@tenant.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="For scripts; times are in UTC, sizes in bytes.")
@data_dir_option
@click.pass_obj
def show(kit: Kit, data_dir: Path | None, slug: str, *, as_json: bool) -> None:
    """Show what is set for the municipality SLUG, how large it is and how it is."""
    with instance(kit, data_dir) as home:
        seen = _look(home, slug)
        with home.session_for(slug) as (session, found):
            words = _words(session)
    if as_json:
        click.echo(json.dumps(_as_data(seen, found, words), ensure_ascii=False, indent=2, default=_plain))
        return
    table = Table(show_header=False)
    for name, value in (_described(home, found) | _condition(seen) | words).items():
        table.add_row(name, value if isinstance(value, str) else ", ".join(value) or "none")
    console().print(table)


@dataclasses.dataclass(frozen=True)
class Seen:
    """A tenant from outside."""

    status: TenantStatus
    size: TenantSize
    health: TenantHealth
    history: tuple[HistoryEntry, ...]


def _look(home: Instance, slug: str) -> Seen:
    with home.session() as session:
        status = known(session, slug)
        return Seen(
            status,
            tenant_sizes(session, [status.id])[status.id],
            tenant_health(session, [status.id])[status.id],
            tuple(tenant_history(session, status.id, limit=10)),
        )


def _as_data(seen: Seen, found: TenantInfo, words: dict[str, list[str]]) -> dict[str, Any]:
    settings = found.settings.model_dump(mode="json")
    return dataclasses.asdict(seen.status) | {
        "platform_name": found.platform_name,
        "languages": found.languages,
        "time_zone": str(found.time_zone),
        "mail_from": found.mail_from,
        "postal_address": found.postal_address,
        "settings": settings,
        "vocabulary": words,
        "size": {"rows": seen.size.rows, "bytes": seen.size.bytes, **dataclasses.asdict(seen.size)},
        "health": dataclasses.asdict(seen.health),
        "history": [dataclasses.asdict(entry) for entry in seen.history],
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _described(home: Instance, one: TenantInfo) -> dict[str, str]:
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
    }


def _condition(seen: Seen) -> dict[str, str]:
    status, size, health = seen.status, seen.size, seen.health
    state = state_of(status.official_key)
    largest = ", ".join(f"{table.table} {table.rows} ({table.bytes / 1e6:.1f} MB)" for table in size.tables[:5])
    off = {
        "State": f"{status.state}: {status.reason}" if status.reason else str(status.state),
        "Deleted after": _moment(status.delete_after),
    }
    return {
        "Federal state": state.name if state else "not set",
        "Official key": status.official_key or "not set",
        "Host names": ", ".join(status.hosts),
        **(off if status.delete_after else {"State": off["State"]}),
        "Size": f"{size.rows} rows, {size.bytes / 1e6:.1f} MB; most in {largest}",
        "Mails": f"{health.failed_mails} failed, {health.waiting_mails} waiting"
        + (f" since {_moment(health.waiting_since)}" if health.waiting_since else ""),
        "Jobs": f"{health.waiting_jobs} waiting, {health.failed_jobs} failed",
        "Last activity": _moment(health.last_activity),
        "History": "\n".join(f"{_moment(entry.at)}  {entry.action} ({entry.actor_kind})" for entry in seen.history),
    }


def _words(session: Session) -> dict[str, list[str]]:
    words = load_vocabulary(session)
    return {
        "Categories": [term.name for term in words.categories],
        "Target groups": [term.name for term in words.target_groups],
        "Kinds of organisations": [term.name for term in words.organisation_kinds],
        "Districts": [term.name for term in words.districts],
    }


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"
