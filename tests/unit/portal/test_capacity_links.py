"""Links that report one service's capacity without signing in: made, used, ended, and refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from portal.capacity_links import digests
from services.accounts.domain import LINK_LASTS
from shared.clock import now
from tests.support.hostile import NO_ID
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BEDS, NORTH_STAR

Json = dict[str, Any]
WRONG = "a" * 48
DEAD = "This link does not work"


@pytest.fixture
def front(desk: StaffBrowser) -> Iterator[StaffBrowser]:
    """The window of a shelter's intake, with the directory in the portal's copy."""
    with desk.client:
        desk.sign_in("intake", "north-star")
        desk.open("/workspace/capacity")
        yield desk


def make_link(front: StaffBrowser) -> str:
    """Make a link on the page and return its path."""
    front.open("/workspace/capacity")
    front.press(f"/{BEDS}/links")
    return shown_link(front)


def shown_link(front: StaffBrowser) -> str:
    shown = re.search(r'ad-secret" href="http://testserver(/space/[0-9a-f]{48})"', front.page)
    assert shown
    return shown.group(1)


def counted(workplace: Workplace, available: int = 1) -> Json:
    """Let the shelter say once how many beds it has, and return what is kept of it."""
    workplace.capacities.report("c", BEDS, available, "a", 12, "bed")
    return workplace.capacities.states


def test_a_link_is_shown_once_and_kept_as_digests(
    front: StaffBrowser, workplace: Workplace
) -> None:
    address, fields = front.form(f"/{BEDS}/links")
    made = set()
    for _ in range(2):
        front.send(address, fields)
        made.add(shown_link(front))
    (path,) = made
    token = path.rpartition("/")[2]
    (row,) = workplace.staff.kept["link"].values()
    kept = digests(token, workplace.portal.parts.boxes.pepper)
    assert {name: row[name] for name in kept} == kept
    assert (row["agency"], row["service"]) == (NORTH_STAR, BEDS)
    assert token not in str(workplace.staff.kept)
    assert token not in str(workplace.portal.backend.calls)
    front.open("/workspace/capacity")
    assert token not in front.page
    assert "ends" in front.text


def test_a_link_reports_without_signing_in(front: StaffBrowser, workplace: Workplace) -> None:
    states, path = counted(workplace), make_link(front)
    front.client.cookies.clear()
    answer = front.open(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<title>Report space - Local help</title>" in front.page
    assert "North Star" in front.text
    assert states[BEDS]["available"] == 1, "opening a link changes nothing"
    front.press(path, {"say": "free", "available": "3"})
    assert "Free now: 3. In all: 12." in front.text
    front.press(path, {"say": "full", "available": "no number"})
    assert (states[BEDS]["available"], states[BEDS]["unit"]) == (0, "bed")
    front.press(path, {"say": "ask"})
    assert "Call to find out" in front.text
    front.press(path, {"say": "free", "available": "2"})
    assert "Free now: 2. In all: 12." in front.text, "what is counted is remembered"


def test_the_same_form_twice_is_one_report(front: StaffBrowser, workplace: Workplace) -> None:
    counted(workplace)
    path = make_link(front)
    front.open(path)
    address, fields = front.form(path)
    for number in ("3", "3", "4"):
        front.send(address, {**fields, "say": "free", "available": number})
    reports = [told for _, method, told in workplace.portal.backend.calls if "capacity" in method]
    first, again, corrected = (told["command_id"] for told in reports)
    assert first == again != corrected
    (link,) = workplace.staff.kept["link"]
    assert {told["actor"] for told in reports} == {f"link:{link}"}


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"say": "free", "available": ""}, 422, "as a whole number"),
        ({"say": "free", "available": "-1"}, 422, "as a whole number"),
        ({"say": "free", "available": "9" * 400}, 422, "as a whole number"),
        ({"say": "free", "available": "<b>"}, 422, "as a whole number"),
        ({"say": "free", "available": "13"}, 422, "more than you have in all"),
        ({"say": "root", "available": "1"}, 422, "as a whole number"),
        ({"available": "1"}, 422, "as a whole number"),
    ],
)
def test_what_cannot_be_reported_is_told(
    front: StaffBrowser, workplace: Workplace, told: Json, status: int, words: str
) -> None:
    states, path = counted(workplace), make_link(front)
    assert front.send(path, told).status_code == status
    assert words in front.text
    assert states[BEDS]["available"] == 1


def test_nothing_is_guessed_of_a_service_that_was_never_counted(front: StaffBrowser) -> None:
    path = make_link(front)
    assert front.send(path, {"say": "free", "available": "1"}).status_code == 422
    assert "First report in the workspace once" in front.text
    assert front.send(path, {"say": "ask"}).status_code == 200


def test_an_answer_that_does_not_come_keeps_the_form(
    front: StaffBrowser, workplace: Workplace
) -> None:
    counted(workplace)
    path = make_link(front)
    front.open(path)
    command = front.form(path)[1]["command_id"]
    workplace.portal.backend.silent.add("registry")
    assert front.press(path, {"say": "free", "available": "3"}).status_code == 503
    assert front.form(path)[1]["command_id"] == command
    assert 'value="3"' in front.page
    workplace.portal.backend.silent.add("accounts")
    assert front.open(path).status_code == 503
    assert "The rest of the page is current." in front.open("/workspace/capacity").text


def test_every_link_that_does_not_work_gets_the_same_words(
    front: StaffBrowser, workplace: Workplace
) -> None:
    ended, over, moved = (make_link(front) for _ in range(3))
    first, second, third = workplace.staff.kept["link"].values()
    first["ended_by"] = "somebody"
    second["expires_at"] = now() - timedelta(seconds=1)
    third["agency"] = "another-agency"
    good = make_link(front)
    odd = [
        "x",
        "a" * 3_000,
        "%00",
        "%7B%22%24gt%22%7D",
        "%E2%80%AE",
        good[7:] + "a",
        good[7:-1],
        good[7:].upper(),
    ]
    pages = set()
    for path in [ended, over, moved, f"/space/{WRONG}", *(f"/space/{one}" for one in odd)]:
        for answer in (front.open(path), front.send(path, {"say": "full"})):
            assert answer.status_code == 404, path
            pages.add(front.text)
    assert len(pages) == 1
    assert DEAD in pages.pop()
    assert BEDS not in workplace.capacities.states
    assert timedelta(days=30) == LINK_LASTS


def test_wrong_links_are_limited_like_wrong_codes(front: StaffBrowser) -> None:
    good = make_link(front)
    for _ in range(60):
        assert front.open(f"/space/{WRONG}").status_code == 404
    assert front.open(f"/space/{WRONG}").status_code == 429
    assert front.open(good).status_code == 429


def test_an_agency_makes_and_ends_links_of_its_own_services_only(
    front: StaffBrowser, workplace: Workplace
) -> None:
    path = make_link(front)
    (id,) = workplace.staff.kept["link"]
    front.sign_in("intake", "bridgewater")
    assert front.send(f"/workspace/capacity/{BEDS}/links", {}).status_code == 404
    assert front.send(f"/workspace/capacity/links/{id}/end", {}).status_code == 404
    assert front.open(path).status_code == 200
    front.sign_in("intake", "north-star")
    front.open("/workspace/capacity")
    for _ in range(2):
        front.send(f"/workspace/capacity/links/{id}/end", {})
        assert "The link has ended." in front.text
    assert front.open(path).status_code == 404
    front.sign_in("triage", "harbor-light")
    assert front.send(f"/workspace/capacity/{BEDS}/links", {}).status_code == 403


def test_a_link_is_shown_with_https_where_the_site_is_behind_it(
    front: StaffBrowser, workplace: Workplace
) -> None:
    told = msgspec.structs.replace(workplace.portal.parts.settings, secure_cookies=True)
    workplace.app.state.parts = replace(workplace.portal.parts, settings=told)
    front.press(f"/{BEDS}/links")
    assert 'href="https://testserver/space/' in front.page


def test_a_changed_ticket_does_not_choose_the_token(front: StaffBrowser) -> None:
    front.send(f"/workspace/capacity/{BEDS}/links", {"ticket": f"mine.{WRONG}.0"})
    assert WRONG not in shown_link(front)


def test_a_page_that_fails_logs_its_route_and_never_the_token(
    front: StaffBrowser, workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_link(front)
    caplog.set_level(logging.DEBUG)

    def broken(**_: Any) -> None:
        raise RuntimeError

    workplace.portal.backend.answers["registry.report_capacity"] = broken
    assert front.send(path, {"say": "full"}).status_code == 500
    failed = [vars(line) for line in caplog.records if line.name == "portal.failures"]
    assert [line["route"] for line in failed] == ["/space/{token}"]
    ours = [line for line in caplog.records if not line.name.startswith("httpx")]
    assert path.rpartition("/")[2] not in "".join(str(vars(line)) for line in ours)


@pytest.mark.parametrize("field", ["say", "available", "command_id"])
def test_no_field_breaks_the_page(front: StaffBrowser, workplace: Workplace, field: str) -> None:
    counted(workplace)
    path = make_link(front)
    right = {"say": "free", "available": "1", "command_id": "c"}
    for odd in [*(one for one in NO_ID if isinstance(one, str)), ["a", "b"]]:
        assert front.send(path, {**right, field: odd}).status_code < 500, odd
