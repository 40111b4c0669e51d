"""Handing a client over in the workspace: asked on one side, answered on the other."""

from __future__ import annotations

from tests.support.referral_network import card
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR

STREAM = "/workspace/streams/stream-1"
SERVICE = "north-casework"


def taken_on(desk: StaffBrowser, workplace: Workplace) -> None:
    """Bridgewater manages a client, and another agency could."""
    workplace.open_stream()
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    other = card(SERVICE, "case_management", agency=NORTH_STAR)
    workplace.network.roster.put(other)


def propose(desk: StaffBrowser, service: str = SERVICE) -> int:
    desk.open(f"{STREAM}/handover")
    address, fields = desk.form("/handover")
    return int(desk.send(address, {**fields, "service": service}).status_code)


def test_a_handover_is_proposed_and_answered_like_an_offer(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    taken_on(desk, workplace)
    assert propose(desk) == 200
    assert "The handover is proposed." in desk.text
    assert "Handover proposed to" in desk.text
    assert workplace.stream().case_manager == BRIDGEWATER
    desk.sign_in("case_manager", "north-star")
    desk.open("/workspace/offers")
    desk.press("/accept")
    assert "You are the case manager" in desk.text
    assert workplace.stream().case_manager == NORTH_STAR


def test_who_proposed_it_may_keep_the_client(desk: StaffBrowser, workplace: Workplace) -> None:
    taken_on(desk, workplace)
    propose(desk)
    desk.open(STREAM)
    desk.press("/handover/keep")
    assert "you keep this client" in desk.text
    assert workplace.stream().handover is None


def test_a_form_without_a_choice_says_what_to_do(desk: StaffBrowser, workplace: Workplace) -> None:
    taken_on(desk, workplace)
    for odd in ("", "none", "{'$gt': ''}", "9" * 400):
        assert propose(desk, odd) == 422
    assert workplace.stream().handover is None


def test_another_agency_has_no_such_page(desk: StaffBrowser, workplace: Workplace) -> None:
    taken_on(desk, workplace)
    desk.sign_in("coordinator", "harbor-light")
    assert desk.open(f"{STREAM}/handover").status_code == 403
