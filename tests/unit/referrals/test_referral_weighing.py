"""What makes a service come earlier, and how far a deployment may change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.referrals.matching import Ask
from services.referrals.roster import Roster
from services.referrals.weighing import CRITERIA, OURS, checked, load
from shared.directory import Capacity, Hours
from shared.errors import Invalid
from shared.settings import WrongSettings
from tests.support.referral_network import card

NEED = "legal_assistance"
#: criterion -> what makes a service better by it, and the ask it counts for
BETTER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "same_case_manager": (
        {"needs": ["case_management"]},
        {"need_type": "case_management", "managed": frozenset({"better-agency"})},
    ),
    "on_pathway": ({}, {"first": frozenset({"better"})}),
    "language_spoken": ({"languages": ["en", "es"]}, {}),
    "wishes_met": (
        {"can_come": ["women_staff", "pets"]},
        {"wishes": frozenset({"women_staff", "pets", "step_free"})},
    ),
    "area_match": ({"areas": ["XS-lakeshore"]}, {}),
    "capacity_known": ({"capacity": Capacity(outward="has")}, {}),
    "open_now": ({"open_24_7": True}, {}),
    "helps_already": ({}, {"helping": frozenset({"better-agency"})}),
    "not_declined_before": ({}, {"declined": frozenset({"plain-agency"})}),
    "one_stop": ({"needs": [NEED, "advocacy"]}, {"also": frozenset({"advocacy"})}),
    "capacity_fresh": (
        {"capacity": Capacity(outward="unknown", updated_at="2026-03-01T00:00:00.000+00:00")},
        {"fresh_since": "2026-02-28T20:00:00.000+00:00"},
    ),
    "usually_accepts": ({}, {}),
}
PLAIN: dict[str, Any] = {
    "needs": [NEED],
    "languages": ["en"],
    "areas": [],
    "capacity": Capacity(outward="unknown"),
    "remote": True,
}
VOICES = card("voices", "translation", languages=["es"])


def ask(**fields: Any) -> Ask:
    told = {"spread": "s/n", "need_type": NEED, "urgent": True, "language": "es"}
    return Ask(**{**told, "area": "XS-lakeshore", **fields})


def order(roster: Roster, of: Ask) -> list[str]:
    return [one.service for one in roster.rank(of).candidates]


def test_every_criterion_is_tried_here_and_weighed_in_the_file() -> None:
    assert set(BETTER) == set(CRITERIA) == set(load())


@pytest.mark.parametrize("name", BETTER)
@pytest.mark.parametrize("place", [0, 1])
def test_what_counts_decides_alone(name: str, place: int) -> None:
    fields, wishes = BETTER[name]
    needs = fields.get("needs", [NEED])[:1]
    both = [card("plain", **{**PLAIN, "needs": needs})]
    both.insert(place, card("better", **{**PLAIN, **fields}))
    roster = Roster()
    for one in (*both, VOICES):
        roster.put(one)
    if name == "usually_accepts":
        roster.hesitant = {NEED: frozenset({"plain-agency"})}
    assert order(roster, ask(**wishes)) == ["better", "plain"]


def test_as_shipped_each_criterion_outweighs_all_that_follow() -> None:
    weights = list(load().values())
    for at, worth in enumerate(weights):
        assert worth > sum(weights[at + 1 :])


def test_other_weights_lead_to_another_order() -> None:
    near, spoken = (
        card("near", NEED, **{**PLAIN, "needs": [NEED], "areas": ["XS-lakeshore"]}),
        card("spoken", NEED, **{**PLAIN, "needs": [NEED], "languages": ["es"]}),
    )
    for weights, first in (({}, "spoken"), ({"area_match": 2, "language_spoken": 1}, "near")):
        roster = Roster(weights or None)
        for one in (near, spoken, VOICES):
            roster.put(one)
        assert order(roster, ask())[0] == first


HOURS = [
    Hours(weekday=0, opens_at="09:00", closes_at="17:00"),
    Hours(weekday=4, opens_at="20:00", closes_at="06:00"),
]


@pytest.mark.parametrize(
    ("local", "there"),
    [
        ((0, "09:00"), "yes"),
        ((0, "16:59"), "yes"),
        ((0, "17:00"), "no"),
        ((0, "08:59"), "no"),
        ((1, "10:00"), "no"),
        ((4, "19:59"), "no"),
        ((4, "23:30"), "yes"),
        ((5, "05:59"), "yes"),
        ((5, "06:00"), "no"),
        ((4, "03:00"), "no"),
        (None, "no"),
    ],
)
def test_open_hours_are_those_of_the_wall_and_go_past_midnight(
    local: tuple[int, str] | None, there: str
) -> None:
    roster = Roster()
    roster.put(card("it", NEED, hours=HOURS))
    (found,) = roster.rank(ask(local=local)).candidates
    assert found.trace()["open_now"] == there


def test_whoever_is_on_call_is_there_at_any_hour() -> None:
    roster = Roster()
    roster.put(card("it", NEED, hours=HOURS, on_call=True))
    (found,) = roster.rank(ask(local=(2, "03:00"))).candidates
    assert found.trace()["open_now"] == "yes"


def test_among_equals_the_agency_asked_longest_ago_comes_first() -> None:
    roster = Roster()
    for id, agency in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        roster.put(card(id, NEED, agency=agency))
    roster.asked("a1", "2026-03-01T00:00:00.000+00:00")
    assert order(roster, ask()) == ["b1", "a2", "a1"]
    roster.asked("b1", "2026-03-02T00:00:00.000+00:00")
    assert order(roster, ask()) == ["a2", "a1", "b1"]


def test_a_service_that_left_is_no_other_need_of_its_agency_any_more() -> None:
    roster = Roster()
    roster.put(card("law", NEED, agency="a"))
    roster.put(card("advice", "advocacy", agency="a"))
    wanted = ask(also=frozenset({"advocacy"}))
    assert roster.rank(wanted).candidates[0].trace()["one_stop"] == "yes"
    roster.remove("advice")
    assert roster.rank(wanted).candidates[0].trace()["one_stop"] == "no"
    roster.put(card("advice", "advocacy", agency="a", member=False))
    assert roster.rank(wanted).candidates[0].trace()["one_stop"] == "no"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "weights"),
        ([], "weights"),
        ({}, "weights"),
        ("area_match: 1", "weights"),
        ({"near": 1}, "near"),
        ({3: 1}, "3"),
        ({"area_match": 0}, "area_match"),
        ({"area_match": -1}, "area_match"),
        ({"area_match": 1.5}, "area_match"),
        ({"area_match": True}, "area_match"),
        ({"area_match": "1"}, "area_match"),
        ({"area_match": 10**9}, "area_match"),
        ({"$gt": ""}, "$gt"),
    ],
)
def test_weights_that_are_none_are_refused_by_name(given: Any, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(given)
    assert said in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: [", b"", b"near: 1", b"!!python/name:os"])
def test_a_file_that_does_not_fit_ends_the_process_in_one_line(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(WrongSettings) as refused:
        load(path)
    assert str(refused.value).startswith("MATCHING_WEIGHTS: mine.yaml")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"none\.yaml cannot be read"):
        load(tmp_path / "none.yaml")
    assert OURS.is_file()
