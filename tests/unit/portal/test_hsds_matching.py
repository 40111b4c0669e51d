"""Words and places turned into ids: what fits, and what is too much to name."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from portal import distances
from portal.hsds.matching import by_ids, fold, has_words, words_of
from shared.directory import Place, ServiceCard
from shared.errors import Invalid, Unavailable
from shared.hsds import MOST_IDS
from tests.support.search_hands import HOSTILE, card

Json = dict[str, Any]


class Copy:
    """A copy of a directory of these cards; `age` None is no copy yet."""

    def __init__(self, *cards: ServiceCard, age: float | None = 1.0) -> None:
        self._bodies = [msgspec.json.encode(one) for one in cards]
        self._age = age

    def bodies(self) -> list[bytes]:
        return self._bodies

    def age_s(self) -> float | None:
        return self._age


def found(copy: Any, resource: str = "services", **asked: Any) -> Json:
    return asyncio.run(by_ids(copy, resource, asked))


def here(id: str, postcode: str = "00301", latitude: float | None = 46.8) -> Place:
    longitude = None if latitude is None else -122.8
    return Place(
        area="XS-pine",
        ids=(id,),
        postal_code=postcode,
        latitude=latitude,
        longitude=longitude,
    )


NIGHT = card(
    "Night Café",
    description="Beds for Tonight",
    places=[here("p1"), here("p2", "00777", 60.0)],
)
DAY = card("Day beds", places=[here("p3", "00302", 46.82), here("p4", "00302", None)])
HIDDEN = card("Hidden beds", places=[Place(area="XS-pine", confidential=True)])
COPY = Copy(NIGHT, DAY, HIDDEN)


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("beds", [DAY.id, HIDDEN.id, NIGHT.id]),
        ("CAFE  tonight", [NIGHT.id]),
        ("café TONIGHT", [NIGHT.id]),
        ("ed", [DAY.id, HIDDEN.id, NIGHT.id]),
        ("cafebeds", []),
        ("beds elsewhere", []),
        (".*", []),
    ],
)
def test_every_word_must_occur(search: str, ids: list[str]) -> None:
    assert found(COPY, search=search) == {"ids": ids}
    assert found(COPY, "service_at_locations", search=search, size=7) == {"ids": ids, "size": 7}


def test_organizations_are_found_by_their_names() -> None:
    assert found(COPY, "organizations", search="ORG") == {"ids": ["o"]}
    assert found(COPY, "organizations", search="beds") == {"ids": []}


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"postcode": "00301"}, ["p1"]),
        ({"postcode": "00302"}, ["p3", "p4"]),
        ({"postcode": ""}, []),
        ({"postcode": "0030"}, []),
        ({"postcode": "00301", "proximity": 0.0}, ["p1"]),
        ({"postcode": "00301", "proximity": 5_000.0}, ["p1", "p3"]),
        ({"postcode": "00301", "proximity": 5_000.0, "search": "day"}, ["p3"]),
        ({"postcode": "99999", "proximity": 500_000.0}, []),
    ],
    ids=str,
)
def test_places_are_found_by_postal_code_and_distance(asked: Json, places: list[str]) -> None:
    assert found(COPY, "service_at_locations", **asked) == {"places": places}


def test_what_is_asked_else_is_passed_on_and_no_copy_is_needed_for_it() -> None:
    assert found(Copy(age=None), size=5, search=" \t ") == {"size": 5}
    with pytest.raises(Unavailable) as refused:
        found(Copy(age=None), search="beds")
    assert refused.value.field == "search"


def test_more_than_may_be_named_is_refused_by_the_filter_to_narrow() -> None:
    many = Copy(*(card(f"Bed {n}", places=[here(str(n))]) for n in range(MOST_IDS + 1)))
    assert len(found(many, search="bed 1")["ids"]) < MOST_IDS
    for resource, field, asked in (
        ("services", "search", {"search": "bed"}),
        ("service_at_locations", "postcode", {"search": "bed", "postcode": "00301"}),
        ("service_at_locations", "proximity", {"postcode": "00301", "proximity": 1.0}),
    ):
        with pytest.raises(Invalid) as refused:
            found(many, resource, **asked)
        assert (refused.value.field, refused.value.advice) == (field, "narrow the search")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_whatever_is_typed_is_only_looked_for(text: str) -> None:
    copy = Copy(card("Odd", description=f"x {text} y"))
    assert has_words(text, words_of(text))
    assert set(found(copy, search=text).get("ids", ["id-Odd"])) == {"id-Odd"}
    assert set(found(COPY, "service_at_locations", postcode=text)["places"]) == set()


def test_folding_leaves_letters_only_as_they_sound() -> None:
    assert fold("ÀÉÎÕÜ ñ Straße") == "aeiou n strasse"


def test_distances_are_those_of_the_globe() -> None:
    assert distances.distance_m((0, 0), (0, 1)) == pytest.approx(111_195, rel=1e-3)
    assert distances.distance_m((46.8, 179.999), (46.8, -179.999)) < 200
    assert distances.middle([]) is None
