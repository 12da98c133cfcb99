"""Points on the globe and the distances between them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""
NORTH_POLE, DATE_LINE = 90, 180
"""In degrees."""


@dataclass(frozen=True)
class Point:
    """A place in WGS 84, in decimal degrees.

    Raises:
        ValueError: latitude or longitude is out of range.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -NORTH_POLE <= self.latitude <= NORTH_POLE:
            raise ValueError(f"latitude {self.latitude} is not within ±90°")
        if not -DATE_LINE <= self.longitude <= DATE_LINE:
            raise ValueError(f"longitude {self.longitude} is not within ±180°")


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres (haversine formula)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = math.sin((lat2 - lat1) / 2)
    half_lon = math.sin(math.radians(other.longitude - one.longitude) / 2)
    root = half_lat**2 + math.cos(lat1) * math.cos(lat2) * half_lon**2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, root)))


_DEGREES = r"([-+]?\d{1,3}(?:[.,]\d+)?)\s*°?"
_POINT = re.compile(rf"\s*(?:N\s*)?{_DEGREES}\s*N?\s*[,;/ ]\s*(?:[EO]\s*)?{_DEGREES}\s*[EO]?\s*", re.IGNORECASE)


def parse_point(text: str) -> Point:
    """Return the point that a person typed or copied from a map: ``49,0369 8,7074`` as well as ``49.0369, 8.7074``.

    Raises:
        ValueError: it is none; there are two numbers, latitude first, with decimal comma or point.
    """
    found = _POINT.fullmatch(text)
    if not found:
        raise ValueError("a point is a latitude and a longitude")
    latitude, longitude = (float(number.replace(",", ".")) for number in found.groups())
    return Point(latitude, longitude)
