"""What a subscription may be, what it wants, and how long a failing one waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subscriptions import domain
from shared.errors import Conflict, IllegalMove, Invalid, NotFound
from shared.messaging.envelope import Envelope

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "command_id": "command-1",
    "agency": "agency-1",
    "kind": "webhook",
    "events": ["referral.*", "capacity.reported"],
    "url": "https://hooks.example.org/",
    "claim": "claim-1",
    "actor": "worker-1",
    "at": AT,
    "coordinator": "agency-hub",
}


def test_the_same_command_gives_the_same_subscription() -> None:
    first = domain.new_subscription(**GOOD)
    assert first["_id"] == domain.new_subscription(**GOOD)["_id"]
    domain.check_same(first, domain.new_subscription(**GOOD))
    with pytest.raises(Conflict):
        domain.check_same(first, domain.new_subscription(**(GOOD | {"agency": "other"})))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "carrier_pigeon"),
        ("events", []),
        ("events", ["referral.accepted"] * 2),
        ("events", ["tip.received"]),
        ("events", ["tip.*"]),
        ("events", ["help.requested"]),
        ("events", ["help.*"]),
        ("events", ["capacity.reserved"]),
        ("events", ["*"]),
        ("events", [".*"]),
        ("events", ["referral.*.*"]),
        ("events", ["referral.accepted", "referral.invented"]),
        ("events", ["stream.opened"] * 61),
        ("claim", ""),
        ("agency", "a/b"),
    ],
)
def test_a_subscription_that_is_off_is_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        domain.new_subscription(**(GOOD | {field: value}))
    assert refused.value.field.split("[")[0] == field


@pytest.mark.parametrize("kind", ["queue", "feed"])
@pytest.mark.parametrize("field", ["url", "claim"])
def test_only_a_webhook_has_an_address_and_a_secret(kind: str, field: str) -> None:
    plain = GOOD | {"kind": kind, "url": "", "claim": ""}
    domain.new_subscription(**plain)
    with pytest.raises(Invalid) as refused:
        domain.new_subscription(**(plain | {field: "x"}))
    assert refused.value.field == field


def test_tips_are_told_to_the_coordinator_alone() -> None:
    made = domain.new_subscription(**(GOOD | {"agency": "agency-hub", "events": ["tip.*"]}))
    assert domain.wants(made["events"], "tip.received")


def test_wishes_are_names_or_nouns_of_public_events() -> None:
    assert domain.wants(["referral.*"], "referral.accepted")
    assert domain.wants(["capacity.*"], "capacity.reported")
    assert not domain.wants(["capacity.*"], "capacity.reserved")
    assert not domain.wants(["referral.accepted"], "referral.declined")
    assert not domain.wants(["tip.*"], "tip.submitted")


@given(st.integers(1, 200), st.floats(0, 1))
def test_each_failure_waits_longer_up_to_six_hours(failures: int, luck: float) -> None:
    wait = domain.delay_s("webhook", failures, 2.0, luck)
    assert 1.9 <= wait <= 6 * 3600 * 1.05
    assert domain.delay_s("webhook", failures + 1, 2.0, 0.5) >= wait * 0.95


def test_our_own_broker_is_asked_again_soon() -> None:
    assert domain.delay_s("queue", 50, 2.0, 1.0) <= 32
    assert set(domain.LONGEST_DELAY_S) == set(domain.KINDS)


def test_about_two_dozen_tries_fill_three_days() -> None:
    waited, tries = timedelta(), 0
    while waited < domain.GIVE_UP_AFTER:
        tries += 1
        waited += timedelta(seconds=domain.delay_s("webhook", tries, 2.0, 0.5))
    assert 20 <= tries <= 30


def test_another_agencys_subscription_is_none() -> None:
    mine = domain.new_subscription(**GOOD)
    for one in (None, mine):
        with pytest.raises(NotFound):
            domain.visible_to(one, "other")


def test_an_ended_subscription_stays_ended() -> None:
    ended = domain.new_subscription(**GOOD) | {"state": "ended", "ended_by": "command-2"}
    domain.check_may_end(ended, "command-2")
    with pytest.raises(IllegalMove):
        domain.check_may_end(ended, "command-3")
    with pytest.raises(IllegalMove):
        domain.check_may_replay(ended, AT)


def test_a_feed_is_read_again_and_not_replayed() -> None:
    feed = domain.new_subscription(**(GOOD | {"kind": "feed", "url": "", "claim": ""}))
    with pytest.raises(IllegalMove):
        domain.check_may_replay(feed, AT)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "9" * 16, " 1"])
def test_a_place_in_a_feed_is_a_number(after: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.position_of(after)
    assert refused.value.field == "after"


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_a_size(limit: int) -> None:
    with pytest.raises(Invalid) as refused:
        domain.page(limit)
    assert refused.value.field == "limit"


def test_what_is_delivered_is_a_cloud_event_without_network_wide_numbers() -> None:
    row = {
        "_id": "event-1",
        "key": "library:guide:t-visa:en",
        "version": 3,
        "type": "guide.changed",
        "time": AT,
        "data": {"guide": "t-visa", "lang": "en"},
    }
    told = msgspec.json.decode(msgspec.json.encode(domain.as_cloud_event(row)))
    assert told == {
        "specversion": "1.0",
        "id": "event-1",
        "source": "/anydoor/library",
        "type": "guide.changed",
        "time": "2026-03-02T09:00:00Z",
        "subject": "guide:t-visa:en",
        "streamversion": 3,
        "datacontenttype": "application/json",
        "dataschema": "/events/guide.changed",
        "data": {"guide": "t-visa", "lang": "en"},
    }
    inner = {"sequence", "correlationid", "causationid"}
    assert set(Envelope.__struct_fields__) - inner == set(told)
