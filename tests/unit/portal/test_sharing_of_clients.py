"""The client sees with her code who may see what, and ends it with one button."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from shared.crypto import codes
from shared.errors import NotFound, Unavailable
from shared.ids import derived_id
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import NORTH_STAR

RELEASE = derived_id("fake", "release", "one")
LIVE: dict[str, Any] = {
    "recipient": NORTH_STAR,
    "fields": ["name", "safe_contact"],
    "purpose": "arrange_service",
    "given_at": "2026-03-01T12:00:00.000+00:00",
    "until": "2036-04-01T12:00:00.000+00:00",
    "state": "given",
    "ended_at": "",
    "shown": [{"at": "2026-03-03T12:00:00.000+00:00", "fields": ["name"]}],
}


@pytest.fixture
def code(workplace: Workplace) -> str:
    """The code of a client who allows one thing."""
    workplace.open_stream()
    kept = workplace.give_code("stream-1")
    allow(workplace, LIVE)
    return kept


def allow(workplace: Workplace, release: dict[str, Any]) -> None:
    view = {"stream": "stream-1", "status": "open", "steps": [], "releases": {RELEASE: release}}
    workplace.portal.backend.answers["referrals.client_view"] = lambda stream: view
    workplace.portal.backend.answers["referrals.verifiers"] = lambda locator: (
        workplace.codes.verifiers(locator)
    )


def send(workplace: Workplace, path: str, lang: str = "en", **fields: str) -> tuple[int, str]:
    answer = TestClient(workplace.app).post(f"/{lang}{path}", data=fields)
    assert answer.headers["cache-control"] == "no-store"
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return answer.status_code, " ".join(html.unescape(text).split())


def test_she_sees_who_may_see_what_until_when_and_what_was_seen(
    workplace: Workplace, code: str
) -> None:
    status, told = send(workplace, "/return", code=code)
    assert status == 200
    for words in ("North Star Shelter", "Name", "Safe way to get in touch", "Stop sharing"):
        assert words in told
    assert "They looked on" in told
    _, told = send(workplace, "/return", "es", code=code)
    assert "Dejar de compartir" in told


def test_one_button_ends_it(workplace: Workplace, code: str) -> None:
    asked: list[Any] = []

    def take_back(**arguments: Any) -> dict[str, str]:
        asked.append(arguments)
        allow(workplace, {**LIVE, "state": "withdrawn"})
        return {}

    workplace.portal.backend.answers["referrals.take_back_release"] = take_back
    status, told = send(workplace, "/return/stop-sharing", code=code, release=RELEASE)
    assert status == 200
    assert "They cannot see this any more" in told
    assert "You stopped this" in told
    assert "Stop sharing" not in told
    assert (asked[0]["stream"], asked[0]["release"]) == ("stream-1", RELEASE)


@pytest.mark.parametrize("error", [Unavailable, NotFound])
def test_what_could_not_be_stopped_is_said(workplace: Workplace, code: str, error: Any) -> None:
    def refuse(**arguments: Any) -> None:
        raise error("release", "x", "y")

    workplace.portal.backend.answers["referrals.take_back_release"] = refuse
    status, told = send(workplace, "/return/stop-sharing", code=code, release="<b>")
    assert status == error.status
    assert "We could not stop this" in told
    assert "Stop sharing" in told


def test_a_wrong_code_ends_nothing(workplace: Workplace, code: str) -> None:
    other = codes.show(codes.new_code())
    status, told = send(workplace, "/return/stop-sharing", code=other, release=RELEASE)
    assert status == 422
    assert "North Star" not in told


def test_what_is_over_by_the_clock_reads_so(workplace: Workplace, code: str) -> None:
    allow(workplace, {**LIVE, "until": "2026-03-02T12:00:00.000+00:00"})
    _, told = send(workplace, "/return", code=code)
    assert "This is over" in told
    assert "Stop sharing" not in told
