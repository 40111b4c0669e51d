"""The hour at which an agency is asked is that of the clocks on its wall."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.referrals.stream import Occasion
from tests.support.referral_network import TERMS


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("UTC", (0, "03:30")),
        ("America/New_York", (6, "22:30")),
        ("Asia/Kolkata", (0, "09:00")),
    ],
)
def test_it_is_told_in_the_network_s_own_time(zone: str, local: tuple[int, str]) -> None:
    at = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)  # a Monday
    terms = msgspec.structs.replace(TERMS, zone=ZoneInfo(zone))
    assert Occasion(at=at, cause="x", terms=terms).local() == local


def test_without_a_zone_it_is_the_machine_s() -> None:
    at = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    here = at.astimezone()
    told = Occasion(at=at, cause="x", terms=TERMS).local()
    assert told == (here.weekday(), here.strftime("%H:%M"))
