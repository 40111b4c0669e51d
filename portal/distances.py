"""How far it is: points, middles and distances on the ground, and a distance in plain words.

A distance is from the middle of the place somebody named, in a straight line. It is told no finer
than that is true: to the mile below ten, then to five and to ten miles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import asin, copysign, cos, radians, sin, sqrt
from statistics import median

import msgspec

from portal.i18n import N_, translate
from shared.cells import Point, rounded
from shared.directory import Place

EARTH_M = 6_371_009.0
MILE_M = 1_609.344
#: Nearer than this a number of miles would say more than is known.
NEXT_TO_MI = 1.5
#: Farther than this only that it is far is told.
FAR_MI = 105.0


class _Placed(msgspec.Struct):
    """What of a service card is looked at."""

    places: list[Place] = []


_cards = msgspec.json.Decoder(_Placed)


def point_of(place: Place) -> Point | None:
    """Return a place's (latitude, longitude); None where it has none, or none on Earth."""
    at = place.latitude, place.longitude
    if place.confidential or at[0] is None or at[1] is None or rounded(*at) is None:
        return None
    return at[0], at[1]


def middle(points: Sequence[Point]) -> Point | None:
    """Return the middle of points that lie near each other; None without any.

    It is that of each direction alone (the median), so that one wrong point moves it little.
    """
    if not points:
        return None
    # Counted from the first point, so that the date line is no border.
    first = points[0][1]
    east = first + median((at[1] - first + 180) % 360 - 180 for at in points)
    if abs(east) > 180:
        east -= copysign(360, east)
    return median(at[0] for at in points), east


def distance_m(one: Point, other: Point) -> float:
    """Return the metres between two points on the ground (haversine formula)."""
    (south, west), (north, east) = (map(radians, at) for at in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def nearest_m(places: Iterable[Place], middle: Point) -> float | None:
    """Return the metres to the nearest of places whose point is public; None without any."""
    points = (point_of(place) for place in places)
    return min((distance_m(middle, at) for at in points if at is not None), default=None)


def far_words(card: bytes, middle: Point | None, lang: str) -> str:
    """Return how far a service is, in words; "" when it cannot be told. `card` is in JSON."""
    if middle is None:
        return ""
    metres = nearest_m(_cards.decode(card).places, middle)
    return "" if metres is None else _words(_told_miles(metres / MILE_M), lang)


def _told_miles(miles: float) -> int:
    """Return the miles to tell: 0 for next to it, -1 for far away."""
    if miles < NEXT_TO_MI:
        return 0
    if miles >= FAR_MI:
        return -1
    step = 1 if miles < 9.5 else 5 if miles < 27.5 else 10
    return int(miles / step + 0.5) * step


@lru_cache(maxsize=1_000)
def _words(miles: int, lang: str) -> str:
    if miles == 0:
        return translate(lang, N_("Less than 2 miles away"))
    if miles < 0:
        return translate(lang, N_("More than 100 miles away"))
    return translate(lang, N_("About %(miles)s miles away"), miles=miles)
