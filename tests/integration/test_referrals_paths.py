"""A pathway through the real registry, broker and database: each step asked for once, in turn."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from shared.errors import AnydoorError, Conflict, Invalid, NotFound
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.hostile import NO_ID
from tests.support.referral_hands import COORDINATOR, Town, call
from tests.support.registry_records import id_for

NAMES = ["Bridge casework", "Cedar beds", "Inn beds", "Lake law"]
BRIDGE, INN, LAKE = (id_for("organization", one) for one in ("Bridge", "Inn", "Lake Legal"))
HOUSE, LAW, SCHOOL = "emergency_housing", "legal_assistance", "education"
SAID: dict[str, Any] = {
    "names": {"en": "After a raid"},
    "steps": [
        {"need": HOUSE, "services": [id_for("service", "Inn beds")]},
        {"need": LAW, "after": [HOUSE]},
        {"need": SCHOOL, "after": [HOUSE, LAW]},
    ],
}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("paths"), where, NAMES) as town:
        order = {"pathway": "after-a-raid", "agency": COORDINATOR, "actor": "staff"}
        hands.registry(town, "set_pathway", command_id=new_id(), said=SAID, **order)
        yield town


@pytest.fixture
def managed(running: Town) -> str:
    """A client whose case manager is Bridge."""
    stream, _, _ = hands.ask_for_help(running, ["food_clothing"])
    hands.answer(
        running, "accept", hands.offer_to(running, BRIDGE, "case_management", stream), BRIDGE
    )
    return stream


def steps(running: Town) -> list[Any]:
    """The pathway's steps as the registry tells them, and the portal passes them on."""
    (one,) = hands.registry(running, "pathways")
    return list(one["steps"])


def start(running: Town, stream: str, agency: str = BRIDGE, **more: Any) -> Any:
    told = {"pathway": "after-a-raid", "steps": steps(running), "left_out": [], **more}
    return hands.act(running, "start_path", stream, agency, **told)


def stands(running: Town, stream: str) -> dict[str, str]:
    told = call(running, "stream", stream=stream, agency=BRIDGE)["path"]["steps"]
    return {one["need_type"]: one["stands"] for one in told}


def test_each_step_is_asked_for_once_when_its_turn_comes(running: Town, managed: str) -> None:
    told = {"pathway": "after-a-raid", "steps": steps(running), "left_out": []}
    once = {**told, "command_id": new_id(), "stream": managed, "agency": BRIDGE, "actor": "a"}
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda _: call(running, "start_path", **once), range(4)))
    assert hands.events_of(running, managed).count("path.started") == 1
    with pytest.raises(Conflict):
        start(running, managed)
    offer = hands.offer_to(running, INN, HOUSE, managed)  # which the pathway names
    hands.answer(running, "accept", offer, INN)
    assert call(running, "client_view", stream=managed)["planned"] == [
        {"need_type": LAW, "after": [HOUSE]},
        {"need_type": SCHOOL, "after": [HOUSE, LAW]},
    ]
    (bed,) = [
        id
        for id, one in hands.seen(running, managed)["referrals"].items()
        if one["need_type"] == HOUSE
    ]

    def finish(_: int) -> None:
        with suppress(AnydoorError):  # another instance was first
            hands.act(running, "complete", managed, INN, referral=bed)

    with ThreadPoolExecutor(4) as people:
        list(people.map(finish, range(4)))
    assert stands(running, managed) == {HOUSE: "met", LAW: "asked", SCHOOL: "waiting"}
    hands.offer_to(running, LAKE, LAW, managed)
    assert hands.events_of(running, managed).count("need.recorded") == 4
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_a_later_change_of_the_pathway_changes_nothing_here(running: Town, managed: str) -> None:
    start(running, managed)
    order = {"pathway": "after-a-raid", "agency": COORDINATOR, "actor": "staff"}
    shorter = {**SAID, "steps": SAID["steps"][:1]}
    hands.registry(running, "set_pathway", command_id=new_id(), said=shorter, **order)
    assert stands(running, managed) == {HOUSE: "asked", LAW: "waiting", SCHOOL: "waiting"}
    hands.registry(running, "set_pathway", command_id=new_id(), said=SAID, **order)


def test_odd_and_foreign_commands_are_refused_by_name(running: Town, managed: str) -> None:
    for odd in [*(one for one in NO_ID if isinstance(one, str)), "x" * 100_000]:
        with pytest.raises(Invalid) as refused:
            start(running, managed, pathway=odd)
        assert refused.value.field == "pathway"
        with pytest.raises(Invalid) as refused:
            start(running, managed, left_out=[odd])
        assert refused.value.field == "left_out"
    bad: list[Any] = [{}, [{}], [{"need": HOUSE, "more": 1}], [{"need": 1}], [{"need": HOUSE}] * 99]
    for odd in [*bad, None, "x", [["x"]], [{"need": HOUSE, "after": "x"}]]:
        with pytest.raises(Invalid) as refused:
            start(running, managed, steps=odd)
        assert refused.value.field.startswith("steps")
    for stranger in (LAKE, new_id()):
        with pytest.raises(NotFound):
            start(running, managed, agency=stranger)
    start(running, managed)
    with pytest.raises(NotFound):
        hands.act(running, "decide_step", managed, BRIDGE, step="gold", decision="ask")
    with pytest.raises(Invalid):
        hands.act(running, "decide_step", managed, BRIDGE, step=LAW, decision="burn")
    with pytest.raises(NotFound):
        hands.act(running, "end_path", managed, new_id())
    hands.act(running, "end_path", managed, BRIDGE)
    assert "path" not in call(running, "stream", stream=managed, agency=BRIDGE)
