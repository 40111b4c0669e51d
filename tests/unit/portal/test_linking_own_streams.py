"""A client with two codes sees both streams with either, and takes them apart again."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal.pages import link_codes
from portal.pages.code_form import MALFORMED, NOT_FOUND
from services.referrals.links import MOST_LINKS, live
from services.referrals.reading import Reading
from shared.crypto import codes
from shared.errors import Unavailable
from tests.support.staff_fakes import Workplace


@pytest.fixture
def pair(workplace: Workplace) -> tuple[str, str]:
    """The codes of stream-1 and stream-2; the referral service's own answers."""
    workplace.open_stream(needs=["emergency_housing"])
    workplace.open_stream("stream-2", needs=["legal_assistance"])
    ledger: Any = workplace.ledger
    network = workplace.network
    reading = Reading(ledger, network.roster, lambda: network.now, ledger.terms)
    answers = workplace.portal.backend.answers
    answers["referrals.client_view"] = lambda stream: reading.for_client(stream)
    answers["referrals.verifiers"] = lambda locator: workplace.codes.verifiers(locator)
    return workplace.give_code("stream-1"), workplace.give_code("stream-2")


def send(workplace: Workplace, path: str, lang: str = "en", **fields: str) -> tuple[int, str]:
    answer = TestClient(workplace.app).post(f"/{lang}{path}", data=fields)
    assert answer.headers["cache-control"] == "no-store"
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return answer.status_code, " ".join(html.unescape(text).split())


def linked(workplace: Workplace) -> list[list[str]]:
    return [live(workplace.stream(id)) for id in ("stream-1", "stream-2")]


def test_both_codes_put_them_together_and_either_takes_them_apart(
    workplace: Workplace, pair: tuple[str, str]
) -> None:
    one, two = pair
    for _ in range(2):  # sent twice
        status, told = send(workplace, "/return/link", code=one, other_code=two)
        assert (status, "You see both here now" in told) == (200, True)
    assert workplace.network.names("stream-1").count("StreamsLinked") == 1
    for code, other in ((one, "A lawyer"), (two, "A place to stay tonight")):
        _, told = send(workplace, "/return", code=code)
        assert other in told.partition("What you asked for with your other code")[2]
    for _ in range(2):
        status, told = send(workplace, "/return/unlink", code=two, other="stream-1")
        assert (status, "Each code shows only its own" in told) == (200, True)
    assert linked(workplace) == [[], []]
    assert "with your other code" not in send(workplace, "/return", code=one)[1]


def test_it_speaks_spanish(workplace: Workplace, pair: tuple[str, str]) -> None:
    one, two = pair
    assert "¿Tiene otro código?" in send(workplace, "/return", "es", code=one)[1]
    _, told = send(workplace, "/return/link", "es", code=one, other_code=two)
    assert "Lo que pidió con su otro código" in told


def test_a_wrong_second_code_is_answered_like_every_wrong_code(
    workplace: Workplace, pair: tuple[str, str]
) -> None:
    one, _ = pair
    for typed, words in (
        ("", MALFORMED),
        ("9" * 5_000, MALFORMED),
        ("\x00", MALFORMED),
        ("{'$gt': ''}", MALFORMED),
        (codes.new_code(), NOT_FOUND),
        (one, link_codes.SAME),
    ):
        status, told = send(workplace, "/return/link", code=one, other_code=typed)
        assert (status, words in told) == (422, True)
    assert send(workplace, "/return/link", code="0" * 17, other_code=one)[0] == 422
    assert linked(workplace) == [[], []]


def test_wrong_second_codes_are_counted_like_first_ones(
    workplace: Workplace, pair: tuple[str, str]
) -> None:
    client = TestClient(workplace.app)
    for _ in range(200):
        told = {"code": pair[0], "other_code": codes.new_code()}
        if client.post("/en/return/link", data=told).status_code == 429:
            return
    raise AssertionError("anybody may guess for ever")


def test_what_cannot_be_done_is_said_and_changes_nothing(
    workplace: Workplace, pair: tuple[str, str]
) -> None:
    one, two = pair
    for odd in ("", "stream-2", "\x00", "x" * 5_000):
        status, told = send(workplace, "/return/unlink", code=one, other=odd)
        assert (status < 500, link_codes.COULD_NOT_UNLINK in told) == (True, True)
    for count in range(MOST_LINKS):
        workplace.open_stream(f"more-{count}")
        more = workplace.give_code(f"more-{count}")
        assert send(workplace, "/return/link", code=one, other_code=more)[0] == 200
    status, told = send(workplace, "/return/link", code=one, other_code=two)
    assert (status, link_codes.FULL in told) == (409, True)

    def silent(**_: Any) -> None:
        raise Unavailable("referrals", "did not answer", "")

    workplace.portal.backend.answers["referrals.link_own"] = silent
    status, told = send(workplace, "/return/link", code=one, other_code=two)
    assert (status, link_codes.COULD_NOT_LINK in told) == (503, True)
    assert linked(workplace)[1] == []
