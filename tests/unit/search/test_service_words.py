"""A service in words: open or closed to the minute, told so long ago, short enough to keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from portal import service_words
from portal.named_places import area_name
from portal.needs import needs_meant
from portal.opening import Opening, age_s, by_day, opening
from shared.directory import Capacity, Hours, Phone, Place
from tests.support.search_hands import card

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
OFFICE = [Hours(weekday=day, opens_at="09:00", closes_at="17:00") for day in range(5)]
NIGHT = [Hours(weekday=day, opens_at="20:00", closes_at="06:00") for day in range(7)]
WEEKEND = [Hours(weekday=day, opens_at="00:00", closes_at="23:59") for day in (5, 6)]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week; day 0 is Monday."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        (OFFICE, at(0, 9), Opening("open", "17:00")),
        (OFFICE, at(0, 16, 59), Opening("open", "17:00")),
        (OFFICE, at(0, 17), Opening("closed", "09:00", 1)),
        (OFFICE, at(0, 8, 59), Opening("closed", "09:00")),
        (OFFICE, at(4, 18), Opening("closed", "09:00", 0)),
        (OFFICE, at(6, 23, 59), Opening("closed", "09:00", 0)),
        (NIGHT, at(0, 5), Opening("open", "06:00")),
        (NIGHT, at(6, 23), Opening("open", "06:00", 0)),
        (NIGHT, at(3, 12), Opening("closed", "20:00")),
        (WEEKEND, at(5, 3), Opening("open", "00:00", 6)),
        (WEEKEND, at(6, 3), Opening("open", "00:00")),
        (WEEKEND, at(2, 3), Opening("closed", "00:00", 5)),
        ([], at(2, 3), Opening("unknown")),
        ([Hours(weekday=9, opens_at="x", closes_at="25:00")], at(0, 3), Opening("unknown")),
    ],
)
def test_open_or_closed_and_until_when(
    hours: list[Hours], moment: datetime, expected: Opening
) -> None:
    assert opening(card("x", hours=hours), moment) == expected


def test_open_day_and_night_needs_no_hours() -> None:
    assert opening(card("x", open_24_7=True), at(0, 3)).state == "always"


def test_what_was_told_is_so_old() -> None:
    now = at(0, 12)
    assert age_s("2026-11-23T11:00:00+00:00", now) == 3_600
    assert age_s("2026-11-23T13:00:00+02:00", now) == 3_600
    assert age_s("2026-11-24T00:00:00+00:00", now) == 0
    for nothing in ("", "yesterday", "2026-11-23T11:00:00"):
        assert age_s(nothing, now) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "checked 1 minute ago"),
        (61, "checked 1 minute ago"),
        (3_599, "checked 59 minutes ago"),
        (3_600, "checked 1 hour ago"),
        (47 * 3_600, "checked 47 hours ago"),
        (48 * 3_600, "checked 2 days ago"),
    ],
)
def test_ages_in_words(seconds: float, words: str) -> None:
    assert service_words.ago_words(seconds, "en") == words


def test_capacity_in_words_only_when_somebody_counted() -> None:
    now = at(0, 12)
    told = Capacity(outward="has", updated_at="2026-11-23T10:00:00+00:00")
    assert service_words.space_words(told, "en") == "Has space"
    assert service_words.checked_words(told, "en", now) == "checked 2 hours ago"
    assert service_words.space_words(Capacity(outward="assessment_needed"), "en") == ""
    assert service_words.checked_words(Capacity(), "en", now) == ""


def test_a_result_says_where_without_an_address() -> None:
    hidden = Place(area="XS-pine", confidential=True)
    open_place = Place(area="XS-harbor", city="Larch", street="1 Example Street")
    assert service_words.where(card("x", places=[hidden, open_place])) == "Pine, Larch"
    assert service_words.where(card("x", areas=["XS-lakeshore"])) == "Lakeshore"
    assert service_words.where(card("x")) == ""


def test_a_result_calls_a_voice_number_and_shows_the_others() -> None:
    numbers = [
        Phone(number="555-0101", kind="text"),
        Phone(number="555-0102"),
        Phone(number="555-0103", kind="fax"),
    ]
    shown = card("x", phones=numbers)
    assert service_words.first_phone(shown) == numbers[1]
    assert service_words.other_phones(shown) == [numbers[0]]
    assert service_words.first_phone(card("y", phones=numbers[:1])) is None


def test_hostile_names_are_escaped_in_languages_and_kept_as_text_elsewhere() -> None:
    one = service_words.result(card("<b>x</b>", languages=["es", "xx"]), "en", at(0, 12))
    assert one.name == "<b>x</b>"
    assert str(one.languages) == '<span lang="es">Español</span>'


def test_everyone_is_said_in_one_line_and_some_are_named() -> None:
    every = card("x", genders=["woman", "man", "nonbinary"])
    assert service_words.who_words(every, "en") == ["People of any gender"]
    men = card("x", genders=["man"], can_come=["no_id"])
    assert service_words.who_words(men, "en") == ["Men and boys", "No ID needed"]


MISSION = [
    Hours(weekday=day, opens_at=opens, closes_at=closes)
    for day in range(7)
    for opens, closes in (("00:00", "08:00"), ("16:00", "23:59"))
]


def test_a_night_is_one_span_also_from_sunday_to_monday() -> None:
    assert opening(card("x", hours=MISSION), at(6, 22)) == Opening("open", "08:00", 0)
    assert opening(card("x", hours=MISSION), at(0, 3)) == Opening("open", "08:00")
    assert by_day(MISSION) == {day: [("16:00", "08:00")] for day in range(7)}


def test_hours_of_the_week_day_by_day() -> None:
    odd = Hours(weekday=0, opens_at="18:00", closes_at="24:00")
    assert by_day([*OFFICE[:1], odd]) == {0: [("09:00", "17:00"), ("18:00", "00:00")]}
    assert by_day(WEEKEND) == {5: [("00:00", "00:00")], 6: [("00:00", "00:00")]}
    long = [Hours(weekday=4, opens_at="18:00", closes_at="24:00"), *WEEKEND]
    assert by_day(long)[4] == [("18:00", "00:00")]
    assert by_day([]) == {}
    week = service_words.week(card("x", hours=[*OFFICE[:1], *WEEKEND]), "en")
    assert [day for day, _ in week] == ["Monday", "Saturday", "Sunday"]
    assert week[1][1] == "all day"


@pytest.mark.parametrize(
    ("code", "name"),
    [("XS-lakeshore", "Lakeshore"), ("US-DC", "DC"), ("XG-county-3", "County 3"), ("", "")],
)
def test_areas_have_names_people_use(code: str, name: str) -> None:
    assert area_name(code) == name


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("shelter for men", "emergency_housing"),
        ("shleter", "emergency_housing"),
        ("abogado visa T", "legal_assistance"),
        ("lawer", "legal_assistance"),
        ("me duele la muela", "dental_care"),
    ],
)
def test_lay_words_mean_needs(text: str, need: str) -> None:
    assert need in needs_meant(text)


def test_words_nobody_knows_mean_nothing() -> None:
    assert needs_meant("zzzzqqq") == []


def test_a_zone_other_than_utc_counts_its_own_clock() -> None:
    east = at(0, 14).astimezone(timezone(timedelta(hours=-5)))
    assert opening(card("x", hours=OFFICE), east).state == "open"
