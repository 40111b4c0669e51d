"""Referral streams through the real broker, database, registry and accounts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.errors import Conflict, IllegalMove, Invalid
from shared.events.tips import TipPassedOn
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call
from tests.support.registry_records import id_for, service

Json = dict[str, Any]
ALL_NEEDS = ["emergency_housing", "legal_assistance", "translation"]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("referrals"), where) as town:
        yield town


def orphans(running: Town) -> int:
    counted = call(running, "orphans")
    assert counted["open"] > 0
    return int(counted["without_owner_or_deadline"])


def managed(running: Town, needs: list[str], **fields: Any) -> tuple[str, str]:
    """A client whose stream has a case manager; return the stream and the agency."""
    stream, _, _ = hands.ask_for_help(running, needs, **fields)
    bridge = hands.agency("Bridge casework")
    offer = hands.offer_to(running, bridge, "case_management", stream)
    hands.answer(running, "accept", offer, bridge)
    return stream, bridge


def test_a_client_who_asks_has_an_owner_and_a_deadline_and_is_found_by_her_code(
    running: Town,
) -> None:
    stream, code, _ = hands.ask_for_help(running, ALL_NEEDS)
    view = hands.seen(running, stream)
    assert view["owner"] == {"agency": COORDINATOR, "role": "coordinator"}
    assert view["next_action"]["code"] == "find_case_manager"
    assert view["next_action"]["due_at"] > view["opened_at"]
    assert view["urgency"] == "urgent"
    assert view["timeline"][0]["event"] == "stream.opened"
    pepper = Keys(running.settings.keys_dir).pepper
    locator = codes.locator(code, pepper)
    (row,) = eventually(lambda: call(running, "verifiers", locator=locator))
    assert row["stream"] == stream
    assert codes.matches(code, row["salt"], row["verifier"], pepper)
    assert call(running, "verifiers", locator="0" * 64) == []


def test_the_journey_from_the_portal_to_the_close(running: Town) -> None:
    stream, bridge = managed(running, ALL_NEEDS)
    assert hands.seen(running, stream)["owner"] == {"agency": bridge, "role": "case_manager"}
    first = hands.holder(running, "emergency_housing", stream)
    hands.answer(running, "decline", first, first["agency"], reason="no_capacity")
    second = hands.holder(running, "emergency_housing", stream, but=first["id"])
    assert second["service"] != first["service"]
    hands.answer(running, "accept", second, second["agency"])
    for need_type in ("legal_assistance", "translation"):
        offer = hands.holder(running, need_type, stream)
        hands.answer(running, "accept", offer, offer["agency"])
    assert orphans(running) == 0
    view = hands.seen(running, stream, bridge)
    for referral, one in view["referrals"].items():
        if one["need_type"] != "case_management":
            told = hands.act(running, "start", stream, one["offer"]["agency"], referral=referral)
            assert told["state"] == "in_progress"
            hands.act(running, "complete", stream, one["offer"]["agency"], referral=referral)
    closed = hands.act(running, "close", stream, bridge, reason="needs_met")
    assert closed["status"] == "closed"
    names = hands.events_of(running, stream)
    assert names[-1] == "stream.closed"
    assert names.count("need.met") == 4
    assert {step["step"] for step in call(running, "client_view", stream=stream)["steps"]} == {
        "done"
    }
    assert orphans(running) == 0


def test_a_unit_that_is_offered_is_reserved_and_freed_by_the_answer(running: Town) -> None:
    stream, _ = managed(running, ["emergency_housing"])
    offer = hands.holder(running, "emergency_housing", stream)
    units = running.db("registry")["states"]
    row = units.find_one({"_id": f"capacity:{offer['service']}"})
    assert row is not None
    assert offer["id"] in row["state"]["reserved"]
    hands.answer(running, "decline", offer, offer["agency"], reason="not_eligible")
    eventually(
        lambda: units.find_one({"_id": f"capacity:{offer['service']}"}),
        lambda now: now is not None and offer["id"] not in now["state"]["reserved"],
    )


def test_one_of_many_parallel_accepts_wins_and_a_repeat_is_harmless(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    bridge = hands.agency("Bridge casework")
    offer = hands.offer_to(running, bridge, "case_management", stream)
    command = {"stream": stream, "offer": offer["offer"], "agency": bridge, "actor": "staff-1"}

    def accept(command_id: str) -> str:
        try:
            return str(call(running, "accept", command_id=command_id, **command)["state"])
        except Conflict as refused:
            return refused.rule

    ids = [new_id() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(accept, ids))
    assert answers.count("accepted") == 1
    winner = ids[answers.index("accepted")]
    assert accept(winner) == "accepted"
    assert hands.events_of(running, stream).count("referral.accepted") == 1


def test_an_unmet_need_waits_for_the_coordinator_and_wakes_when_a_service_can_help(
    running: Town,
) -> None:
    stream, _ = managed(running, ["dental_care"])
    eventually(lambda: hands.events_of(running, stream), lambda names: "need.unmet" in names)
    view = hands.seen(running, stream)
    assert view["owner"] == {"agency": COORDINATOR, "role": "coordinator"}
    assert view["next_action"]["code"] == "place_need"
    queue = call(running, "queue", agency=COORDINATOR)
    assert "dental_care" in [line.get("need_type") for line in queue if line["stream"] == stream]
    steps = call(running, "client_view", stream=stream)["steps"]
    assert [step["step"] for step in steps] == ["still_looking"]
    member = hands.a_member(running, "Tooth House")
    hands.a_service(running, "Tooth chairs", "Tooth House", ["dental_care"])
    offer = hands.offer_to(running, member, "dental_care", stream)
    hands.answer(running, "accept", offer, member)
    assert hands.seen(running, stream)["owner"]["role"] == "case_manager"


def test_the_code_at_another_door_continues_the_same_stream(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    hands.seen(running, stream)
    desk = hands.agency("Inn beds")
    told = hands.act(running, "continue_stream", stream, desk, door="agency")
    assert told == {"stream": stream, "status": "open"}
    view = hands.seen(running, stream, desk)
    assert view["relation"] == "door"
    assert "referrals" not in view
    assert hands.events_of(running, stream).count("stream.opened") == 1


def test_a_desk_opens_a_stream_once_with_the_code_in_the_claim(running: Town) -> None:
    code, desk = codes.new_code(), hands.agency("Inn beds")
    command: Json = {
        "command_id": new_id(),
        "door": "law_enforcement",
        "agency": desk,
        "needs": ["legal_assistance"],
        "claim": hands.a_claim(running, code),
        "actor": "staff-1",
    }
    first = call(running, "open_stream", **command)
    assert call(running, "open_stream", **command) == first
    locator = codes.locator(code, Keys(running.settings.keys_dir).pepper)
    (row,) = call(running, "verifiers", locator=locator)
    assert row["stream"] == first["stream"]
    with pytest.raises(Invalid) as refused:
        call(running, "open_stream", **{**command, "command_id": new_id(), "claim": new_id()})
    assert refused.value.field == "claim"


def test_a_tip_opens_a_door_into_a_stream(running: Town) -> None:
    stream = new_id()
    passed = TipPassedOn(tip=new_id(), to="referrals", stream=stream, needs=["legal_assistance"])
    running.state("tips", passed.tip, [passed])
    assert hands.seen(running, stream)["doors"][0]["door"] == "tip"


def test_a_closed_stream_goes_on_when_the_client_comes_back(running: Town) -> None:
    stream, bridge = managed(running, [])
    with pytest.raises(IllegalMove) as refused:
        hands.act(running, "reopen", stream, bridge)
    assert "close" in refused.value.advice
    hands.act(running, "close", stream, bridge, reason="client_ended")
    desk = hands.agency("Inn beds")
    told = hands.act(running, "continue_stream", stream, desk, door="agency")
    assert told["status"] == "open"
    again = hands.offer_to(running, bridge, "case_management", stream)
    hands.answer(running, "accept", again, bridge)
    hands.act(running, "record_need", stream, bridge, need_type="translation")
    assert hands.holder(running, "translation", stream)["agency"]
    names = hands.events_of(running, stream)
    assert names.index("stream.closed") < names.index("stream.reopened")


def test_a_place_that_takes_no_children_is_asked_only_once_she_says_so(running: Town) -> None:
    hands.a_member(running, "Garden House")
    profile = {"needs": ["transitional_housing"], "areas": [hands.AREA], "languages": ["es"]}
    beds = {"unit": "bed", "available": 2, "maximum": 2}
    said = {**profile, "can_come": ["pets"], "capacity": beds}
    hands.take(running, service("Garden rooms", of="Garden House", profile=said))
    rooms = {"_id": id_for("service", "Garden rooms"), "card.member": True}
    eventually(lambda: running.db("referrals")["services"].find_one(rooms))
    stream, bridge = managed(running, ["transitional_housing"], wishes=["with_children", "odd"])

    def misses() -> list[str]:
        told = hands.seen(running, stream)["referrals"].values()
        return [one["rule"] for referral in told for one in referral["misses"]]

    eventually(misses, lambda rules: "takes_with_children" in rules)
    assert hands.seen(running, stream)["wishes"] == ["with_children"]
    with pytest.raises(Invalid, match="wishes"):
        hands.act(running, "set_wishes", stream, bridge, wishes=["odd"])
    hands.act(running, "set_wishes", stream, bridge, wishes=[])
    offer = hands.holder(running, "transitional_housing", stream)
    assert offer["agency"] == id_for("organization", "Garden House")
    assert orphans(running) == 0


def test_states_lost_in_a_crash_come_back_and_nobody_is_orphaned(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    hands.seen(running, stream)
    states = running.db("referrals")["states"]
    states.delete_one({"_id": stream})
    eventually(lambda: states.find_one({"_id": stream}))
    assert orphans(running) == 0
