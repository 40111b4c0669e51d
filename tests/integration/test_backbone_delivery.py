"""Events on their way: at least once over the bus, exactly one effect, and what fails is parked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from infra.local.program import Program
from services.parked import replay
from shared.ids import new_id
from shared.messaging.publisher import Outgoing, Publisher
from tests.support.backbone import Probe
from tests.support.programs import until

QUEUE = "listener.probe.said"
CROWD = "crowd.probe.said"


@pytest.fixture(scope="module")
def probe(
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Probe]:
    """All of the probe, running; each test speaks on streams of its own."""
    folder = tmp_path_factory.mktemp("probe")
    with Probe(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        running.services("sender", "listener", "crowd")
        running.relay()
        yield running


@pytest.fixture
def stream() -> str:
    return new_id()


def test_each_event_has_one_effect_at_each_service(probe: Probe, stream: str) -> None:
    for _ in range(5):
        probe.say(stream)
    until(lambda: len(probe.heard(stream)) == 5)
    assert sorted(probe.heard(stream)) == [1, 2, 3, 4, 5]
    crowd = probe.db("crowd")["heard"]
    until(lambda: crowd.count_documents({"stream": stream}) == 5)


def test_a_command_sent_twice_is_carried_out_once(probe: Probe, stream: str) -> None:
    command = new_id()
    answers = [probe.say(stream, command_id=command) for _ in range(3)]
    assert answers == [{"said": 1}] * 3
    until(lambda: probe.heard(stream) == [1])


def test_twenty_callers_at_once_leave_no_gap(probe: Probe, stream: str) -> None:
    def call() -> None:
        for _ in range(10):
            probe.say(stream)

    callers = [threading.Thread(target=call) for _ in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(60)
    rows = probe.db("sender")["commits"].find({"stream": stream})
    assert sorted(row["version"] for row in rows) == list(range(1, 201))
    until(lambda: len(probe.heard(stream)) == 200)
    assert sorted(probe.heard(stream)) == list(range(1, 201))


def test_the_events_of_a_stream_come_in_order(probe: Probe, stream: str) -> None:
    probe.say(stream, times=40)
    for _ in range(60):
        probe.say(stream)
    until(lambda: len(probe.heard(stream)) == 100)
    assert probe.heard(stream) == list(range(1, 101))


def test_what_fails_is_tried_at_growing_distances_then_parked_while_others_flow(
    probe: Probe, stream: str
) -> None:
    probe.say(stream, mood="failing")
    others = [new_id() for _ in range(20)]
    for other in others:
        probe.say(other)
    until(lambda: all(probe.heard(other) == [1] for other in others))
    (parked,) = until(lambda: probe.parked_of(QUEUE, stream))
    assert parked["tries"] == 4
    assert parked["error"] == "ValueError"
    tried = probe.attempts(stream)
    assert len(tried) == 4
    waits = [after - before for before, after in pairwise(tried)]
    # returns 1, 2 and 4 of the delay queue, 100 ms each
    assert waits[0] >= 0.09
    assert waits[1] >= 0.09
    assert waits[2] >= 0.19
    assert probe.heard(stream) == []


def test_what_fails_for_a_while_is_handled_in_the_end(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="failing_twice")
    until(lambda: probe.heard(stream) == [1])
    assert len(probe.attempts(stream)) == 3
    assert not probe.parked_of(QUEUE, stream)


def test_what_is_invalid_is_parked_at_the_first_try(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="invalid")
    (parked,) = until(lambda: probe.parked_of(QUEUE, stream))
    assert (parked["tries"], parked["error"]) == (
        1,
        "Invalid mood: is not to be taken: say it differently",
    )
    assert len(probe.attempts(stream)) == 1


def test_of_a_list_that_failed_only_the_bad_one_is_parked(probe: Probe, stream: str) -> None:
    probe.say(stream, kind="shouted", times=10)
    probe.say(stream, kind="shouted", mood="invalid")
    probe.say(stream, kind="shouted", times=10)
    crowd = probe.db("crowd")["heard"]
    until(lambda: crowd.count_documents({"stream": stream}) == 20)
    (parked,) = until(lambda: probe.parked_of("crowd.probe.shouted", stream))
    assert json.loads(parked["body"])["streamversion"] == 11


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (b"not json", {}),
        (b"", {}),
        (b"\xff\xfe\x00", {"content_encoding": "utf-8", "content_type": "application/json"}),
        (b'{"id": "1"}', {"message_id": "m" * 250}),
        (b'{"a":' * 50_000, {}),
        (b"[]", {}),
        (b"x", {"content_encoding": "no-such-encoding", "content_type": "no/such-type"}),
        (b"y", {"application_headers": {"compression": "application/x-gzip"}}),
        (b"z", {"application_headers": {"x-death": "forged"}}),
        (b"w", {"application_headers": {"x-death": [{"queue": QUEUE, "count": "many"}]}}),
    ],
)
def test_what_cannot_be_read_is_parked_at_once(
    probe: Probe, stream: str, body: bytes, properties: dict[str, object]
) -> None:
    before = {row["_id"] for row in probe.parked(QUEUE)}
    probe.send_raw(QUEUE, body, **properties)
    if body == b"[]":  # a list of no events, which is not wrong
        probe.say(stream)
        until(lambda: probe.heard(stream) == [1])
        return
    (found,) = until(lambda: [row for row in probe.parked(QUEUE) if row["_id"] not in before], 10)
    assert bytes(found["body"]) == body
    assert found["tries"] == 1
    probe.say(stream)
    until(lambda: probe.heard(stream) == [1])


def test_what_is_parked_is_listed_and_replayed(probe: Probe, stream: str) -> None:
    probe.mailroom.parked.delete_many({})
    probe.db("listener")["told"].delete_many({})
    probe.say(stream, mood="invalid_until_told")
    until(lambda: probe.parked_of(QUEUE, stream))
    listed = probe.run("services.parked", "list")
    assert listed.returncode == 0, listed.stderr
    assert f"{QUEUE}  tries 1  Invalid mood" in listed.stdout
    assert listed.stdout.rstrip().endswith("parked: 1")
    again = probe.run("services.parked", "replay", QUEUE)
    assert "replayed: 1 of 1" in again.stdout, again.stderr
    until(lambda: len(probe.attempts(stream)) == 2)
    until(lambda: probe.parked_of(QUEUE, stream))
    probe.db("listener")["told"].insert_one({})
    assert "replayed: 1 of 1" in probe.run("services.parked", "replay").stdout
    until(lambda: probe.heard(stream) == [1])
    assert "parked: 0" in probe.run("services.parked", "list").stdout


class WaitsUntilParkedAgain(Publisher):
    """A broker slow to say that it took a message: the message fails and is parked before."""

    def __init__(self, probe: Probe, stream: str) -> None:
        super().__init__(probe.settings.amqp_uri)
        self._probe, self._stream = probe, stream

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        taken = super().publish(messages)
        until(lambda: len(self._probe.attempts(self._stream)) == 2)
        until(lambda: self._probe.waiting_in(QUEUE) == 0)
        until(
            lambda: all("replay" not in row for row in self._probe.parked_of(QUEUE, self._stream))
        )
        return taken


def test_what_fails_again_while_it_is_replayed_stays_parked(probe: Probe, stream: str) -> None:
    probe.mailroom.parked.delete_many({})
    probe.say(stream, mood="invalid")
    until(lambda: probe.parked_of(QUEUE, stream))
    with closing(WaitsUntilParkedAgain(probe, stream)) as broker:
        assert replay(probe.mailroom, broker, QUEUE) == 1
    assert len(probe.parked_of(QUEUE, stream)) == 1


def test_replaying_without_a_broker_forgets_nothing(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="invalid")
    until(lambda: probe.parked_of(QUEUE, stream))
    refused = probe.run("services.parked", "replay", AMQP_URI="amqp://127.0.0.1:1//")
    assert refused.returncode == 1
    assert refused.stderr.strip().count("\n") == 0
    assert probe.parked_of(QUEUE, stream)


def test_what_is_parked_is_not_asked_for_again(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="invalid")
    until(lambda: probe.parked_of(QUEUE, stream))
    until(lambda: probe.holes(QUEUE) == [])
    assert probe.waiting_in(QUEUE) == 0


def test_health_says_how_many_are_parked(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="invalid")
    until(lambda: probe.parked_of(QUEUE, stream))
    assert probe.health()["parked"] >= 1


def test_the_timed_job_runs_again_and_again(probe: Probe) -> None:
    beats = probe.db("listener")["beats"]
    before = beats.count_documents({})
    until(lambda: beats.count_documents({}) >= before + 3, 5)


def test_no_log_line_holds_the_text_of_an_exception(probe: Probe, stream: str) -> None:
    probe.say(stream, mood="failing_twice")
    until(lambda: probe.heard(stream) == [1])
    text = probe.log_text()
    assert '"error": "ValueError"' in text
    assert "canary" not in text


@pytest.fixture
def alone(amqp_uri: str, mongo_uri: str, mongo_prefix: str, tmp_path: Path) -> Iterator[Probe]:
    """A probe of which nothing runs yet."""
    with Probe(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as ready:
        yield ready


def test_an_event_that_ends_its_process_again_and_again_is_parked_and_others_flow(
    alone: Probe,
) -> None:
    alone.services("sender")
    alone.relay()
    kept: Program = alone.keep(alone.prepared("tests.support.probe.run", "listener"))
    alone.say("bad", mood="fatal")
    for turn in range(3):
        alone.say(f"good-{turn}")
    (parked,) = until(lambda: alone.parked_of(QUEUE, "bad"), 120)
    assert "ended its process" in parked["error"]
    for turn in range(3):
        until(partial(alone.heard, f"good-{turn}"))
        assert not alone.parked_of(QUEUE, f"good-{turn}")
    assert kept.pid
