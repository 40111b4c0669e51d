"""Tips through the real broker and database: in once, seen by triage alone, never forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.errors import IllegalMove, Invalid, NotFound
from shared.events.doors import TipReporterWrote, TipWithdrawalAsked
from shared.ids import new_id
from tests.support.hostile import check_refused_by_field
from tests.support.processes import Processes, eventually
from tests.support.tip_hands import (
    TRIAGE,
    WORDS,
    Json,
    a_claim,
    accept,
    arrived,
    call,
    move,
    submit,
)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The tips service with the portal's relay: what the portal accepted comes to it."""
    processes = Processes(
        tmp_path_factory.mktemp("tips"),
        module_amqp_uri,
        mongo_uri,
        module_mongo_prefix,
        TRIAGE_AGENCY=TRIAGE,
    )
    with processes.together():
        processes.service("tips")
        processes.relay("portal")
    yield processes
    processes.end()


def test_a_tip_waits_at_triage_and_its_receipt_finds_it(running: Processes) -> None:
    tip, code = submit(running, area="XS-pine", to_police=True)
    seen = arrived(running, tip)
    assert (seen["state"], seen["owner"], seen["legal"]) == ("received", TRIAGE, ["open"])
    assert seen["deadline"] > seen["received_at"]
    assert tip in [line["tip"] for line in call(running, "waiting", agency=TRIAGE)]
    pepper = Keys(running.settings.keys_dir).pepper
    (row,) = call(running, "verifiers", locator=codes.locator(code, pepper))
    assert row["tip"] == tip
    assert codes.matches(code, row["salt"], row["verifier"], pepper)
    assert call(running, "verifiers", locator=codes.locator(codes.new_code(), pepper)) == []
    assert call(running, "reporter_view", tip=tip)["state"] == "received"


def test_the_same_tip_sent_again_changes_nothing(running: Processes) -> None:
    tip, _ = submit(running)
    before = arrived(running, tip)
    portal = running.db("portal")["commits"]
    portal.update_one({"events.data.tip": tip}, {"$set": {"published": False}})
    other, _ = submit(running)
    arrived(running, other)
    eventually(lambda: portal.count_documents({"published": False}) == 0)
    assert arrived(running, tip) == before
    assert running.db("tips")["commits"].count_documents({"stream": tip}) == 1


def test_triage_and_reporter_write_to_each_other(running: Processes) -> None:
    tip, _ = submit(running)
    arrived(running, tip)
    assert move(running, "open", tip)["state"] == "opened"
    claim = a_claim(running, "message")
    assert move(running, "answer", tip, claim=claim)["state"] == "answered"
    assert call(running, "reporter_view", tip=tip)["messages"][0]["claim"] == claim
    accept(running, TipReporterWrote(tip=tip, claim=a_claim(running, "message")))
    seen = eventually(lambda: arrived(running, tip), lambda it: len(it["messages"]) == 2)
    assert seen["state"] == "opened"
    assert seen["deadline"]
    assert move(running, "close", tip, reason="acted_on")["legal"] == []
    assert tip not in [line["tip"] for line in call(running, "waiting", agency=TRIAGE)]


def test_with_the_reporters_wish_a_tip_opens_a_door(running: Processes) -> None:
    tip, _ = submit(running, wants_door=True, area="XS-pine")
    arrived(running, tip)
    move(running, "open", tip)
    passed = {"needs": ["emergency_housing"], "area": "", "language": "es"}
    with pytest.raises(IllegalMove, match="legal: answer, pass_on, close"):
        move(running, "pass_on", tip, to="police", **passed)
    after = move(running, "pass_on", tip, to="referrals", **passed)
    assert after["destinations"] == []
    commit = running.db("tips")["commits"].find_one({"events.type": "tip.passed_on"})
    assert commit is not None
    (event,) = commit["events"]
    assert event["data"] == {
        "tip": tip,
        "to": "referrals",
        "stream": after["passed_on"][0]["stream"],
        "needs": ["emergency_housing"],
        "area": "XS-pine",
        "language": "es",
    }


