"""A client lost her code: who leads the stream gives her another one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal import tickets
from portal.tickets import Ticket
from shared.crypto import codes
from shared.errors import Conflict
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def asked(workplace: Workplace) -> list[dict[str, Any]]:
    """What the service was asked to change."""
    found: list[dict[str, Any]] = []

    def change(**arguments: Any) -> dict[str, str]:
        found.append(arguments)
        return {}

    workplace.portal.backend.answers["referrals.change_code"] = change
    workplace.open_stream()
    return found


def shown_code(desk: StaffBrowser) -> str:
    found = re.search(r'class="ad-code"[^>]*>([0-9A-Z-]+)<', desk.page)
    assert found
    return codes.normalize(found[1])


def test_the_code_is_shown_first_and_put_in_place_when_the_client_has_it(
    desk: StaffBrowser, workplace: Workplace, asked: list[dict[str, Any]]
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(STREAM)
    desk.press("/new-code")
    code = shown_code(desk)
    assert asked == []
    desk.press("/new-code")
    assert "The new code works now" in desk.text
    (told,) = asked
    assert told["stream"] == "stream-1"
    claim = workplace.portal.claims.kept[told["claim"]]
    pepper = workplace.portal.parts.boxes.pepper
    assert claim.kind == "code"
    assert claim.private["of"] == "stream-1"
    assert codes.matches(code, claim.private["salt"], claim.private["verifier"], pepper)
    assert code not in str(told)


def test_another_stream_s_ticket_or_a_forged_one_only_shows_another_code(
    desk: StaffBrowser, workplace: Workplace, asked: list[dict[str, Any]]
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    pepper = workplace.portal.parts.boxes.pepper
    chosen = codes.new_code()
    for ticket in (
        tickets.write(Ticket("stream-2", chosen), pepper),
        tickets.write(Ticket("stream-1", chosen), b"no pepper"),
        "x" * 4_000,
    ):
        assert desk.send(f"{STREAM}/new-code", {"ticket": ticket}).status_code == 200
        assert shown_code(desk) != chosen
    assert asked == []


def test_what_the_service_refuses_is_said_and_the_same_code_stays(
    desk: StaffBrowser, workplace: Workplace, asked: list[dict[str, Any]]
) -> None:
    def refuse(**_: Any) -> None:
        raise Conflict("stream", "is being changed", "try again")

    desk.sign_in("coordinator", "harbor-light")
    desk.open(STREAM)
    desk.press("/new-code")
    code = shown_code(desk)
    workplace.portal.backend.answers["referrals.change_code"] = refuse
    desk.press("/new-code")
    assert "is being changed" in desk.text
    assert shown_code(desk) == code


def test_an_agency_that_does_not_lead_gives_no_code(
    desk: StaffBrowser, workplace: Workplace, asked: list[dict[str, Any]]
) -> None:
    desk.sign_in("case_manager", "bridgewater")
    assert desk.send(f"{STREAM}/new-code", {}).status_code in (403, 404)
    assert asked == []
