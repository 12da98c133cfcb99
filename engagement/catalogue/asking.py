"""What is looked for besides words, and the conditions that it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal

from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.geo import EARTH_RADIUS_KM, Point

PER_PAGE = 12
KM_PER_DEGREE = 111.0
"""Length of a degree of latitude, rounded down so that the box around a circle is never too small."""


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a visitor looks for. Values within one filter are alternatives, the filters all have to hold.

    Args:
        text: what was typed.
        also_tenants: other towns whose catalogues are searched as well; that they agreed is for the caller to know.
        category_slugs: like ``category_ids``, for a search in several towns, each of which has ids of its own; the same
            goes for ``target_group_slugs``.
        centre: with ``radius_km`` (kilometres), how near it has to be; offers without a place pass only if
            ``remote`` is asked for.
        time_kinds: of ``ongoing`` and ``dated``.
        remote: only what can be done from anywhere.
        slots: at least one of these, as ``sat-morning``.
        page: from 1; one beyond the last shows the last.
        per_page: how many a page holds.
    """

    text: str = ""
    also_tenants: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    category_slugs: tuple[str, ...] = ()
    target_group_slugs: tuple[str, ...] = ()
    district_ids: tuple[int, ...] = ()
    centre: Point | None = None
    radius_km: float | None = None
    time_kinds: tuple[str, ...] = ()
    remote: bool = False
    slots: frozenset[str] = frozenset()
    page: int = 1
    per_page: int = PER_PAGE


def conditions_of(query: SearchQuery) -> list[ColumnElement[bool]]:
    """Return what an entry has to fulfil besides the words."""
    entry = CatalogueEntry
    lists = (
        (entry.category_ids, query.category_ids),
        (entry.target_group_ids, query.target_group_ids),
        (entry.category_slugs, query.category_slugs),
        (entry.target_group_slugs, query.target_group_slugs),
        (entry.slots, sorted(query.slots)),
    )
    conditions: list[ColumnElement[bool]] = [kept.overlap(list(wanted)) for kept, wanted in lists if wanted]
    if query.district_ids:
        conditions.append(entry.district_id.in_(query.district_ids))
    if query.time_kinds:
        conditions.append(entry.time_kind.in_(query.time_kinds))
    if query.remote:
        conditions.append(entry.place_kind == "remote")
    elif query.centre and query.radius_km:
        conditions += _near(query.centre, query.radius_km)
    return conditions


def _near(centre: Point, radius_km: float) -> list[ColumnElement[bool]]:
    """Return that a place lies within the circle (haversine formula), and before it the quicker test of latitude."""
    entry = CatalogueEntry
    half_lat = func.sin(func.radians(entry.latitude - centre.latitude) / 2)
    half_lon = func.sin(func.radians(entry.longitude - centre.longitude) / 2)
    shrink = func.cos(func.radians(literal(centre.latitude))) * func.cos(func.radians(entry.latitude))
    root = func.power(half_lat, 2) + shrink * func.power(half_lon, 2)
    distance = 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(func.least(1.0, root)))
    reach = radius_km / KM_PER_DEGREE
    return [
        entry.place_kind != "remote",
        entry.latitude.between(centre.latitude - reach, centre.latitude + reach),
        distance <= radius_km,
    ]
