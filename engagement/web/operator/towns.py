"""The tenants of the installation: a list to search, and a page for each."""

from __future__ import annotations

from flask import render_template

from engagement.kernel.permissions import Permission
from engagement.operators import queries
from engagement.tenancy.queries import all_tenants
from engagement.web.operator import blueprint
from engagement.web.operator.scope import town
from engagement.web.shared import context
from engagement.web.shared.access import requires


@blueprint.get("/")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def towns() -> str:
    """List the tenants."""
    return render_template("operator/towns.html", towns=all_tenants(context.session()))


@blueprint.get("/<slug>")
@requires(Permission.INSTALLATION_TENANT_MANAGE)
def town_page(slug: str) -> str:
    """Show what there is to know of one tenant from outside, and what can be done."""
    tenant = town(slug)
    return render_template(
        "operator/town.html", town=tenant, entries=queries.entries_into(context.session(), tenant.id)
    )
