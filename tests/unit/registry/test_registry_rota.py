"""Whom to call in an area, at any hour; an hour nobody covers is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.registry import rota
from services.registry.domain import Json, written
from services.registry.rota import Shift
from shared.errors import Invalid
from shared.events.registry import RotaSet
from tests.support.registry_records import id_for

DAY_DESK = id_for("organization", "Harbor Light")
NIGHT_DESK = id_for("organization", "North Star")
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def shift(weekday: int, opens: str, closes: str, organization: str = DAY_DESK) -> Shift:
    return Shift(organization=organization, weekday=weekday, opens=opens, closes=closes)


def weekdays(*shifts: Shift, timezone: str = "UTC") -> Json:
    move = rota.set_rota(None, "XS-lakeshore", shifts, timezone)
    assert move is not None
    return move[0]


def asked(state: Json | None, at: datetime) -> tuple[str | None, str | None]:
    told = rota.on_call(state, at)
    return told["agency"], told["until"]


def test_a_rota_is_set_once() -> None:
    shifts = [shift(0, "07:00", "19:00")]
    state, events = rota.set_rota(None, "XS-pine", shifts, "UTC") or ({}, [])
    assert events == [RotaSet(area="XS-pine")]
    assert rota.set_rota(state, "XS-pine", shifts, "UTC") is None
    assert rota.set_rota(state, "XS-pine", [], "UTC") is not None


def test_who_is_on_call_and_until_when() -> None:
    state = weekdays(shift(0, "07:00", "19:00"), shift(0, "19:00", "07:00", NIGHT_DESK))
    assert asked(state, MONDAY.replace(hour=8)) == (DAY_DESK, written(MONDAY.replace(hour=19)))
    tuesday_morning = MONDAY + timedelta(days=1, hours=7)
    assert asked(state, MONDAY.replace(hour=23)) == (NIGHT_DESK, written(tuesday_morning))
    assert asked(state, tuesday_morning - timedelta(minutes=1))[0] == NIGHT_DESK
    next_monday = MONDAY + timedelta(days=7, hours=7)
    assert asked(state, tuesday_morning) == (None, written(next_monday))


def test_an_area_without_a_rota_has_nobody_on_call() -> None:
    assert asked(None, MONDAY) == (None, None)
    assert asked(weekdays(), MONDAY) == (None, None)


def test_who_is_always_on_call_has_no_end() -> None:
    state = weekdays(*(shift(day, "00:00", "24:00") for day in range(7)))
    assert asked(state, MONDAY + timedelta(hours=5)) == (DAY_DESK, None)
    state = weekdays(*(shift(day, "09:00", "09:00") for day in range(7)))
    assert asked(state, MONDAY + timedelta(hours=5)) == (DAY_DESK, None)


def test_where_shifts_overlap_the_first_listed_is_on_call() -> None:
    state = weekdays(shift(0, "06:00", "12:00"), shift(0, "08:00", "18:00", NIGHT_DESK))
    assert asked(state, MONDAY.replace(hour=9)) == (DAY_DESK, written(MONDAY.replace(hour=12)))
    assert asked(state, MONDAY.replace(hour=12))[0] == NIGHT_DESK


def test_the_clock_on_the_wall_decides_and_a_clock_change_does_not_break_it() -> None:
    every_day = [shift(day, "08:00", "20:00") for day in range(7)]
    state = weekdays(*every_day, timezone="America/New_York")
    before = datetime(2026, 10, 31, 12, 30, tzinfo=UTC)  # 08:30, UTC-4
    after = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)  # 07:30, UTC-5
    assert asked(state, before)[0] == DAY_DESK
    assert asked(state, after) == (None, written(datetime(2026, 11, 1, 13, tzinfo=UTC)))


def test_the_number_to_call_is_named_by_a_setting_and_never_told_itself() -> None:
    desk = Shift(
        organization=DAY_DESK, weekday=0, opens="00:00", closes="24:00", phone_setting="desk_phone"
    )
    assert rota.on_call(weekdays(desk), MONDAY)["phone_setting"] == "desk_phone"


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 7},
        {"opens": "7:00"},
        {"opens": "24:00"},
        {"closes": "25:00"},
        {"organization": "north-star"},
        {"phone_setting": "370-555-0100"},
        {"phone": "370-555-0100"},
    ],
)
def test_a_shift_must_be_readable(wrong: dict[str, Any]) -> None:
    right = {"organization": DAY_DESK, "weekday": 0, "opens": "07:00", "closes": "19:00"}
    msgspec.convert(right, Shift)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**right, **wrong}, Shift)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_time_zone_must_exist(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        rota.set_rota(None, "XS-pine", [], name)
    assert refused.value.field == "timezone"
