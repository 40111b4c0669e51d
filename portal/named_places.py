"""The places people name, made from the copy: towns, counties, postal codes, and what is near them.

A name that several places have means the one with most services, unless what follows a comma says
which: "Cedar, Pine". A town is in the area most of its addresses are in; a service in it that
serves more areas does not make the town lie in all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from math import degrees
from typing import Any, NamedTuple

from portal.distances import EARTH_M, MILE_M, distance_m, middle
from portal.phrases import as_words
from portal.rings import RINGS
from portal.wishes import Near, Spot
from shared.cells import SIDES, Point, cells_of, middle_of, rounded

Json = dict[str, Any]

#: How alike a place's name must be to be taken for it (difflib's ratio), and how long one may be.
CLOSE = 0.8
LONGEST_NAME = 80
#: Addresses of one name that are no farther apart are in one town, whatever counties they are in.
TOGETHER_M = 25 * MILE_M
#: A town is in another area too when at least one in so many of its addresses is.
A_PART = 3
MOST_OTHERS = 3
MOST_REMEMBERED = 2_000


class Row(NamedTuple):
    """A place of `times` services. Without a name it is only somewhere in its area."""

    name: str
    region: str
    area: str
    latitude: float | None
    longitude: float | None
    times: int = 1

    @property
    def point(self) -> Point | None:
        return rounded(self.latitude, self.longitude)


def rows_of(
    card: Json, document: Json
) -> Iterator[tuple[str, str, str, float | None, float | None]]:
    """Yield the places of a service as rows without their count: its areas, and each public place
    by town and postal code, in hundredths of a degree."""
    areas = [area for area in document.get("areas", ()) if len(area) > 1]
    yield from (("", "", area, None, None) for area in areas)
    for place in card.get("places", ()):
        if place.get("confidential"):
            continue
        point = rounded(place.get("latitude"), place.get("longitude")) or (None, None)
        region = place.get("region", "").upper()
        here = [place["area"]] if place.get("area") else areas or [""]
        for name in ("", place.get("city", ""), place.get("postal_code", "")):
            if name or point[0] is not None:
                yield from ((name, region, area, *point) for area in here)


@dataclass
class _Group:
    """Addresses of one name that are one place."""

    name: str
    region: str
    areas: Counter[str] = field(default_factory=Counter)
    points: set[Point] = field(default_factory=set)
    middle: Point | None = None

    def take(self, areas: Counter[str], points: Iterable[Point]) -> None:
        self.areas += areas
        self.points |= set(points)
        self.middle = middle(sorted(self.points))

    def is_one_with(self, other: _Group) -> bool:
        if self.middle is None or other.middle is None:
            return bool(self.region) and self.region == other.region
        return distance_m(self.middle, other.middle) <= TOGETHER_M

    @property
    def codes(self) -> tuple[str, ...]:
        most = max(self.areas.values(), default=0)
        known = [code for code, count in self.areas.most_common() if count * A_PART >= most]
        return tuple(code for code in known if code)

    @property
    def whereabouts(self) -> str:
        return next((area_name(code) for code in self.codes), self.region)

    def is_meant_by(self, word: str) -> bool:
        said = {self.region, *(area_name(code) for code in self.areas if code)}
        return word in {one.casefold() for one in said}


class NamedPlaces:
    """What is known of places, all of one moment of the copy."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        told = list(rows)
        codes = sorted({row.area for row in told if row.area})
        #: (code, name) of every service area, by name.
        self.areas = sorted(((code, area_name(code)) for code in codes), key=lambda one: one[1])
        self._names = {**_towns(told), **_counties(told, self.areas)}
        #: Every place by its name as `portal.phrases` writes words.
        self.words: Mapping[str, Spot] = {
            as_words(name): _spot(groups, groups[0]) for name, groups in self._names.items()
        }
        points = {row.point for row in told if not row.name}
        cells = {cell for at in points if at is not None for cell in cells_of(*at)}
        #: Middles of the cells that have a service, by the size of cell, from south to north.
        self._cells = {
            size: sorted((middle_of(cell), cell) for cell in cells if cell[0] == size)
            for size in SIDES
        }
        self._rings: dict[tuple[Point, int], tuple[str, ...]] = {}

    def named(self, text: str) -> Spot | None:
        """Return the place of a name, a typo forgiven; None when none is known by it."""
        name, _, more = (part.strip() for part in text.casefold().partition(","))
        name = name.removesuffix(" county")
        if not name or len(name) > LONGEST_NAME:
            return None
        groups = self._names.get(name[:5] if name[:1].isdigit() else name)
        if groups is None and not name[0].isdigit():
            alike = [known for known in self._names if known[:1] == name[0]]
            near = get_close_matches(name, alike, n=1, cutoff=CLOSE)
            groups = self._names[near[0]] if near else None
        if not groups:
            return None
        more = more.removesuffix(" county")
        meant = (group for group in groups if group.is_meant_by(more))
        return _spot(groups, next(meant, groups[0]))

    def around(self, spot: Spot, miles: int = 0) -> Near:
        """Return a place as a search asks for it: with the rings around it, or with those up to so
        many miles. Without a middle there are no rings."""
        if spot.middle is None:
            return Near(spot.areas)
        rings = [one for one in RINGS if not miles or one <= miles]
        cells = tuple(self._ring(spot.middle, one) for one in rings)
        return Near(spot.areas, cells, is_limited=bool(miles))

    def _ring(self, middle: Point, miles: int) -> tuple[str, ...]:
        found = self._rings.get((middle, miles))
        if found is None:
            if len(self._rings) >= MOST_REMEMBERED:
                self._rings.clear()
            found = tuple(self._cells_within(middle, miles))
            self._rings[middle, miles] = found
        return found

    def _cells_within(self, middle: Point, miles: int) -> Iterator[str]:
        cells, far = self._cells[RINGS[miles]], miles * MILE_M
        north = degrees(far / EARTH_M)
        first = bisect_left(cells, ((middle[0] - north, -180.0), ""))
        for at, cell in islice(cells, first, None):
            if at[0] > middle[0] + north:
                break
            if distance_m(middle, at) <= far:
                yield cell


