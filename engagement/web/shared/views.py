"""Pages of no audience in particular: the tenant's style sheet, pictures, health, the list of cities."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request
from sqlalchemy import text

from engagement.kernel.db import current_session, opened_for_installation
from engagement.tenancy.queries import all_tenants
from engagement.web.shared import context
from engagement.web.shared.access import for_installation
from engagement.web.shared.sheets import base_sheet, mark_of_sheet
from engagement.web.shared.theme import NEUTRAL

blueprint = Blueprint("shared", __name__, template_folder="templates")
YEAR = 31536000


@blueprint.get("/thema.css")
@for_installation
def theme() -> Response:
    """Return fonts, components and the tenant's colours; neutral ones on a host that is no tenant's.

    It is kept for a year under the mark of its content only: for half a minute after a change this process may still
    have the colours before, while another one already links to the new ones.
    """
    colours = (context.tenant().brand_colour, context.tenant().accent_colour) if "tenant" in g else NEUTRAL
    response = Response(base_sheet(*colours), mimetype="text/css")
    is_it = request.args.get("v") == mark_of_sheet(*colours)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}" if is_it else "no-cache"
    return response


@blueprint.get("/healthz")
@for_installation
def health() -> Response:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
@for_installation
def ready() -> Response:
    """Say whether the database answers too."""
    if "tenant" in g:
        current_session().execute(text("SELECT 1"))
    else:
        with opened_for_installation(current_session(), "readiness") as session:
            session.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


def show_cities() -> str:
    """Return the list of cities, on the installation's own hosts; any other unknown host is 404."""
    if not context.on_installation():
        abort(404)
    links = context.tools().links
    cities = [
        {
            "slug": city.slug,
            "name": city.name,
            "claim": city.claim,
            "logo": city.logo,
            "address": links.absolute(city.host, "/"),
        }
        for city in all_tenants(current_session())
        if not city.suspended
    ]
    return render_template("cities.html", cities=cities)


from engagement.web.shared import pictures  # noqa: E402, F401 - its views register themselves on the blueprint above
