"""What a place must be able to do for a client: asked at the door, told to agencies, changed."""

from __future__ import annotations

import pytest

from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def managed(desk: StaffBrowser, workplace: Workplace) -> Workplace:
    """Bridgewater manages a client who comes with children and asks for a bed."""
    workplace.open_stream(needs=["emergency_housing"], wishes=["with_children"])
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/offers")
    desk.press("/accept")
    return workplace


def test_a_desk_writes_them_down_with_the_client(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/new-client")
    told = {"needs": ["emergency_housing"], "wishes": ["pets", "step_free"]}
    assert desk.press("/new-client", told).status_code == 200
    (opened,) = (told for _, method, told in calls(workplace) if method == "open_stream")
    assert opened["wishes"] == ["pets", "step_free"]


def test_what_is_odd_is_refused_and_what_was_ticked_stays(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("intake", "north-star")
    desk.open("/workspace/new-client")
    told = {"needs": ["emergency_housing"], "wishes": ["pets", "gold"]}
    assert desk.press("/new-client", told).status_code == 422
    assert 'href="#wishes"' in desk.page
    assert 'value="pets" autocomplete="off" checked' in desk.page


def test_who_is_asked_reads_them(desk: StaffBrowser, managed: Workplace) -> None:
    desk.sign_in("case_manager", "north-star")
    desk.open("/workspace/offers")
    assert "Children come along" in desk.text


def test_who_leads_changes_them(desk: StaffBrowser, managed: Workplace) -> None:
    desk.open(STREAM)
    assert "Children come along" in desk.text
    desk.press("/wishes", {"wishes": ["pets"]})
    assert "looks again" in desk.text
    assert managed.stream().wishes == ["pets"]
    assert "What a place must be able to do was changed" in desk.text
    desk.press("/wishes", {"wishes": []})
    assert managed.stream().wishes == []


@pytest.mark.parametrize("odd", ["gold", "<b>x</b>", "9" * 400, "{'$gt': ''}"])
def test_an_odd_wish_is_refused_on_the_page(
    desk: StaffBrowser, managed: Workplace, odd: str
) -> None:
    desk.open(STREAM)
    assert desk.press("/wishes", {"wishes": ["pets", odd]}).status_code == 422
    assert 'href="#wishes"' in desk.page
    assert 'value="pets" autocomplete="off" checked' in desk.page
    assert "<b>x" not in desk.page
    assert managed.stream().wishes == ["with_children"]


def test_others_do_not_change_them(desk: StaffBrowser, managed: Workplace) -> None:
    desk.sign_in("case_manager", "north-star")
    assert desk.send(f"{STREAM}/wishes", {"wishes": ["pets"]}).status_code in (403, 404)
    assert managed.stream().wishes == ["with_children"]


def calls(workplace: Workplace) -> list[tuple[str, str, dict[str, object]]]:
    return workplace.portal.backend.calls
