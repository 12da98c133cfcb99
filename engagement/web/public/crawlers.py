"""What search engines read first."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from flask import Response, url_for

from engagement.catalogue.queries import newest
from engagement.kernel.permissions import Permission
from engagement.organisations.queries import public_organisations
from engagement.web.public import blueprint
from engagement.web.shared import context
from engagement.web.shared.access import requires

MOST_ADDRESSES = 20_000
"""Of each kind; a site map holds at most 50,000 (sitemaps.org, protocol 0.9)."""

NOT_FOR_ROBOTS = (
    "/konto",
    "/verein",
    "/verwaltung",
    "/betrieb",
    "/mitmachen",
    "/barrierefreiheit/feedback",
    "/anmelden",
    "/registrieren",
    "/*/mitmachen",
)
PAGES = ("public.home", "public.search", "public.organisations", "public.for_organisations", "public.easy_language")


@blueprint.get("/robots.txt")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def robots() -> Response:
    """Welcome robots on the public pages."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {_whole('/sitemap.xml')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sitemap() -> Response:
    """List the published offers and organisations of this town."""
    session = context.session()
    lines = [_address(url_for(endpoint)) for endpoint in PAGES]
    lines += [
        _address(url_for("public.opportunity", opportunity_id=card.opportunity_id, slug=card.slug), card.updated_at)
        for card in newest(session, MOST_ADDRESSES)
    ]
    lines += [
        _address(url_for("public.organisation", organisation_id=found.id, slug=found.slug), found.updated_at)
        for found in public_organisations(session, per_page=MOST_ADDRESSES)
    ]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n"
    )
    return Response(body, mimetype="application/xml")


def _whole(path: str) -> str:
    return context.tools().links.absolute(context.tenant().host, path)


def _address(path: str, changed: datetime | None = None) -> str:
    last = f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""
    return f"  <url><loc>{escape(_whole(path))}</loc>{last}</url>"