def area_name(code: str) -> str:
    """Return what people call an area: XS-lakeshore is Lakeshore, US-DC is DC."""
    _, _, name = code.partition("-")
    return name if name.isupper() else name.replace("-", " ").title()


def _towns(rows: Iterable[Row]) -> dict[str, list[_Group]]:
    """The places of each name, the one with most addresses first."""
    parts: dict[str, dict[tuple[str, str], list[Row]]] = {}
    for row in rows:
        if row.name:
            same = parts.setdefault(row.name.casefold(), {})
            same.setdefault((row.region, row.area), []).append(row)
    found = {name: _groups(list(same.values())) for name, same in parts.items()}
    return {name: groups for name, groups in found.items() if groups}


def _groups(parts: list[list[Row]]) -> list[_Group]:
    groups: list[_Group] = []
    for rows in sorted(parts, key=_count, reverse=True):
        most = max(rows, key=lambda row: row.times)
        part = _Group(most.name, most.region)
        part.take(Counter({most.area: _count(rows)}), _points(rows))
        same = next((one for one in groups if one.is_one_with(part)), None)
        if same is None:
            groups.append(part)
        else:
            same.take(part.areas, part.points)
    known = [one for one in groups if one.codes or one.middle is not None]
    return sorted(known, key=lambda one: one.areas.total(), reverse=True)


def _counties(rows: Iterable[Row], areas: Iterable[tuple[str, str]]) -> dict[str, list[_Group]]:
    inside: dict[str, list[Row]] = {}
    for row in rows:
        if not row.name:
            inside.setdefault(row.area, []).append(row)
    found = {}
    for code, name in areas:
        county = _Group(name, "")
        county.take(Counter({code: 1}), _points(inside.get(code, ())))
        found[name.casefold()] = [county]
    return found


def _spot(groups: Sequence[_Group], meant: _Group) -> Spot:
    others = [_full_name(one) for one in groups if one is not meant and one.whereabouts]
    name = meant.name if len(groups) == 1 else _full_name(meant)
    return Spot(name, meant.codes, meant.middle, tuple(others[:MOST_OTHERS]))


def _full_name(group: _Group) -> str:
    return f"{group.name}, {group.whereabouts}" if group.whereabouts else group.name


def _points(rows: Iterable[Row]) -> list[Point]:
    return [row.point for row in rows if row.point is not None]


def _count(rows: Iterable[Row]) -> int:
    return sum(row.times for row in rows)
