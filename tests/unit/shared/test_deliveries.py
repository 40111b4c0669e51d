"""One message at a handler: done, put off with growing delays, or parked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.errors import Conflict, Invalid
from shared.events.tips import TipReceived
from shared.messaging.delivery import Delivery, settle_all
from shared.messaging.envelope import decode, encode, envelope
from shared.storage.commits import State, as_commit

QUEUE = "probe.tip.received"
TRIES = 5
COMMIT = as_commit(
    "cause-1",
    State("tip-1", 1, 1, {}),
    {},
    [TipReceived(tip="tip-1")],
    at=datetime(2026, 11, 5, tzinfo=UTC),
    actor="",
)


def body(*numbers: int) -> bytes:
    events = [envelope("tips", COMMIT, 0, number) for number in numbers]
    return encode(events if len(events) > 1 else events[0])


class Message:
    """What kombu hands over, as far as a delivery looks at it."""

    def __init__(self, body: bytes, tag: int = 1, deaths: Any = None) -> None:
        self.body = body
        self.tag = tag
        self.properties: dict[str, Any] = {"message_id": f"message-{tag}"}
        self.headers: dict[str, Any] = {} if deaths is None else {"x-death": deaths}
        self.settled: list[str] = []

    def ack(self, multiple: bool = False) -> None:
        self.settled.append("acked with all before" if multiple else "acked")

    def reject(self, requeue: bool = False) -> None:
        self.settled.append("requeued" if requeue else "rejected")


class Parking:
    """The mailroom as far as a delivery needs it."""

    def __init__(self, full: bool = False) -> None:
        self.full = full
        self.parked: dict[str, tuple[bytes, str, int]] = {}

    def park(self, queue: str, body: bytes, error: str, tries: int, message_id: str) -> None:
        if self.full:
            raise ConnectionError("no database")
        self.parked.setdefault(message_id, (body, error, tries))


def rejected(count: int, queue: str = QUEUE, reason: str = "rejected") -> dict[str, Any]:
    return {"queue": queue, "reason": reason, "count": count}


def tried(
    message: Message, *outcomes: Exception | None, parking: Parking | None = None
) -> Delivery:
    delivery = Delivery(message, QUEUE)
    if delivery.events:
        delivery.outcomes = list(outcomes)
    delivery.decide(TRIES, parking or Parking())  # type: ignore[arg-type]
    settle_all([delivery])
    return delivery


def test_what_was_handled_is_acknowledged_and_marked() -> None:
    message = Message(body(7))
    assert tried(message, None).handled() == [7]
    assert message.settled == ["acked with all before"]


def test_what_failed_goes_round_and_is_not_marked() -> None:
    message = Message(body(7))
    assert tried(message, Conflict("unit", "is taken")).handled() == []
    assert message.settled == ["rejected"]


def test_what_is_invalid_is_parked_at_once() -> None:
    message, parking = Message(body(7)), Parking()
    assert tried(message, Invalid("tip", "is not a tip"), parking=parking).handled() == [7]
    assert message.settled == ["acked with all before"]
    ((kept, error, tries),) = parking.parked.values()
    assert decode(kept)[0].sequence == 7
    assert error == "Invalid tip: is not a tip"
    assert tries == 1


def test_the_text_of_a_foreign_error_is_not_kept() -> None:
    parking = Parking()
    message = Message(body(7), deaths=[rejected(8)])
    tried(message, ValueError("Maria Gonzalez"), parking=parking)
    assert [error for _, error, _ in parking.parked.values()] == ["ValueError"]


def test_tries_are_made_at_doubling_distances_and_then_it_is_parked() -> None:
    due = [n for n in range(20) if Delivery(Message(body(1), deaths=[rejected(n)]), QUEUE).is_due]
    assert due == [0, 1, 2, 4, 8, 16]
    tries = [Delivery(Message(body(1), deaths=[rejected(n)]), QUEUE).tries for n in due]
    assert tries == [1, 2, 3, 4, 5, 6]
    parking = Parking()
    for count in due[:5]:
        assert not parking.parked
        tried(Message(body(1), deaths=[rejected(count)]), ValueError(), parking=parking)
    assert parking.parked


def test_what_is_not_due_goes_round_unread() -> None:
    message = Message(b"no event", deaths=[rejected(3)])
    assert tried(message).events == []
    assert message.settled == ["rejected"]


def test_rejections_by_other_queues_do_not_count() -> None:
    deaths = [rejected(9, queue="other.tip.received"), rejected(9, "anydoor.retry", "expired")]
    assert Delivery(Message(body(1), deaths=deaths), QUEUE).tries == 1


@pytest.mark.parametrize(
    "deaths",
    ["text", 5, [5], ["text"], [{}], [{"queue": QUEUE, "reason": "rejected", "count": "many"}]],
)
def test_a_forged_history_does_not_stop_the_handler(deaths: Any) -> None:
    message = Message(body(1), deaths=deaths)
    assert tried(message, None).handled() == [1]
    assert message.settled == ["acked with all before"]


@pytest.mark.parametrize(
    "unreadable", [b"", b"\xff", b"{}", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 10_000]
)
def test_what_cannot_be_read_is_parked_at_once_as_it_is(unreadable: bytes) -> None:
    message, parking = Message(unreadable), Parking()
    assert tried(message, parking=parking).handled() == []
    assert message.settled == ["acked with all before"]
    assert [kept for kept, _, _ in parking.parked.values()] == [unreadable]


def test_what_has_no_id_is_parked_under_its_content_only_once() -> None:
    parking = Parking()
    for _ in range(2):
        message = Message(b"unreadable")
        message.properties.clear()
        tried(message, parking=parking)
    assert len(parking.parked) == 1
    (name,) = parking.parked
    assert len(name) == 64, "a digest: Python's own hash differs from process to process"


def test_a_message_parked_and_replayed_again_and_again_keeps_a_short_id() -> None:
    name = "message-1"
    for _ in range(50):
        parking = Parking()
        message = Message(b"unreadable")
        message.properties["message_id"] = f"{QUEUE}:{name}"  # as `make replay` sends it
        tried(message, parking=parking)
        (name,) = parking.parked
    assert len(name) < 100


def test_while_the_parking_is_full_it_stays_in_the_cycle() -> None:
    for content, outcomes in ((body(1), [Invalid("tip", "no")]), (b"unreadable", [])):
        message = Message(content)
        assert tried(message, *outcomes, parking=Parking(full=True)).handled() == []
        assert message.settled == ["rejected"]


def test_of_a_bundle_the_failed_comes_again_and_the_others_are_marked() -> None:
    message = Message(body(1, 2, 3))
    assert tried(message, None, ValueError(), None).handled() == [1, 3]
    assert message.settled == ["rejected"]


def test_of_a_bundle_the_hopeless_is_parked_alone() -> None:
    message, parking = Message(body(1, 2, 3)), Parking()
    found = tried(message, None, Invalid("tip", "no"), None, parking=parking)
    assert found.handled() == [1, 2, 3]
    assert message.settled == ["acked with all before"]
    ((kept, _, _),) = parking.parked.values()
    assert [one.sequence for one in decode(kept)] == [2]


def test_one_acknowledgement_settles_all_that_are_done() -> None:
    messages = [Message(body(number), number) for number in (1, 2, 3, 4)]
    deliveries = [Delivery(message, QUEUE) for message in messages]
    for delivery, outcome in zip(deliveries, [None, ValueError(), None, None], strict=True):
        delivery.outcomes = [outcome]
        delivery.decide(TRIES, Parking())  # type: ignore[arg-type]
    settle_all(deliveries)
    assert [message.settled for message in messages] == [
        [],
        ["rejected"],
        [],
        ["acked with all before"],
    ]
