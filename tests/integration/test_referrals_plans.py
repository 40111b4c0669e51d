"""A stream's plan through the real broker and database: made once, marked by many, told to few."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shared.clock import now
from shared.errors import IllegalMove, Invalid, NotAllowed, NotFound
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.hostile import check_refused_by_field
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call

VERSION = "2026-11-22"
DAY = (now().date() + timedelta(days=30)).isoformat()
STEPS = {f"step-{letter}": DAY for letter in "abcdefgh"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where, names = (module_amqp_uri, mongo_uri, module_mongo_prefix), ["Bridge casework"]
    with hands.a_town(tmp_path_factory.mktemp("plans"), where, names) as town:
        yield town


@pytest.fixture
def stream(running: Town) -> str:
    """A client whom Bridge has taken on."""
    id, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    bridge = hands.agency("Bridge casework")
    offer = hands.offer_to(running, bridge, "case_management", id)
    hands.answer(running, "accept", offer, bridge)
    return id


def attach(running: Town, stream: str, **more: Any) -> Any:
    told = {
        "command_id": new_id(),
        "stream": stream,
        "version": VERSION,
        "steps": STEPS,
        "agency": hands.agency("Bridge casework"),
        "actor": "staff-1",
        **more,
    }
    return call(running, "attach_plan", **told)


def test_a_plan_is_made_once_and_marked_by_many_at_the_same_time(
    running: Town, stream: str
) -> None:
    bridge, once = hands.agency("Bridge casework"), new_id()
    assert attach(running, stream, command_id=once) == attach(running, stream, command_id=once)
    assert hands.events_of(running, stream).count("plan.attached") == 1

    def mark(step: str) -> Any:
        return hands.act(running, "mark_step", stream, bridge, step=step, is_done=True)

    with ThreadPoolExecutor(8) as people:
        list(people.map(mark, [*STEPS, *STEPS]))
    plan = hands.seen(running, stream, bridge)["plan"]
    assert plan["version"] == VERSION
    assert plan["steps"] == {step: {"due_on": DAY, "is_done": True} for step in STEPS}
    assert hands.events_of(running, stream).count("plan.step_marked") == len(STEPS)
    assert call(running, "client_view", stream=stream)["plan"] == plan
    attach(running, stream, steps={"step-a": DAY, "other": DAY})
    shorter = hands.seen(running, stream, bridge)["plan"]["steps"]
    assert {step: one["is_done"] for step, one in shorter.items()} == {
        "step-a": True,
        "other": False,
    }
    timeline = hands.seen(running, stream, bridge)["timeline"]
    assert [set(one["data"]["steps"]) for one in timeline if one["event"] == "plan.attached"] == [
        set(STEPS),
        {"step-a", "other"},
    ]


def test_only_who_leads_plans_and_a_door_does_not_see_it(running: Town, stream: str) -> None:
    with pytest.raises(NotAllowed):
        attach(running, stream, agency=COORDINATOR)
    with pytest.raises(NotFound):
        attach(running, stream, agency="stranger")
    attach(running, stream)
    hands.act(running, "continue_stream", stream, "door-agency", door="agency")
    view = hands.seen(running, stream, "door-agency")
    assert view["relation"] == "door"
    assert "step-a" not in json.dumps(view)
    assert "step-a" in json.dumps(hands.seen(running, stream))


def test_what_does_not_fit_is_refused_by_name(running: Town, stream: str) -> None:
    good = {
        "command_id": new_id(),
        "stream": stream,
        "agency": hands.agency("Bridge casework"),
        "actor": "staff-1",
    }
    more = {"version": VERSION, "steps": STEPS}
    check_refused_by_field(lambda **told: call(running, "attach_plan", **told), {**good, **more})
    for steps, field in (
        ({}, "steps"),
        ({"Ana Gomez, 5 Main Street": DAY}, "steps"),
        ({"step-a": "soon"}, "steps.step-a"),
        ({"step-a": {"$gt": ""}}, "steps"),
        ({f"s-{at}": DAY for at in range(100)}, "steps"),
    ):
        with pytest.raises(Invalid) as refused:
            attach(running, stream, steps=steps)
        assert refused.value.field.split("[")[0] == field
    with pytest.raises(NotFound):
        call(running, "mark_step", **good, step="step-a", is_done=True)
    assert "plan" not in hands.seen(running, stream)


def test_a_closed_stream_keeps_its_plan_and_takes_no_other(running: Town, stream: str) -> None:
    bridge = hands.agency("Bridge casework")
    attach(running, stream)
    for id, need in hands.seen(running, stream, bridge)["needs"].items():
        if need["type"] != "case_management":
            hands.act(running, "end_need", stream, bridge, need=id)
    hands.act(running, "close", stream, bridge, reason="client_ended")
    with pytest.raises(IllegalMove):
        attach(running, stream, steps={"other": DAY})
    view = eventually(lambda: hands.seen(running, stream, bridge))
    assert set(view["plan"]["steps"]) == set(STEPS)
