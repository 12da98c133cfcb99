"""The results as a map: where its pictures come from, what it cannot show, and the points that it asks for.

The page itself asks no other host. Its script loads tiles only after the visitor has agreed, and the content security
policy lets pictures in from the town's tile server on this view alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, jsonify

from engagement.catalogue.points import MOST_POINTS, Point, Spread, points, spread
from engagement.catalogue.queries import Card, Question, understand
from engagement.kernel.permissions import Permission
from engagement.tenancy.settings import Module
from engagement.tenancy.tiles import TileServer
from engagement.web.public import blueprint
from engagement.web.public.asked import read_asked
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.filters import Filters
from engagement.web.shared.headers import allow_pictures_from
from engagement.web.shared.modules import part_of
from engagement.web.shared.neighbours import Elsewhere
from engagement.web.shared.presentation import unbroken, when
from engagement.web.shared.spoken import said
from engagement.web.shared.whole import path_of

PER_PAGE = 48
"""Entries beside the map: short ones, so that most searches fit on one page."""


@dataclass(frozen=True)
class MapView:
    """What the page says to its script and to people about the map.

    Args:
        points_address: of the points of what was found.
        rest_address: of the list of what no map can show.
    """

    tiles: TileServer
    spread: Spread
    points_address: str
    rest_address: str

    @property
    def most(self) -> int:
        """Return how many points are shown at most."""
        return MOST_POINTS


def map_of(filters: Filters, question: Question) -> MapView | None:
    """Return the map of what a question finds, None if no map is asked for; lets the tile server's pictures in."""
    if not filters.on_map:
        return None
    tiles, as_list = context.tenant().settings.tiles, filters.as_list()
    allow_pictures_from(tiles.origin)
    return MapView(
        tiles=tiles,
        spread=spread(context.session(), question),
        points_address=path_of("public.map_points", **as_list.arguments()),
        rest_address=path_of("public.search", **replace(as_list, placeless=True).arguments()),
    )


@blueprint.get("/angebote/punkte.json")
@requires(Permission.PUBLIC_CATALOGUE_READ)
@part_of(Module.MAP)
def map_points() -> Response:
    """Return the points of what the address asks for, the best first, and how many there are if not all are given."""
    asked = read_asked()
    found = points(context.session(), understand(context.session(), asked.query()))
    response = jsonify(total=found.total, points=[_written(point, asked.towns) for point in found.points])
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _written(point: Point, towns: Mapping[int, Elsewhere]) -> dict[str, Any]:
    town = towns.get(point.tenant_id)
    page = path_of("public.opportunity", opportunity_id=point.opportunity_id, slug=point.slug)
    title = said(point, "title")
    return {
        "id": spot_id(point, town),
        "title": title.text,
        "lang": title.language,
        "by": unbroken(point.organisation_name),
        "when": when(point),
        "lat": point.latitude,
        "lon": point.longitude,
        "here": point.same_place,
        "href": town.address_of(point) if town else page,
        "town": town.name if town else "",
    }


def spot_id(entry: Card | Point, town: Elsewhere | None) -> str:
    """Return what an entry is called between map and list; numbers are those of its town."""
    return f"{town.town.slug}-{entry.opportunity_id}" if town else str(entry.opportunity_id)
