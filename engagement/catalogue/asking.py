"""What is looked for besides words, and the conditions that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_, true, tuple_

from engagement.catalogue.models import CatalogueEntry
from engagement.kernel.geo import EARTH_RADIUS_KM, Point

PER_PAGE = 12
KM_PER_DEGREE = 111.0
"""Length of a degree of latitude, rounded down so that the box around a circle is never too small."""
WEEKS_PER_MONTH = 52 / 12
FEW_HOURS, SOME_HOURS = 2, 5


class Order(StrEnum):
    """What comes first."""

    BEST = "best"
    NEWEST = "newest"
    NEAREST = "nearest"
    SOONEST = "soonest"


class Effort(StrEnum):
    """How many hours a week it takes at most, or that it takes more."""

    FEW = "few"
    SOME = "some"
    MANY = "many"


class Wish(StrEnum):
    """One kind of thing that is asked for; each can be left out without the others."""

    WORDS = "words"
    CATEGORY = "category"
    TARGET_GROUP = "target_group"
    DISTRICT = "district"
    PLACE = "place"
    TIME_KIND = "time_kind"
    REMOTE = "remote"
    SLOT = "slot"
    EFFORT = "effort"
    LANGUAGE = "language"
    AGE = "age"
    ACCESS = "access"
    COMPANY = "company"
    TASTER = "taster"
    NO_PLACE = "no_place"


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a visitor looks for. Values within one filter are alternatives but for ``access``; the filters all hold.

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
        effort: what is done each time, or by the month, is taken for a week's; offers that do not say it do not pass.
        languages: that the visitor speaks, one of which is needed there.
        age: of the visitor, in years.
        access: what the place has to be known to have, all of it.
        suited_for: in whose company it can be done.
        taster: only where one can look in first.
        no_place: only what no map can show, since it has no place of its own.
        order: ``NEAREST`` without a ``centre`` is the same as ``BEST``.
        among: only these, each a town and an opportunity; None for any.
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
    effort: Effort | None = None
    languages: tuple[str, ...] = ()
    age: int | None = None
    access: tuple[str, ...] = ()
    suited_for: tuple[str, ...] = ()
    taster: bool = False
    no_place: bool = False
    order: Order = Order.BEST
    among: frozenset[tuple[int, int]] | None = None
    page: int = 1
    per_page: int = PER_PAGE


def conditions_of(query: SearchQuery) -> list[ColumnElement[bool]]:
    """Return what an entry has to fulfil besides the words; what is done from anywhere need not be near."""
    wishes = wishes_of(query)
    if query.remote:
        wishes.pop(Wish.PLACE, None)
    among = () if query.among is None else (_is_one_of(query.among),)
    return [*wishes.values(), *among]


def wishes_of(query: SearchQuery) -> dict[Wish, ColumnElement[bool]]:
    """Return what is asked for besides the words, each by its kind; the place also if ``remote`` makes it void."""
    entry = CatalogueEntry
    wanted: dict[Wish, tuple[object, ColumnElement[bool]]] = {
        Wish.CATEGORY: (
            query.category_ids or query.category_slugs,
            _overlap((entry.category_ids, query.category_ids), (entry.category_slugs, query.category_slugs)),
        ),
        Wish.TARGET_GROUP: (
            query.target_group_ids or query.target_group_slugs,
            _overlap(
                (entry.target_group_ids, query.target_group_ids),
                (entry.target_group_slugs, query.target_group_slugs),
            ),
        ),
        Wish.DISTRICT: (query.district_ids, entry.district_id.in_(query.district_ids)),
        Wish.TIME_KIND: (query.time_kinds, entry.time_kind.in_(query.time_kinds)),
        Wish.REMOTE: (query.remote, entry.place_kind == "remote"),
        Wish.SLOT: (query.slots, entry.slots.overlap(sorted(query.slots))),
        Wish.EFFORT: (query.effort, _takes(query.effort)),
        Wish.LANGUAGE: (query.languages, entry.languages.overlap(list(query.languages))),
        Wish.AGE: (query.age is not None, or_(entry.minimum_age.is_(None), entry.minimum_age <= (query.age or 0))),
        Wish.ACCESS: (query.access, entry.access.contains(list(query.access))),
        Wish.COMPANY: (query.suited_for, entry.suited_for.overlap(list(query.suited_for))),
        Wish.TASTER: (query.taster, entry.taster.is_(True)),
        Wish.NO_PLACE: (query.no_place, not_(has_place())),
    }
    wishes = {wish: condition for wish, (asked, condition) in wanted.items() if asked}
    if query.centre and query.radius_km:
        wishes[Wish.PLACE] = _near(query.centre, query.radius_km)
    return wishes


def has_place() -> ColumnElement[bool]:
    """Return that a map can show an entry."""
    return and_(CatalogueEntry.latitude.is_not(None), CatalogueEntry.longitude.is_not(None))


def weekly_hours() -> ColumnElement[float]:
    """Return how many hours of a week an entry takes; unknown if it was not said."""
    entry = CatalogueEntry
    return case((entry.hours_per == "month", entry.hours / WEEKS_PER_MONTH), else_=entry.hours)


def distance_from(centre: Point) -> ColumnElement[float]:
    """Return how far an entry is from ``centre`` in kilometres (haversine formula); unknown if it has no place."""
    entry = CatalogueEntry
    half_lat = func.sin(func.radians(entry.latitude - centre.latitude) / 2)
    half_lon = func.sin(func.radians(entry.longitude - centre.longitude) / 2)
    shrink = func.cos(func.radians(literal(centre.latitude))) * func.cos(func.radians(entry.latitude))
    root = func.power(half_lat, 2) + shrink * func.power(half_lon, 2)
    distance = 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(func.least(1.0, root)))
    return case((entry.place_kind != "remote", distance))


def _is_one_of(among: frozenset[tuple[int, int]]) -> ColumnElement[bool]:
    return tuple_(CatalogueEntry.tenant_id, CatalogueEntry.opportunity_id).in_(sorted(among))


def _overlap(*pairs: tuple[Any, Sequence[object]]) -> ColumnElement[bool]:
    return and_(true(), *(kept.overlap(list(wanted)) for kept, wanted in pairs if wanted))


def _takes(effort: Effort | None) -> ColumnElement[bool]:
    bounds: Mapping[Effort | None, ColumnElement[bool]] = {
        Effort.FEW: weekly_hours() <= FEW_HOURS,
        Effort.SOME: weekly_hours() <= SOME_HOURS,
        Effort.MANY: weekly_hours() > SOME_HOURS,
    }
    return bounds.get(effort, true())


def _near(centre: Point, radius_km: float) -> ColumnElement[bool]:
    """Return that a place lies within the circle, and before it the quicker test of latitude."""
    reach = radius_km / KM_PER_DEGREE
    latitude = CatalogueEntry.latitude.between(centre.latitude - reach, centre.latitude + reach)
    return and_(latitude, distance_from(centre) <= radius_km)
