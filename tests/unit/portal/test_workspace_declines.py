"""What who leads a stream reads of a coded no: her place on a list, that she was not reached."""

from __future__ import annotations

import pytest

from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def asked(desk: StaffBrowser, workplace: Workplace) -> Workplace:
    """North Star holds the offer of a bed for Bridgewater's client."""
    workplace.open_stream(needs=["emergency_housing"])
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    return workplace


def declined(desk: StaffBrowser, reason: str) -> None:
    """North Star says no; Bridgewater looks."""
    desk.sign_in("case_manager", "north-star")
    desk.open("/workspace/offers")
    desk.press("/decline", {"reason": reason})
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)


def test_a_place_on_a_waiting_list_is_told(desk: StaffBrowser, asked: Workplace) -> None:
    declined(desk, "waitlist")
    assert "Number 1 on the waiting list: North Star beds, North Star Shelter" in desk.text
    assert "On our waiting list" in desk.text


def test_who_could_not_be_reached_is_in_the_queue(desk: StaffBrowser, asked: Workplace) -> None:
    declined(desk, "could_not_contact")
    assert "on the waiting list" not in desk.text
    desk.open("/workspace/queue")
    assert "Check how to reach the client: an agency could not" in desk.text
