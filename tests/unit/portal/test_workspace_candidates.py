"""Who could help with a need now, as who leads the stream reads it."""

from __future__ import annotations

import msgspec
import pytest

from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import CARDS

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def asked(desk: StaffBrowser, workplace: Workplace) -> str:
    """A client with a case manager asks for a bed; the address of who could give one."""
    workplace.open_stream(needs=["emergency_housing"], wishes=["pets"])
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    referral = workplace.network.of("emergency_housing", "stream-1")
    return f"{STREAM}/referrals/{referral}/candidates"


def test_each_candidate_has_its_trace(desk: StaffBrowser, asked: str) -> None:
    desk.open(STREAM)
    assert any(link.endswith(asked) for link in desk.links())
    desk.open(asked)
    assert "North Star beds" in desk.text
    for words in ("Language: spoken there", "Area: same area", "A pet comes along: not known"):
        assert words in desk.text
    assert "Capacity: has space" in desk.text


def test_who_misses_by_what_is_told(desk: StaffBrowser, workplace: Workplace, asked: str) -> None:
    picky = msgspec.structs.replace(
        CARDS[2], needs=["emergency_housing"], can_come=["with_children"]
    )
    workplace.network.roster.put(picky)
    desk.open(asked)
    assert "Nearest misses:" in desk.text
    assert "Takes no pets" in desk.text


def test_only_who_leads_reads_it(desk: StaffBrowser, asked: str) -> None:
    desk.sign_in("case_manager", "north-star")
    assert desk.open(asked).status_code == 403
    desk.sign_in("case_manager", "bridgewater")
    assert desk.open(f"{STREAM}/referrals/none/candidates").status_code == 404
    assert desk.open("/workspace/streams/none/referrals/none/candidates").status_code == 404
