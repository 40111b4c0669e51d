"""What may be in the directory twice is listed with why; a person says what it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from services.registry import pairs
from services.registry.likeness import MOST_SHARE, Seen, alike, is_similar, plain_host, plain_phone
from shared.errors import Invalid, NotAllowed
from shared.events.registry import OrganizationsLinked, OrganizationsToldApart

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_shared_phone_is_enough_however_it_is_written() -> None:
    seen = [
        Seen("a", "Harbor Light", phones=("(370) 555-0108",)),
        Seen("b", "Quite another name", phones=("+1 370 555 0108 x12",)),
        Seen("c", "Harbor Light", phones=("370-555-0109",)),
    ]
    assert [(one.pair, one.why) for one in alike(seen)] == [(("a", "b"), {"same_phone"})]


def test_a_shared_website_or_house_needs_a_similar_name() -> None:
    house, site = ("418 Tern St.", "00301"), "https://www.example.org/about"
    seen = [
        Seen("a", "Harbor Light, Inc.", websites=(site,), addresses=(house,)),
        Seen("b", "The Harbor Lights", websites=("example.org",)),
        Seen("c", "HARBOR LIGHT", addresses=(("418 tern st", "00301"),)),
        Seen("d", "Lakeshore Legal Aid", websites=(site,), addresses=(house,)),
    ]
    found = {one.pair: one.why for one in alike(seen)}
    assert found == {("a", "b"): {"same_website"}, ("a", "c"): {"same_address"}}


def test_services_that_look_alike_are_told_with_their_organizations() -> None:
    seen = [
        Seen("a", "Beds for tonight", service="s1", phones=("370-555-0108",)),
        Seen("b", "Beds for to-night", service="s2", phones=("370-555-0108",)),
        Seen("b", "Legal help", service="s3", phones=("370-555-0108",)),
    ]
    (found,) = alike(seen)
    assert found.services == {("s1", "s2")}


def test_one_organization_is_no_pair_and_what_everybody_shares_says_nothing() -> None:
    own = [Seen("a", "Beds", service=f"s{n}", phones=("370-555-0108",)) for n in range(5)]
    assert alike(own) == []
    hotline = [Seen(f"o{n:02}", "House", phones=("370-555-0100",)) for n in range(MOST_SHARE + 1)]
    assert alike(hotline) == []
    assert len(alike(hotline[:-1])) == MOST_SHARE * (MOST_SHARE - 1) // 2


@pytest.mark.parametrize("text", ["", "911", "call us", "555-0108", "\x00" * 50, "x" * 9_000])
def test_what_is_no_phone_is_not_compared(text: str) -> None:
    assert plain_phone(text) == ""


@pytest.mark.parametrize("text", ["", "http://", "localhost", "http://[", "//" * 500, "none"])
def test_what_is_no_website_is_not_compared(text: str) -> None:
    assert plain_host(text) == ""


def test_names_without_letters_are_not_similar() -> None:
    assert not is_similar("", "")
    assert not is_similar("Inc.", "The")


def test_twenty_thousand_services_take_seconds() -> None:
    seen = [
        Seen(
            f"o{n // 4}",
            f"Community Service {n % 997} of Place {n % 89}",
            service=f"s{n}",
            phones=(f"370555{n % 3000:04}",),
            websites=(f"https://host{n % 1700}.example.org",),
            addresses=((f"{n % 1700} Tern Street", "00301"),),
        )
        for n in range(20_000)
    ]
    begun = time.monotonic()
    assert alike(seen)
    assert time.monotonic() - begun < 20, "under 4 s on two busy cores"


def test_a_link_is_kept_once_and_taken_back_by_saying_the_other() -> None:
    pair = pairs.ordered("b", "a")
    move = pairs.decide(None, pair, "linked", AT, "maria")
    assert move is not None
    state, events = move
    assert events == [OrganizationsLinked(first="a", second="b")]
    assert pairs.decide(state, pair, "linked", AT, "maria") is None
    apart = pairs.decide(state, pair, "told_apart", AT, "maria")
    assert apart is not None
    assert apart[1] == [OrganizationsToldApart(first="a", second="b")]


def test_only_the_coordinator_decides_about_two_organizations() -> None:
    pairs.must_coordinate("hub", "hub")
    for agency, coordinator in (("other", "hub"), ("", "")):
        with pytest.raises(NotAllowed):
            pairs.must_coordinate(agency, coordinator)
    with pytest.raises(Invalid):
        pairs.ordered("a", "a")
