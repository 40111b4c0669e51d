"""Squares of the map that stand for public addresses: they group, and point at no house.

A square is named by a letter for its size and its numbers from the south pole and the date line.
The squares of two sizes a point is in are its cells: fine ones tell near from far, coarse ones
keep a question about a wide ring short. docs/decisions/0008 says why squares and not points.
"""

from __future__ import annotations

from math import isfinite

Point = tuple[float, float]
#: Sides of a square in hundredths of a degree: a fine one is 2.2 km from south to north.
SIDES = {"f": 2, "c": 10}


def rounded(latitude: float | None, longitude: float | None) -> Point | None:
    """Return a point in hundredths of a degree (1.1 km); None for what is no point on Earth."""
    if latitude is None or longitude is None:
        return None
    if not (isfinite(latitude) and isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return round(latitude, 2), round(longitude, 2)


def cells_of(latitude: float | None, longitude: float | None) -> tuple[str, ...]:
    """Return the fine and the coarse square of a point; none for what is no point on Earth."""
    point = rounded(latitude, longitude)
    if point is None:
        return ()
    north, east = round(point[0] * 100) + 9_000, round(point[1] * 100) + 18_000
    return tuple(f"{size}{north // side}x{east // side}" for size, side in SIDES.items())


def middle_of(cell: str) -> Point:
    """Return the middle of a square that `cells_of` named."""
    north, _, east = cell[1:].partition("x")
    side = SIDES[cell[0]] / 100
    return (int(north) + 0.5) * side - 90, (int(east) + 0.5) * side - 180