def test_what_overtakes_its_tip_waits_for_it(running: Processes) -> None:
    tip = new_id()
    accept(running, TipReporterWrote(tip=tip, claim=a_claim(running, "message")))
    submit(running, tip)
    seen = eventually(lambda: arrived(running, tip), lambda it: len(it["messages"]) == 1)
    assert seen["state"] == "received"


def test_a_tip_taken_back_leaves_no_word_behind(running: Processes) -> None:
    tip, code = submit(running)
    claim = arrived(running, tip)["claim"]
    added = a_claim(running, "message")
    accept(running, TipReporterWrote(tip=tip, claim=added))
    eventually(lambda: arrived(running, tip), lambda it: len(it["messages"]) == 1)
    accept(running, TipWithdrawalAsked(tip=tip))
    eventually(lambda: running.claims.get(claim) is None and running.claims.get(added) is None)
    late = a_claim(running, "message")
    accept(running, TipReporterWrote(tip=tip, claim=late))
    eventually(lambda: running.claims.get(late) is None)
    assert call(running, "reporter_view", tip=tip)["state"] == "withdrawn"
    with pytest.raises(IllegalMove, match="legal: none"):
        move(running, "open", tip)
    locator = codes.locator(code, Keys(running.settings.keys_dir).pepper)
    assert call(running, "verifiers", locator=locator)[0]["tip"] == tip


def test_nobody_but_triage_can_tell_a_tip_from_none(running: Processes) -> None:
    tip, _ = submit(running)
    arrived(running, tip)
    command = new_id()
    move(running, "open", tip, command_id=command)
    assert call(running, "waiting", agency="other") == []
    with pytest.raises(NotFound):
        call(running, "tip", tip=tip, agency="other")
    for command_id in (new_id(), command):
        with pytest.raises(NotFound):
            move(running, "open", tip, agency="other", command_id=command_id)
    with pytest.raises(NotFound):
        move(running, "open", new_id())


def test_a_command_twice_is_one_move(running: Processes) -> None:
    tip, _ = submit(running)
    arrived(running, tip)
    command = new_id()
    first = move(running, "open", tip, command_id=command)
    assert move(running, "open", tip, command_id=command) == first
    with pytest.raises(IllegalMove):
        move(running, "open", tip)


IDS = {"command_id": "id-1", "tip": "id-1", "agency": "id-1", "actor": "id-1"}
GOOD_CALLS: dict[str, Json] = {
    "verifiers": {"locator": "0a" * 32},
    "reporter_view": {"tip": "id-1"},
    "waiting": {"agency": "id-1"},
    "tip": {"tip": "id-1", "agency": "id-1"},
    "open": IDS,
    "answer": {**IDS, "claim": "id-1"},
}


@pytest.mark.parametrize("method", GOOD_CALLS)
def test_hostile_input_is_refused_by_field(running: Processes, method: str) -> None:
    check_refused_by_field(partial(call, running, method), GOOD_CALLS[method])


def test_hostile_codes_are_refused_by_field(running: Processes) -> None:
    tip, _ = submit(running, wants_door=True)
    arrived(running, tip)
    move(running, "open", tip)
    mine = {"command_id": new_id(), "tip": tip, "agency": TRIAGE, "actor": "worker-1"}
    check_refused_by_field(partial(call, running, "close"), {**mine, "reason": "acted_on"})
    codes_only = {"to": "referrals", "needs": ["advocacy"], "area": "XS-pine", "language": "es"}
    may_be_empty = frozenset({"area", "needs"})
    check_refused_by_field(
        partial(call, running, "pass_on"), {**mine, **codes_only}, not_tried=may_be_empty
    )
    for field, value in (("area", "12 Elm Street"), ("needs", ["money"]), ("needs", "advocacy")):
        with pytest.raises(Invalid) as refused:
            call(running, "pass_on", **{**mine, **codes_only, field: value})
        assert refused.value.field.split("[")[0] == field


def test_no_word_is_in_events_states_or_logs(running: Processes) -> None:
    tip, code = submit(running)
    arrived(running, tip)
    db = running.db("tips")
    kept = "".join(str(list(db[name].find())) for name in ("commits", "states", "codes")) + "".join(
        path.read_text() for path in (running.folder / "log").iterdir()
    )
    assert WORDS.decode() not in kept
    assert code not in kept
