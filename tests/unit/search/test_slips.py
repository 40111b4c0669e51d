"""What is taken along: short, exact, silent about what it is for and about hidden places."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from portal import slips
from shared.directory import Hours, Phone, Place, ServiceCard
from tests.support.search_hands import HOSTILE, card

NUMBER = [Phone(number="555-0101")]
OFFICE = [Hours(weekday=day, opens_at="09:00", closes_at="17:00") for day in range(5)]
SATURDAY = Hours(weekday=5, opens_at="10:00", closes_at="12:00")
OPEN_PLACE = Place(
    area="XS-lakeshore",
    street="1 Example Street",
    city="Larch",
    region="XS",
    transportation="Bus 5 stops at the door.",
)
#: A record that should never have come: hidden, and yet with everything.
HIDDEN = Place(
    area="XS-pine",
    confidential=True,
    name="The blue house",
    street="2 Secret Road",
    city="Pine",
    transportation="Bus 7 to Secret Road.",
)


def house(name: str = "Cedar House", **fields: Any) -> ServiceCard:
    return card(name, **{"phones": NUMBER, "hours": OFFICE, **fields})


def test_a_card_says_whom_to_call_when_and_how_to_get_there() -> None:
    made = slips.slip(house(places=[OPEN_PLACE], needs=["safety"], description="Secret"), "en")
    assert (made.name, made.phone) == ("Cedar House", "555-0101")
    assert made.hours == ["Monday – Friday: 9:00\u202fAM – 5:00\u202fPM"]
    assert made.ways == ["Go to 1 Example Street, Larch XS.", "Bus 5 stops at the door."]


def test_days_in_a_row_with_the_same_hours_are_one_line() -> None:
    odd = [*OFFICE[:2], *OFFICE[3:4], SATURDAY]
    made = slips.slip(house(hours=odd), "en")
    assert [line.split(":")[0] for line in made.hours] == [
        "Monday – Tuesday",
        "Thursday",
        "Saturday",
    ]
    assert slips.slip(house(hours=odd), "es").hours[0].startswith("lunes – martes: ")


@pytest.mark.parametrize("others", [[], [OPEN_PLACE]])
def test_nothing_taken_along_leads_to_a_hidden_place(others: list[Place]) -> None:
    one = house(places=[HIDDEN, *others], areas=["XS-pine"])
    made = slips.slip(one, "en")
    text = " ".join([made.name, *made.ways, slips.short_note(one), slips.text_message(one, "en")])
    for secret in ("Secret", "Pine", "blue", "Bus 7"):
        assert secret not in text
    assert made.ways[-1] == "Call. They tell you how to come."
    assert len(made.ways) == (3 if others else 1)


@pytest.mark.parametrize(
    "telling",
    [
        *("Trafficking Survivors Center", "VICTIM services", "Alto a la trata", "Casa Segura"),
        *("Sobrevivientes unidas", "Rape Crisis Line", "Domestic Violence Shelter"),
    ],
)
def test_a_telling_name_is_on_no_card(telling: str) -> None:
    assert slips.plain_name(house(telling)) == "Org"
    every = house(telling, places=[Place(area="XS-pine", city="Larch", name=telling)])
    alone = slips.slip(ServiceCard(**{**_fields(every), "organization_name": telling}), "en")
    assert alone.name == ""
    assert telling not in " ".join(alone.ways)


def _fields(one: ServiceCard) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


@pytest.mark.parametrize("plain", ["Harbor Light", "Battery Park Clinic", "North Star Shelter"])
def test_a_plain_name_stays(plain: str) -> None:
    assert slips.plain_name(house(plain)) == plain


def test_a_telling_way_is_left_out() -> None:
    told = Place(area="XS-a", city="Larch", transportation="Ask for the trafficking desk.")
    assert slips.ways(house(places=[told]), "en") == ["It is in Larch. Call for the street."]


def test_what_nobody_said_is_asked_on_the_phone() -> None:
    made = slips.slip(card("x"), "en")
    assert made.phone == ""
    assert made.hours == ["Call to find out."]
    assert made.ways == ["Call. They tell you how to come."]


def test_a_note_to_keep_fits_a_text_message() -> None:
    long = card("x" * 300, phones=NUMBER)
    assert len(slips.short_note(long)) <= 160
    short = card("Cedar House", phones=NUMBER, areas=["XS-pine"])
    assert slips.short_note(short) == "Cedar House, 555-0101, Pine"


def test_a_text_has_the_number_and_the_hours_only() -> None:
    one = house(needs=["legal_assistance"], places=[OPEN_PLACE])
    text = "Call 555-0101. Mon - Fri: 9:00 AM - 5:00 PM"
    assert slips.text_message(one, "en") == text
    assert slips.text_link(one, "en").startswith("sms:?body=Call%20555-0101.%20Mon")
    assert unquote(slips.text_link(one, "en").removeprefix("sms:?body=")) == text


def test_a_text_is_never_longer_than_one_message() -> None:
    patchwork = [
        Hours(weekday=day, opens_at=f"{opens:02}:{day}0", closes_at=f"{opens + 1:02}:30")
        for day in range(6)
        for opens in (6, 9, 12, 15)
    ]
    for lang in ("en", "es"):
        assert slips.text_message(house(hours=patchwork), lang).endswith("555-0101")
    assert slips.text_message(card("x", phones=[Phone(number="5" * 400)]), "en") == ""
    assert slips.text_link(card("x", hours=OFFICE), "en") == ""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_record_makes_no_other_link(hostile: str) -> None:
    one = house(hostile, phones=[Phone(number=hostile)], places=[OPEN_PLACE])
    assert len(slips.short_note(one)) <= 160
    link = slips.text_link(one, "en")
    assert not link or set(link.removeprefix("sms:?body=")).isdisjoint("&?#/:<>\"' \r\n")
