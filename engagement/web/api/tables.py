"""Offers as Freinet writes them, for the agencies that work with it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from engagement.catalogue.outward import OutwardEntry, live_entries
from engagement.kernel.permissions import Permission
from engagement.kernel.tables import FileKind, Table, csv_lines
from engagement.opportunities.freinet.writer import COLUMNS, row_of, short_xml
from engagement.tenancy.settings import Module
from engagement.web.api import blueprint
from engagement.web.api.operations import fresh
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.modules import part_of
from engagement.web.shared.whole import at


@blueprint.get("/feeds/freinet.xml")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def freinet_xml() -> Response:
    """Return every open offer in Freinet's short XML."""
    body = short_xml(live_entries(context.session()), context.vocabulary())
    return fresh(Response(body, mimetype="application/xml"))


@blueprint.get("/feeds/angebote.csv")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.OPEN_DATA)
def table() -> Response:
    """Return every open offer as a table: Freinet's columns first, then what it does not know."""
    tenant, words = context.tenant(), context.vocabulary()
    rows = (row_of(entry, words, tenant.platform_name, _address(entry)) for entry in live_entries(context.session()))
    lines = csv_lines(Table(COLUMNS, rows, tenant.time_zone, sheet=""))
    response = Response(b"".join(lines), mimetype=FileKind.CSV.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="angebote-{tenant.slug}.csv"'
    return fresh(response)


def _address(entry: OutwardEntry) -> str:
    return at("public.opportunity", opportunity_id=entry.opportunity_id, slug=entry.slug, lang=None)
