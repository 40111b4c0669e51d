"""The coordinator says what two organizations are that look alike."""

from __future__ import annotations

import pytest

from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER, NORTH_STAR

PATH = "/workspace/duplicates"
BOTH = {"first": NORTH_STAR, "second": BRIDGEWATER}


def test_a_pair_is_linked_and_told_apart_again(desk: StaffBrowser, workplace: Workplace) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(PATH)
    for words in ("Bridgewater Case Management", "North Star Shelter", "Same phone"):
        assert words in desk.text
    desk.press(PATH, {"verdict": "linked"})
    assert "Nothing was merged." in desk.text
    assert "Nothing looks like a duplicate." in desk.text
    desk.press(PATH, {"verdict": "told_apart"})
    assert "Noted: they are not the same." in desk.text
    assert [one["verdict"] for one in workplace.suggestions.decided] == ["told_apart"]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {**BOTH, "verdict": ""},
        {**BOTH, "verdict": "merge"},
        {**BOTH, "first": "$ne", "verdict": "linked"},
        {**BOTH, "first": BRIDGEWATER, "verdict": "linked"},
        {**BOTH, "second": "x" * 5_000, "verdict": "linked"},
    ],
)
def test_what_does_not_fit_decides_nothing(
    desk: StaffBrowser, workplace: Workplace, answers: dict[str, str]
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    assert desk.send(PATH, answers).status_code in (400, 422)
    assert workplace.suggestions.decided == []


def test_another_agency_is_told_that_it_does_not_coordinate(desk: StaffBrowser) -> None:
    desk.sign_in("coordinator", "north-star")
    assert desk.open(PATH).status_code == 403
    assert desk.send(PATH, {**BOTH, "verdict": "linked"}).status_code == 403
