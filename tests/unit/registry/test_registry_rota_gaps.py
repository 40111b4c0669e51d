"""When nobody is on call in the coming week, also over a clock change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry import rota
from services.registry.domain import Json, written
from services.registry.rota import Shift
from shared.errors import Invalid
from tests.support.registry_records import id_for

DESK = id_for("organization", "Harbor Light")
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NEW_YORK = "America/New_York"
#: In New York clocks go from 02:00 to 03:00 on the one, from 02:00 back to 01:00 on the other.
SPRING, AUTUMN = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)


def shift(weekday: int, opens: str, closes: str) -> Shift:
    return Shift(organization=DESK, weekday=weekday, opens=opens, closes=closes)


def rota_of(*shifts: Shift, timezone: str = "UTC") -> Json:
    move = rota.set_rota(None, "XS-lakeshore", shifts, timezone)
    assert move is not None
    return move[0]


def daily(*hours: tuple[str, str], timezone: str = "UTC") -> Json:
    shifts = [shift(day, opens, closes) for day in range(7) for opens, closes in hours]
    return rota_of(*shifts, timezone=timezone)


def spans(state: Json | None, at: datetime) -> list[tuple[float, float]]:
    """Return the gaps in hours from a moment on."""
    return [
        tuple((datetime.fromisoformat(one[edge]) - at) / timedelta(hours=1) for edge in one)  # type: ignore[misc]
        for one in rota.gaps(state, at)
    ]


def test_an_area_without_a_rota_is_uncovered_for_the_week() -> None:
    week = [{"begins": written(MONDAY), "ends": written(MONDAY + timedelta(days=7))}]
    assert rota.gaps(None, MONDAY) == week
    assert rota.gaps(rota_of(), MONDAY) == week


@pytest.mark.parametrize(
    "hours", [[("00:00", "24:00")], [("09:00", "09:00")], [("07:00", "19:00"), ("19:00", "07:00")]]
)
@pytest.mark.parametrize("at", [MONDAY, SPRING, AUTUMN])
def test_who_covers_every_hour_leaves_no_gap(hours: list[tuple[str, str]], at: datetime) -> None:
    for timezone in ("UTC", NEW_YORK):
        assert rota.gaps(daily(*hours, timezone=timezone), at) == []
        assert rota.gaps(daily(*hours, timezone=timezone), at - timedelta(days=3)) == []


def test_the_hours_between_shifts_are_the_gaps() -> None:
    shifts = [shift(day, "00:00", "24:00") for day in (0, 2, 3, 4, 5, 6)]
    state = rota_of(*shifts, shift(1, "00:00", "02:00"), shift(1, "06:00", "24:00"))
    assert spans(state, MONDAY) == [(26, 30)]


def test_a_gap_now_begins_now_and_the_last_one_ends_with_the_week() -> None:
    state = daily(("08:00", "20:00"))
    found = spans(state, MONDAY.replace(hour=22))
    assert (found[0], found[-1]) == ((0, 10), (7 * 24 - 2, 7 * 24))
    assert spans(state, MONDAY.replace(hour=2))[-1] == (6 * 24 + 18, 7 * 24)
    assert spans(rota_of(shift(3, "00:00", "24:00")), MONDAY) == [(0, 72), (96, 168)]


def test_shifts_that_overlap_leave_only_what_none_covers() -> None:
    long_and_short = [shift(0, "00:00", "20:00"), shift(0, "03:00", "05:00")]
    assert spans(rota_of(*long_and_short), MONDAY) == [(20, 168)]


@pytest.mark.parametrize(("at", "length"), [(SPRING, 0), (AUTUMN, 2)])
def test_a_gap_over_a_clock_change_is_as_long_as_it_is(at: datetime, length: int) -> None:
    """`at` is midnight in New York; the hour after two is there or twice, and then missing."""
    hour = ("01:00", "02:00") if at == AUTUMN else ("02:00", "03:00")
    state = daily(("00:00", hour[0]), (hour[1], "24:00"), timezone=NEW_YORK)
    begins = int(hour[0][:2])
    night = [(begins, begins + length)] if length else []
    rest = [one for one in spans(state, at) if one[0] > 12]
    assert spans(state, at) == night + rest
    shortened = 1 if at == SPRING else -1
    assert rest[0] == (24 + begins - shortened, 25 + begins - shortened)


def test_a_shift_within_the_hour_the_spring_skips_covers_nothing() -> None:
    state = daily(("00:00", "02:00"), ("02:30", "03:00"), ("04:00", "24:00"), timezone=NEW_YORK)
    assert spans(state, SPRING)[0] == (2, 3), "03:00 to 04:00 on the wall"


@pytest.mark.parametrize("year", [1, 1999, 3000, 9999])
def test_a_moment_out_of_reach_is_refused_by_name(year: int) -> None:
    state = daily(("00:00", "12:00"), timezone=NEW_YORK)
    for asked in (rota.gaps, rota.on_call):
        for known in (state, None):
            with pytest.raises(Invalid) as refused:
                asked(known, datetime(year, 12, 31, 23, tzinfo=UTC))
            assert refused.value.field == "at"


TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))
SHIFTS = st.lists(st.builds(shift, st.integers(0, 6), TIMES, TIMES), max_size=8)


@given(SHIFTS, st.sampled_from([MONDAY, SPRING, AUTUMN]), st.sampled_from(["UTC", NEW_YORK]))
@settings(deadline=None, max_examples=60)
def test_a_moment_is_in_a_gap_exactly_when_nobody_is_on_call(
    shifts: list[Any], at: datetime, timezone: str
) -> None:
    state, at = rota_of(*shifts, timezone=timezone), at - timedelta(days=2)
    found = spans(state, at)
    for half in range(0, 7 * 48, 3):
        is_gap = any(begins <= half / 2 < ends for begins, ends in found)
        nobody = rota.on_call(state, at + timedelta(hours=half / 2))["agency"] is None
        assert is_gap == nobody, half
