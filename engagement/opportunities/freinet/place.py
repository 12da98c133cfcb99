"""Where an offer takes place, as far as the export says it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from engagement.kernel.geo import Point, distance_km
from engagement.opportunities.freinet.notes import Notes
from engagement.opportunities.freinet.record import FreinetOffer
from engagement.opportunities.freinet.words import key, matching_terms, telling_words
from engagement.opportunities.kinds import PlaceKind
from engagement.tenancy.queries import DistrictTerm, Vocabulary

FARTHEST_KM = 5.0
"""From the point of a district; beyond it a place belongs to none."""
CENTRAL_EUROPE = (45.0, 56.0, 5.0, 18.0)
"""South, north, west, east in degrees: what lies outside is a slip, e.g. latitude and longitude swapped."""
_FROM_ANYWHERE = frozenset({"online", "ortsunabhaengig", "digital", "vonzuhause", "zuhause", "remote", "homeoffice"})


@dataclass(frozen=True)
class Town:
    """The municipality that the offers are for."""

    name: str
    vocabulary: Vocabulary


@dataclass(frozen=True, kw_only=True)
class Place:
    """Columns of an opportunity that say where."""

    kind: PlaceKind
    street: str = ""
    postcode: str = ""
    city: str = ""
    district_id: int | None = None
    point: Point | None = None


def place_of(offer: FreinetOffer, town: Town, notes: Notes) -> Place:
    """Return the place of an offer.

    A district is found by its name, else as the nearest one within ``FARTHEST_KM``. Places in other towns keep their
    address and have none.
    """
    districts = _named_districts(offer)
    if any(key(word) in _FROM_ANYWHERE for word in (*districts, offer.city)):
        return Place(kind=PlaceKind.REMOTE)
    street = notes.line("street", offer.street, 200)
    postcode = postcode_of(offer.postcode, notes)
    city = notes.line("city", offer.city, 120)
    point = point_of(offer.latitude, offer.longitude, notes)
    elsewhere = _is_elsewhere(city, postcode, town)
    district = None if elsewhere else _district(districts, city, point, (town, notes))
    has_address = bool(street or point or elsewhere)
    return Place(
        kind=PlaceKind.ADDRESS if has_address else PlaceKind.DISTRICT,
        street=street,
        postcode=postcode,
        city=city,
        district_id=district.id if district else None,
        point=point,
    )


def postcode_of(text: str, notes: Notes) -> str:
    """Return five digits out of ``text``, which may say "D-45127"."""
    found = re.search(r"(?<!\d)\d{5}(?!\d)", text)
    if text.strip() and not found:
        notes.add(f"postcode left out: {notes.line('postcode', text, 20)!r} has no five digits")
    return found[0] if found else ""


def point_of(latitude: str, longitude: str, notes: Notes) -> Point | None:
    """Return the point; 0 in either coordinate means that nobody looked it up."""
    north, east = _degrees(latitude), _degrees(longitude)
    if not north or not east:
        if _is_garbled(latitude, north) or _is_garbled(longitude, east):
            notes.add("coordinates left out: they are no numbers")
        return None
    bottom, top, left, right = CENTRAL_EUROPE
    if not (bottom <= north <= top and left <= east <= right):
        notes.add(f"coordinates left out: {north:g}, {east:g} lies outside Central Europe")
        return None
    return Point(north, east)


def _degrees(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_garbled(text: str, number: float | None) -> bool:
    return bool(text.strip()) and number is None


def _named_districts(offer: FreinetOffer) -> list[str]:
    return [name.strip() for said in offer.districts for name in re.split(r"[,;/]", said) if name.strip()]


def _is_elsewhere(city: str, postcode: str, town: Town) -> bool:
    """Tell whether the address names another town; a postcode or district of ours outweighs its spelling."""
    if not city or any(postcode and postcode in term.postcodes for term in town.vocabulary.districts):
        return False
    ours = telling_words(town.name)
    return not ours <= telling_words(city) and not _by_name(city, town)


def _district(names: list[str], city: str, point: Point | None, context: tuple[Town, Notes]) -> DistrictTerm | None:
    town, notes = context
    found = {term for name in names for term in _by_name(name, town)}
    for name in names:
        if not _by_name(name, town):
            notes.add(f"district unknown here: {notes.line('district', name, 60)!r}")
    if len(found) > 1:
        notes.add("several districts named, none taken")
        return None
    return next(iter(found), None) or next(iter(_by_name(city, town)), None) or _nearest(point, town)


def _by_name(name: str, town: Town) -> list[DistrictTerm]:
    """Return the district with this name, perhaps after the town's: "Bretten-Ruit" is Ruit."""
    districts = town.vocabulary.districts
    parts = [name, *re.split(r"[-–/,()]| OT ", name)]
    for part in parts:
        if same := [term for term in districts if part.strip() and key(term.name) == key(part)]:
            return same
    if key(name) == key(town.name):
        return []
    within = [term for term in matching_terms(name, districts) if telling_words(term.name) <= telling_words(name)]
    return within[:1]


def _nearest(point: Point | None, town: Town) -> DistrictTerm | None:
    if point is None:
        return None
    near = [(distance_km(point, term.point), term.id, term) for term in town.vocabulary.districts if term.point]
    distance, _, term = min(near, default=(math.inf, 0, None))
    return term if distance <= FARTHEST_KM else None
