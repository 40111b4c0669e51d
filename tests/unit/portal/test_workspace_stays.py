"""A stay that ends on a day, as staff and the client see it: told, corrected, followed in time."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from services.referrals.parts import Stay
from services.referrals.stays import ask_next
from services.referrals.views import client_view
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, CARDS

STREAM = "/workspace/streams/stream-1"


@pytest.fixture
def placed(desk: StaffBrowser, workplace: Workplace) -> Workplace:
    """Bridgewater manages a client whom North Star's shelter lets stay for 15 days."""
    shelter = msgspec.structs.replace(CARDS[1], maximum_stay_days=15)
    workplace.network.roster.put(shelter)
    workplace.open_stream(needs=["emergency_housing"])
    for slug in ("bridgewater", "north-star"):
        desk.sign_in("case_manager", slug)
        desk.open("/workspace/offers")
        desk.press("/accept")
    desk.press("/start")
    return workplace


def in_days(workplace: Workplace, days: int) -> str:
    return (workplace.network.now + timedelta(days=days)).date().isoformat()


def told_of_days(workplace: Workplace) -> list[str]:
    """The days that left the portal."""
    calls = workplace.portal.backend.calls
    return [told["ends_on"] for _, method, told in calls if method == "set_stay_end"]


def stay(workplace: Workplace) -> Stay:
    (found,) = workplace.stream().stays().values()
    return found


def test_who_serves_reads_the_last_day_and_changes_it(
    desk: StaffBrowser, placed: Workplace
) -> None:
    assert stay(placed).ends_on == in_days(placed, 15)
    desk.open(STREAM)
    assert "Stay ends" in desk.text
    assert "days" in desk.text
    assert "Ask for the next place" not in desk.text
    desk.press("/stay", {"ends_on": in_days(placed, 40)})
    assert "reminded to find the next place." in desk.text
    assert told_of_days(placed) == [in_days(placed, 40)]
    assert stay(placed).ends_on == in_days(placed, 40)
    assert in_days(placed, 40) in desk.text  # in what happened


@pytest.mark.parametrize("odd", ["", "soon", "2026-02-30", "<b>x</b>", "9" * 400, "{'$gt': ''}"])
def test_what_is_no_day_is_shown_again_with_what_to_do(
    desk: StaffBrowser, placed: Workplace, odd: str
) -> None:
    desk.open(STREAM)
    answer = desk.press("/stay", {"ends_on": odd})
    assert answer.status_code == 422
    assert 'href="#ends_on"' in desk.page
    assert "Write the last day as 2027-01-31" in desk.text
    assert 'id="ends_on"' in desk.page
    assert "<b>x" not in desk.page
    assert stay(placed).ends_on == in_days(placed, 15)
    assert not told_of_days(placed)


@pytest.mark.parametrize("days", [-2, 800])
def test_a_day_that_cannot_be_is_refused_in_words(
    desk: StaffBrowser, placed: Workplace, days: int
) -> None:
    desk.open(STREAM)
    answer = desk.press("/stay", {"ends_on": in_days(placed, days)})
    assert answer.status_code == 422
    assert "The last day is past or more than two years off." in desk.text
    assert f'value="{in_days(placed, days)}"' in desk.page


def test_the_case_manager_is_asked_for_the_next_place_and_asks(
    desk: StaffBrowser, placed: Workplace
) -> None:
    placed.network.pass_time(days=13)
    desk.sign_in("case_manager", "bridgewater")
    desk.open("/workspace/queue")
    assert "Ask for the next place: the stay ends" in desk.text
    assert "A place to stay tonight" in desk.text
    desk.open(STREAM)
    desk.press("/next", {"next_type": "transitional_housing"})
    assert "The present stay goes on." in desk.text
    assert "The next place is asked for" in desk.text
    assert "Ask for the next place" not in desk.text
    types = [one.type for one in placed.stream().needs.values()]
    assert types == ["emergency_housing", "case_management", "transitional_housing"]
    desk.open("/workspace/queue")
    assert "Ask for the next place" not in desk.text


@pytest.mark.parametrize("odd", ["", "legal_assistance", "none", "9" * 400])
def test_without_a_choice_nothing_is_asked(desk: StaffBrowser, placed: Workplace, odd: str) -> None:
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)
    answer = desk.press("/next", {"next_type": odd})
    assert answer.status_code == 422
    assert 'href="#next_type"' in desk.page
    assert 'id="next_type"' in desk.page
    assert not stay(placed).followed_by


def test_a_stay_that_is_over_stands_out(desk: StaffBrowser, placed: Workplace) -> None:
    referral = next(iter(placed.stream().stays()))
    placed.ledger.states["stream-1"]["referrals"][referral]["stay"]["ends_on"] = "2026-01-05"
    desk.sign_in("case_manager", "bridgewater")
    desk.open(STREAM)
    assert "Stay ended January 5" in desk.text
    assert "govuk-tag--red" in desk.page


def test_another_agency_can_neither_set_nor_ask(desk: StaffBrowser, placed: Workplace) -> None:
    referral = next(iter(placed.stream().stays()))
    address = f"{STREAM}/referrals/{referral}"
    desk.sign_in("coordinator", "harbor-light")
    told = {"ends_on": in_days(placed, 20), "next_type": "emergency_housing"}
    for action in ("stay", "next"):
        assert desk.send(f"{address}/{action}", told).status_code in (403, 404)
    desk.sign_in("case_manager", "north-star")
    assert desk.send(f"{address}/next", told).status_code == 403
    assert stay(placed) == Stay(ends_on=in_days(placed, 15), ahead=[14, 3])


@pytest.mark.parametrize(
    ("lang", "until", "asked", "done"),
    [
        (
            "en",
            "You can stay until",
            "Your worker is asked to find your next place in time.",
            "Your next place is already asked for.",
        ),
        (
            "es",
            "Puede quedarse hasta el",
            "Le pedimos a su trabajador que encuentre a tiempo su próximo lugar.",
            "Ya hemos pedido su próximo lugar.",
        ),
    ],
)
def test_the_client_is_told_kindly(
    placed: Workplace, lang: str, until: str, asked: str, done: str
) -> None:
    told = told_to_client(placed, lang)
    assert until in told
    assert asked in told
    (referral,) = placed.stream().stays()
    more = {"need_type": "long_term_housing", "agency": BRIDGEWATER}
    placed.network.do(ask_next, stream="stream-1", referral=referral, **more)
    told = told_to_client(placed, lang)
    assert until in told
    assert done in told
    assert asked not in told
    placed.ledger.states["stream-1"]["referrals"][referral]["stay"]["ends_on"] = "2026-01-05"
    assert until not in told_to_client(placed, lang)


def told_to_client(workplace: Workplace, lang: str) -> str:
    """What the client reads with her code."""
    answers = workplace.portal.backend.answers
    answers["referrals.client_view"] = lambda stream: client_view(workplace.stream(stream))
    answers["referrals.verifiers"] = workplace.codes.verifiers
    code = workplace.give_code("stream-1")
    answer = TestClient(workplace.app).post(f"/{lang}/return", data={"code": code})
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
