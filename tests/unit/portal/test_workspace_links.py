"""The client has another code: who leads one of her streams links the other, and ends the link."""

from __future__ import annotations

import re

import pytest

from portal.pages.code_form import CANNOT_LOOK, MALFORMED, NOT_FOUND
from services.referrals import offers
from services.referrals.links import MOST_LINKS, live
from shared.crypto import codes
from shared.errors import Unavailable
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def other_code(desk: StaffBrowser, workplace: Workplace) -> str:
    """Bridgewater's case manager is signed in and manages stream-1; the code of stream-2."""
    workplace.open_stream()
    _, offer, agency = workplace.network.out("case_management", "stream-1")
    workplace.network.do(offers.accept, stream="stream-1", offer=offer, agency=agency)
    workplace.deliver()
    workplace.open_stream("stream-2", needs=["emergency_housing", "translation"])
    desk.sign_in("case_manager", "bridgewater")
    return workplace.give_code("stream-2")


def linked(workplace: Workplace) -> list[list[str]]:
    return [live(workplace.stream(id)) for id in ("stream-1", "stream-2")]


def test_the_code_links_and_a_button_ends_it(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    desk.open(STREAM)
    desk.press("/links", {"other_code": other_code})
    assert "The two streams are linked" in desk.text
    assert linked(workplace) == [["stream-2"], ["stream-1"]]
    assert desk.text.count("Asked for twice") == 2  # in both lists
    assert "Linked with another stream of the client stream-2" in desk.text
    assert other_code not in desk.page
    desk.press("/links/stream-2/end")
    assert "The link is ended" in desk.text
    assert linked(workplace) == [[], []]
    assert "Asked for twice" not in desk.text


def test_the_same_form_twice_links_once(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    for command_id in ("one", "one", "two"):
        desk.send(f"{STREAM}/links", {"other_code": other_code, "command_id": command_id})
    assert workplace.network.names("stream-1").count("StreamsLinked") == 1
    assert linked(workplace) == [["stream-2"], ["stream-1"]]


def test_wrong_codes_are_answered_as_at_the_door(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    for typed, words in (
        ("", MALFORMED),
        ("abc", MALFORMED),
        ("9" * 5_000, MALFORMED),
        ("{'$gt': ''}", MALFORMED),
        (codes.show(codes.new_code()), NOT_FOUND),
    ):
        answer = desk.send(f"{STREAM}/links", {"other_code": typed})
        assert answer.status_code == 422
        assert words in desk.text
        assert not typed or typed not in desk.page
    assert linked(workplace) == [[], []]
    pages = set()
    for _ in range(3):
        desk.send(f"{STREAM}/links", {"other_code": codes.new_code()})
        pages.add(re.sub(r'value="[^"]*"', "", desk.page))
    assert len(pages) == 1


def test_its_own_code_and_too_many_are_refused_in_words(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    own = workplace.give_code("stream-1")
    assert desk.send(f"{STREAM}/links", {"other_code": own}).status_code == 409
    assert "The code is the one of this stream" in desk.text
    for count in range(MOST_LINKS):
        workplace.open_stream(f"more-{count}")
        more = workplace.give_code(f"more-{count}")
        assert desk.send(f"{STREAM}/links", {"other_code": more}).status_code == 200
    assert desk.send(f"{STREAM}/links", {"other_code": other_code}).status_code == 409
    assert "The code cannot be linked: 5 streams are. Unlink one first" in desk.text


def test_who_does_not_lead_links_and_ends_nothing_and_sees_none(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    desk.open(STREAM)
    desk.press("/links", {"other_code": other_code})
    desk.sign_in("case_manager", "north-star")
    assert desk.send(f"{STREAM}/links", {"other_code": other_code}).status_code in (403, 404)
    assert desk.send(f"{STREAM}/links/stream-2/end", {}).status_code in (403, 404)
    assert linked(workplace) == [["stream-2"], ["stream-1"]]
    desk.sign_in("coordinator", "harbor-light")
    desk.open("/workspace/streams/stream-2")
    assert "The other stream leads" in desk.text
    assert "Asked for twice" not in desk.text


def test_silence_says_that_nobody_could_look(
    desk: StaffBrowser, workplace: Workplace, other_code: str
) -> None:
    def silent(locator: str) -> None:
        raise Unavailable("referrals", "did not answer", "")

    workplace.portal.backend.answers["referrals.verifiers"] = silent
    assert desk.send(f"{STREAM}/links", {"other_code": other_code}).status_code == 503
    assert CANNOT_LOOK in desk.text
