"""Where a postal code is, and which locations are within some metres of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, degrees, radians, sin, sqrt

from services.registry.domain import Json

Point = tuple[float, float]
EARTH_M = 6_371_009.0


def point_of(location: Json) -> Point | None:
    """Return a location record's (latitude, longitude)."""
    found = location["hsds"]
    if "latitude" not in found or "longitude" not in found:
        return None
    return float(found["latitude"]), float(found["longitude"])


def centroid(points: Sequence[Point]) -> Point | None:
    """Return the middle of points that lie near each other; None without any."""
    if not points:
        return None
    return sum(at[0] for at in points) / len(points), sum(at[1] for at in points) / len(points)


def distance_m(one: Point, other: Point) -> float:
    """Return the metres between two points on the ground (haversine formula)."""
    (south, west), (north, east) = (map(radians, at) for at in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def where_near(at: Point, metres: float) -> Json:
    """Return the MongoDB filter of locations in the band of latitudes that holds a circle."""
    reach = degrees(metres / EARTH_M)
    return {"state.hsds.latitude": {"$gte": at[0] - reach, "$lte": at[0] + reach}}
