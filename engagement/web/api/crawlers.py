"""What search engines read first: robots.txt and the site map (sitemaps.org, protocol 0.9) with all languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from flask import abort
from werkzeug.wrappers import Response

from engagement.catalogue.outward import count_live, live_addresses
from engagement.kernel.permissions import Permission
from engagement.organisations.queries import count_public_organisations, public_organisations
from engagement.web.api import blueprint
from engagement.web.api.operations import fresh
from engagement.web.api.xml import add, document
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.addresses import PLAIN_PAGES, languages_of
from engagement.web.shared.whole import at, path_of, whole

MOST_ADDRESSES = 20_000
"""In one site map. Up to 50,000 are allowed, but only 50 MB, and every address is named once for each language."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PAGES, OFFERS, ORGANISATIONS = "seiten", "angebote", "organisationen"

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


@dataclass(frozen=True)
class Place:
    """A page that can be found."""

    endpoint: str
    values: dict[str, int | str]
    changed: datetime | None = None


@blueprint.get("/robots.txt")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def robots() -> Response:
    """Welcome robots on the public pages."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {whole('/sitemap.xml')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sitemap() -> Response:
    """List the pages of this town, or, when there are many, the site maps that do."""
    counts = _counts()
    if sum(counts.values()) > MOST_ADDRESSES:
        return _index(counts)
    return _map([place for kind in counts for place in _places(kind, 0)])


@blueprint.get("/sitemap-<kind>-<int:number>.xml")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def sitemap_part(kind: str, number: int) -> Response:
    """List a part of them; the first is 1."""
    counts = _counts()
    if kind not in counts or not 1 <= number <= _parts(counts[kind]):
        abort(404)
    return _map(_places(kind, (number - 1) * MOST_ADDRESSES))


def _counts() -> dict[str, int]:
    session = context.session()
    return {
        PAGES: len(PLAIN_PAGES),
        OFFERS: count_live(session),
        ORGANISATIONS: count_public_organisations(session),
    }


def _parts(count: int) -> int:
    return -(-count // MOST_ADDRESSES)


def _places(kind: str, offset: int) -> Iterable[Place]:
    session = context.session()
    if kind == PAGES:
        return [Place(endpoint, {}) for endpoint in PLAIN_PAGES[offset : offset + MOST_ADDRESSES]]
    if kind == OFFERS:
        found = live_addresses(session, MOST_ADDRESSES, offset)
        return [
            Place("public.opportunity", {"opportunity_id": one.opportunity_id, "slug": one.slug}, one.updated_at)
            for one in found
        ]
    page = offset // MOST_ADDRESSES + 1
    return [
        Place("public.organisation", {"organisation_id": one.id, "slug": one.slug}, one.updated_at)
        for one in public_organisations(session, page=page, per_page=MOST_ADDRESSES)
    ]


def _index(counts: dict[str, int]) -> Response:
    root = Element("sitemapindex", {"xmlns": SITEMAP})
    for kind, count in counts.items():
        for number in range(1, _parts(count) + 1):
            address = path_of("api.sitemap_part", kind=kind, number=number, lang=None)
            add(add(root, "sitemap"), "loc", whole(address))
    return _served(root)


def _map(places: Iterable[Place]) -> Response:
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for place in places:
        node = add(root, "url")
        add(node, "loc", at(place.endpoint, **place.values, lang=None))
        if place.changed:
            add(node, "lastmod", place.changed.isoformat(timespec="seconds"))
        for language, address in languages_of(place.endpoint, place.values):
            add(node, "xhtml:link", rel="alternate", hreflang=language, href=address)
    return _served(root)


def _served(root: Element) -> Response:
    return fresh(Response(document(root), mimetype="application/xml"))
