"""The panel and the pathways in the workspace and the API: who writes, what is kept, no names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from shared.clock import now
from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace
from tests.support.staff_network import BRIDGEWATER

PANEL, PATHWAYS = "/workspace/panel", "/workspace/pathways"


@pytest.fixture
def desk(desk: StaffBrowser) -> Iterator[StaffBrowser]:
    """A browser before a portal that has its copy of the directory, and so knows the areas."""
    with desk.client:
        yield desk


def day(n: int) -> str:
    return (now().date() + timedelta(days=n)).isoformat()


def someone(**fields: Any) -> dict[str, Any]:
    told = {"role": "interpreter", "languages": ["es"], "areas": ["XS-lakeshore"]}
    days = {"vetting_from": day(-9), "vetting_to": day(20)}
    return {**told, **days, "training_from": day(-9), "training_to": day(300), **fields}


def test_an_agency_adds_renews_and_ends_an_entry(desk: StaffBrowser) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.open(PANEL)
    assert "nobody on its panel" in desk.text
    desk.press(PANEL, someone())
    for words in ("It counts from the day", "Spanish", "Lakeshore", "North Star Shelter"):
        assert words in desk.text, words
    address = next(one for one in desk.links() if one.startswith(f"{PANEL}/"))
    desk.open(address)
    assert "Renew or change" in desk.text
    assert day(20) in desk.page
    desk.press(address, someone(vetting_to=day(400)))
    desk.press(f"{address}/end")
    assert "off the panel" in desk.text
    assert "nobody on its panel" in desk.text


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"role": ""}, "Choose what this person does"),
        ({"role": "spy"}, "Role"),
        ({"languages": []}, "Choose the languages this person interprets"),
        ({"areas": []}, "Choose at least one area"),
        ({"vetting_to": "soon"}, "Write year, month and day"),
        ({"vetting_to": "20260331"}, "Write year, month and day"),
        ({"training_from": ""}, "Say when it was done"),
        ({"vetting_to": day(-10)}, "ends before it begins"),
        ({"training_from": day(5)}, "begins in the future"),
    ],
    ids=range(9),
)
def test_what_does_not_fit_is_said_and_the_rest_is_kept(
    desk: StaffBrowser, wrong: dict[str, Any], advice: str
) -> None:
    desk.sign_in("intake", "bridgewater")
    answer = desk.send(PANEL, someone(**wrong))
    assert answer.status_code in (400, 422)
    assert advice in answer.text
    assert day(300) in answer.text


def test_another_agency_sees_the_count_and_not_the_entry(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("agency_admin", "north-star")
    desk.send(PANEL, someone())
    desk.open(PANEL)
    address = next(one for one in desk.links() if one.startswith(f"{PANEL}/"))
    told = workplace.program(["network:read"], agency=BRIDGEWATER).get("/api/v1/panel").json()
    assert told["own"] == []
    assert [one["number"] for one in told["counts"]] == [1]
    desk.sign_in("agency_admin", "bridgewater")
    desk.open(PANEL)
    assert "Spanish" in desk.text
    assert address not in desk.page
    assert desk.open(address).status_code == 404
    assert desk.send(f"{address}/end", {}).status_code == 404


def test_the_coordinator_writes_a_pathway_and_all_read_it(
    desk: StaffBrowser, workplace: Workplace
) -> None:
    desk.sign_in("coordinator", "harbor-light")
    desk.open(PATHWAYS)
    steps = {"need_1": "safety", "need_2": "education", "after_2": ["1"]}
    desk.press(PATHWAYS, {"name": "First weeks", "name_es": "Semanas", **steps})
    for words in ("The pathway is saved.", "First weeks", "after 1"):
        assert words in desk.text
    address = next(one for one in desk.links() if one.startswith(f"{PATHWAYS}/"))
    desk.open(address)
    desk.press(address, {"name": "First months", **steps, "need_3": "child_care"})
    (kept,) = workplace.program(["network:read"]).get("/api/v1/pathways").json()["pathways"]
    assert [step["need"] for step in kept["steps"]] == ["safety", "education", "child_care"]
    desk.sign_in("case_manager", "bridgewater")
    desk.open(PATHWAYS)
    assert "First months" in desk.text
    assert "Add a pathway" not in desk.text
    desk.sign_in("coordinator", "north-star")
    assert desk.send(PATHWAYS, {"name": "Mine", **steps}).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"name": ""}, "Give it a name"),
        ({"need_1": ""}, "Choose at least one need"),
        ({"need_2": "safety"}, "comes twice"),
        ({"need_3": "education", "after_3": ["2"]}, "has no need"),
        ({"need_1": "treasure"}, "Need"),
        ({"after_2": ["9"]}, "After steps"),
    ],
    ids=range(6),
)
def test_a_wrong_pathway_is_named(desk: StaffBrowser, wrong: dict[str, Any], advice: str) -> None:
    desk.sign_in("coordinator", "harbor-light")
    answer = desk.send(PATHWAYS, {"name": "First weeks", "need_1": "safety", **wrong})
    assert answer.status_code == 422
    assert advice in answer.text
