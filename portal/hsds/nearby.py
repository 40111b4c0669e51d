"""Where a postal code is, and how far two points are apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from shared.directory import Place

Point = tuple[float, float]
EARTH_M = 6_371_009.0


def point_of(place: Place) -> Point | None:
    """Return a place's (latitude, longitude)."""
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


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
