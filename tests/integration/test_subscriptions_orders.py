"""Beginning and ending standing orders, and whoever asks for one wrongly."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from shared.errors import Conflict, IllegalMove, Invalid, NotFound
from shared.ids import new_id
from tests.support.hostile import check_refused_by_field
from tests.support.processes import Processes, eventually
from tests.support.receiver import Receiver
from tests.support.subscription_hands import (
    Json,
    a_secret,
    call,
    deliveries,
    need,
    opened,
    states,
    subscribe,
)
from tests.support.subscriptions_running import receiver, running

__all__ = ["receiver", "running"]


def test_an_ended_subscription_brings_nothing_and_forgets_its_secret(
    running: Processes, receiver: Receiver
) -> None:
    agency, stream = new_id(), new_id()
    claim, _ = a_secret(running)
    made = subscribe(running, agency, ["stream.*", "need.*"], url=receiver.url, claim=claim)
    receiver.answer = lambda event: 500
    running.state("referrals", stream, [opened(stream, agency)])
    eventually(lambda: deliveries(running, made, agency))
    ended = {"subscription": made["subscription"], "actor": "worker-1", "command_id": new_id()}
    with pytest.raises(NotFound):
        call(running, "end", agency=new_id(), **ended)
    for _ in range(2):
        assert call(running, "end", agency=agency, **ended)["state"] == "ended"
    with pytest.raises(IllegalMove):
        call(running, "end", agency=agency, **(ended | {"command_id": new_id()}))
    assert running.claims.get(claim) is None
    running.state("referrals", stream, [need(stream)])
    journal = running.db("subscriptions")["events"]
    eventually(lambda: journal.count_documents({"key": f"referrals:{stream}"}) == 2)
    assert states(running, made, agency) == {"cancelled"}
    assert receiver.taken == []


def test_a_subscription_is_made_once_and_is_the_agencys_own(
    running: Processes, receiver: Receiver
) -> None:
    agency, command = new_id(), new_id()
    claim, _ = a_secret(running)
    fields = {"url": receiver.url, "claim": claim, "command_id": command}
    made = subscribe(running, agency, ["referral.*"], **fields)
    assert subscribe(running, agency, ["referral.*"], **fields) == made
    with pytest.raises(Conflict):
        subscribe(running, new_id(), ["referral.*"], **fields)
    assert call(running, "subscriptions", agency=agency) == [made]
    assert call(running, "subscriptions", agency=new_id()) == []
    with pytest.raises(NotFound):
        deliveries(running, made, new_id())


IDS = {"command_id": "id-1", "agency": "id-1", "actor": "id-1"}
GOOD_CALLS: dict[str, Json] = {
    "subscribe": {**IDS, "kind": "feed", "events": ["referral.*"], "url": "", "claim": ""},
    "subscriptions": {"agency": "id-1"},
    "end": {**IDS, "subscription": "id-1"},
    "deliveries": {"agency": "id-1", "subscription": "id-1"},
    "replay": {**IDS, "subscription": "id-1", "after": "2026-03-02T09:00:00Z"},
}


@pytest.mark.parametrize("method", GOOD_CALLS)
def test_hostile_input_is_refused_by_field(running: Processes, method: str) -> None:
    may_be_empty = frozenset({"url", "claim"})
    check_refused_by_field(
        partial(call, running, method), GOOD_CALLS[method], not_tried=may_be_empty
    )


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("url", {"url": {"$gt": ""}}),
        ("url", {"url": "http://127.0.0.1:80/", "kind": "feed"}),
        ("url", {"url": "https://10.0.0.1/"}),
        ("claim", {"claim": "id-1"}),
        ("claim", {"claim": ["x"]}),
        ("events", {"events": ["tip.*"]}),
    ],
)
def test_a_hostile_webhook_is_refused_by_field(
    running: Processes, receiver: Receiver, field: str, change: Json
) -> None:
    good = {**IDS, "kind": "webhook", "events": ["referral.*"], "url": receiver.url, "claim": ""}
    with pytest.raises(Invalid) as refused:
        call(running, "subscribe", **(good | {"claim": a_secret(running)[0]} | change))
    assert refused.value.field.split("[")[0] == field


@pytest.mark.parametrize(
    ("field", "value"), [("after", "x"), ("after", {"$gt": 0}), ("limit", 0), ("limit", "7")]
)
def test_a_hostile_page_is_refused_by_field(running: Processes, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        call(running, "feed", **{"agency": "id-1", field: value})
    assert refused.value.field == field
