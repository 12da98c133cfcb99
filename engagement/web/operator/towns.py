"""The tenants of the installation: a list to search with what is wrong, and a page for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request

from engagement.accounts.queries import count_staff
from engagement.kernel.errors import NotFoundError
from engagement.kernel.migration import is_behind
from engagement.kernel.permissions import Permission, Role
from engagement.kernel.queue import queue_state
from engagement.operators.queries import entries_into, open_entries
from engagement.tenancy import overview
from engagement.tenancy.overview import TenantHealth, TenantSize, TenantStatus
from engagement.tenancy.states import state_of
from engagement.web.operator import blueprint
from engagement.web.operator.forms import HostForm
from engagement.web.operator.scope import inside
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.paging import asked_page, nearest_page

PER_PAGE = 25
LONGEST_SEARCH = 100
SHOWN_DEEDS = 20
COUNTED = ("organisation", "opportunity", "account")


@dataclass(frozen=True)
class Row:
    """A tenant in the list, with its numbers."""

    town: TenantStatus
    size: TenantSize
    health: TenantHealth

    @property
    def counts(self) -> dict[str, int]:
        """Return how many organisations, offers and accounts there are."""
        rows = {table.table: table.rows for table in self.size.tables}
        return {name: rows.get(name, 0) for name in COUNTED}


@blueprint.get("/")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def towns() -> str:
    """List the tenants with state, numbers and what is wrong; above it how the installation is."""
    session, search = context.session(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    asked = asked_page(request.args)
    found = overview.list_tenants(session, text=search, page=asked, per_page=PER_PAGE)
    at = nearest_page(asked, found.total, PER_PAGE)
    if at.page != asked:
        found = overview.list_tenants(session, text=search, page=at.page, per_page=PER_PAGE)
    return render_template(
        "operator/towns.html",
        rows=_with_numbers(found.tenants),
        total=found.total,
        search=search,
        paged=at,
        queue=queue_state(session),
        behind=is_behind(session.connection()),
        inside={entry.tenant_id for entry in open_entries(session)},
    )


@blueprint.get("/<slug>")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def town_page(slug: str) -> str:
    """Show what there is to know of one tenant from outside, and what can be done."""
    return show_town(slug, HostForm())


def show_town(slug: str, form: HostForm) -> str:
    """Return the page of one tenant, with the form for another address.

    Raises:
        NotFoundError: there is no such tenant.
    """
    session = context.session()
    town = overview.find_tenant_by_slug(session, slug)
    if town is None:
        raise NotFoundError
    with inside(town.id) as there:
        staff = count_staff(there)
    return render_template(
        "operator/town.html",
        town=town,
        row=_with_numbers([town])[0],
        federal_state=state_of(town.official_key),
        admins=staff.get(Role.ADMIN, 0),
        moderators=staff.get(Role.MODERATOR, 0),
        entries=entries_into(session, town.id),
        history=overview.tenant_history(session, town.id, limit=SHOWN_DEEDS),
        exported=any(one.action == "tenant.export" for one in overview.tenant_history(session, town.id)),
        links=context.tools().links,
        form=form,
    )


def _with_numbers(found: Iterable[TenantStatus]) -> list[Row]:
    """Two statements for the whole page, however many tenants it shows."""
    session, shown = context.session(), list(found)
    ids = [town.id for town in shown]
    sizes, health = overview.tenant_sizes(session, ids), overview.tenant_health(session, ids)
    return [Row(town, sizes.get(town.id, TenantSize()), health.get(town.id, TenantHealth())) for town in shown]
