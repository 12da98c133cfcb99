"""The municipality's register of organisations: the list, and the list as a file."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from engagement.kernel.clock import now
from engagement.kernel.permissions import Permission
from engagement.kernel.tables import FileKind
from engagement.organisations.claims import count_open_claims
from engagement.register import queries
from engagement.register.export import export_register
from engagement.register.queries import Asked, Filter, Order
from engagement.web.municipality import blueprint
from engagement.web.municipality.navigation import may_open
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.downloads import table_file
from engagement.web.shared.headers import keep_private
from engagement.web.shared.paging import paged

PER_PAGE = 50
LONGEST_SEARCH = 200


@blueprint.get("/organisationen")
@requires(Permission.TENANT_ORGANISATION_VERIFY)
def organisations() -> str:
    """List the organisations, those that wait first."""
    keep_private()
    session, asked = context.session(), asked_of_register()
    total = queries.count_entries(session, asked)
    at = paged(request.args, total, PER_PAGE)
    return render_template(
        "municipality/organisations.html",
        found=queries.entries(session, asked, page=at.page, per_page=PER_PAGE),
        counts=queries.count_by_filter(session),
        claims=count_open_claims(session),
        asked=asked,
        address=address_of(asked),
        orders=list(Order),
        total=total,
        paged=at,
        may_export=may_open("organisations_csv"),
    )


@blueprint.get("/organisationen/register.csv")
@requires(Permission.TENANT_ORGANISATION_EXPORT)
def organisations_csv() -> ResponseReturnValue:
    """Give out what the list shows, as a table for German Excel."""
    return _file(FileKind.CSV)


@blueprint.get("/organisationen/register.xlsx")
@requires(Permission.TENANT_ORGANISATION_EXPORT)
def organisations_xlsx() -> ResponseReturnValue:
    """Give out what the list shows, as a workbook."""
    return _file(FileKind.XLSX)


def asked_of_register() -> Asked:
    """Return what the address asks for; what it does not know is as if it had not been said."""
    part, order = request.args.get("zustand", ""), request.args.get("sortiert", "")
    text = request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    return Asked(
        part=Filter(part) if part in set(Filter) else Filter.ALL,
        text=text,
        order=Order(order) if order in set(Order) else Order.USUAL,
    )


def address_of(asked: Asked) -> dict[str, str]:
    """Return the arguments of an address that asks for this; what goes without saying is left out."""
    said = {
        "zustand": "" if asked.part is Filter.ALL else asked.part.value,
        "q": asked.text,
        "sortiert": "" if asked.order is Order.USUAL else asked.order.value,
    }
    return {name: value for name, value in said.items() if value}


def _file(kind: FileKind) -> Response:
    table = export_register(context.session(), asked_of_register(), kind)
    day = now().astimezone(context.tenant().time_zone).date().isoformat()
    return table_file(f"organisationen-{context.tenant().slug}-{day}", kind, table)
