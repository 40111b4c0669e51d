"""Which agency sees what, and that no order of arrival changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.subscriptions.domain import FOR_COORDINATOR, PUBLIC, READ
from services.subscriptions.involvement import FOR_ALL, GIVES, TAKES, Progress, plan
from shared.events import by_name, to_data
from shared.events import referrals as said
from shared.events.catalogue import Event, type_of
from shared.events.registry import CapacityReported, CapacityReserved
from shared.events.tips import TipReceived

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HUB, CASE, SHELTER, LEGAL, STRANGER = "hub", "case", "shelter", "legal", "stranger"
Json = dict[str, Any]


def offered(agency: str, offer: str) -> Event:
    return said.ReferralOffered(
        stream="s",
        referral="r",
        offer=offer,
        need_type="emergency_housing",
        service="sv",
        agency=agency,
        lease_until="",
    )


def ended(cls: Any, agency: str, offer: str, **more: str) -> Event:
    event: Event = cls(stream="s", referral="r", offer=offer, service="sv", agency=agency, **more)
    return event


HOUSING = {"need_type": "emergency_housing"}
STORY: list[Event] = [
    said.StreamOpened(stream="s", door="portal_self", agency=HUB, urgency="urgent"),
    said.NeedRecorded(stream="s", need="n", need_type="emergency_housing"),
    said.CaseManagerAssigned(stream="s", agency=CASE),
    said.ReferralRequested(stream="s", referral="r", need_type="emergency_housing"),
    offered(SHELTER, "o1"),
    ended(said.ReferralDeclined, SHELTER, "o1", reason="safety_conflict", **HOUSING),
    offered(LEGAL, "o2"),
    ended(said.ReferralAccepted, LEGAL, "o2", **HOUSING),
    ended(said.ReferralCompleted, LEGAL, "o2"),
    said.StreamClosed(stream="s", agency=CASE, reason="needs_met"),
]


def rows(story: list[Event], key: str = "referrals:s") -> list[Json]:
    return [
        {
            "_id": f"e{at}",
            "key": key,
            "version": at,
            "type": type_of(type(event)).name,
            "time": AT,
            "data": to_data(event),
        }
        for at, event in enumerate(story, start=1)
    ]


NOUNS = ["stream.*", "need.*", "referral.*", "case_manager.*", "capacity.*"]


def order(agency: str, events: list[str] | None = None, at: datetime = AT) -> Json:
    return {"_id": f"sub-{agency}", "agency": agency, "events": events or NOUNS, "at": at}


ORDERS = [order(agency) for agency in (HUB, CASE, SHELTER, LEGAL, STRANGER)]


def seen_by(deliveries: list[Json]) -> dict[str, list[int]]:
    seen: dict[str, list[int]] = {}
    for one in deliveries:
        seen.setdefault(one["agency"], []).append(one["version"])
    return seen


def test_each_agency_sees_a_stream_while_it_has_a_part_in_it() -> None:
    progress, deliveries = plan(Progress(), rows(STORY), ORDERS, coordinator="nobody")
    assert progress.next == len(STORY) + 1
    assert seen_by(deliveries) == {
        HUB: list(range(1, 11)),
        CASE: list(range(3, 11)),
        SHELTER: [5, 6],
        LEGAL: [7, 8, 9, 10],
    }


def test_who_declined_does_not_learn_where_the_client_went() -> None:
    _, deliveries = plan(Progress(), rows(STORY), [order(SHELTER)], coordinator="nobody")
    assert [one["type"] for one in deliveries] == ["referral.offered", "referral.declined"]


def test_the_coordinator_sees_every_stream() -> None:
    _, deliveries = plan(Progress(), rows(STORY), [order(STRANGER)], coordinator=STRANGER)
    assert len(deliveries) == len(STORY)


def test_a_new_case_manager_takes_the_old_ones_place() -> None:
    story = [
        *STORY[:3],
        said.CaseManagerAssigned(stream="s", agency=LEGAL),
        said.StreamClosed(stream="s", agency=LEGAL, reason="needs_met"),
    ]
    _, deliveries = plan(Progress(), rows(story), ORDERS, coordinator="nobody")
    assert seen_by(deliveries)[CASE] == [3, 4]


def test_a_plan_is_for_who_leads_and_not_for_who_gives_a_bed() -> None:
    planned = said.PlanAttached(
        stream="s", agency=CASE, version="2026-02-01", steps=["t-visa"], days=["2026-05-01"]
    )
    story = [*STORY[:8], planned]
    wish = [order(one["agency"], ["plan.*"]) for one in ORDERS]
    _, deliveries = plan(Progress(), rows(story), wish, coordinator="nobody")
    assert seen_by(deliveries) == {HUB: [9], CASE: [9]}


def test_the_directory_is_for_every_agency_and_its_inner_events_for_none() -> None:
    story: list[Event] = [
        CapacityReserved(service="sv", offer="o1", outward="has"),
        CapacityReported(service="sv", outward="none"),
    ]
    _, deliveries = plan(Progress(), rows(story, "registry:sv"), ORDERS, coordinator=HUB)
    assert seen_by(deliveries) == {one["agency"]: [2] for one in ORDERS}


def test_what_happened_before_a_subscription_is_not_brought() -> None:
    late = order(HUB, at=AT + timedelta(hours=1))
    assert plan(Progress(), rows(STORY), [late], coordinator=HUB)[1] == []


def test_only_what_is_wished_is_brought() -> None:
    wish = order(HUB, ["referral.accepted", "case_manager.*"])
    _, deliveries = plan(Progress(), rows(STORY), [wish], coordinator=HUB)
    assert [one["type"] for one in deliveries] == ["case_manager.assigned", "referral.accepted"]


@given(
    arrival=st.permutations(range(len(STORY))),
    again=st.lists(st.integers(0, len(STORY) - 1), max_size=5),
)
def test_no_order_of_arrival_changes_what_is_brought(arrival: list[int], again: list[int]) -> None:
    logged = rows(STORY)
    progress = Progress()
    waiting: dict[int, Json] = {}
    brought: dict[str, Json] = {}
    for at in [*arrival, *again]:
        waiting[logged[at]["version"]] = logged[at]
        in_line = [waiting[version] for version in sorted(waiting)]
        progress, deliveries = plan(progress, in_line, ORDERS, coordinator="nobody")
        waiting = {v: row for v, row in waiting.items() if v >= progress.next}
        brought |= {one["_id"]: one for one in deliveries}
    straight = plan(Progress(), logged, ORDERS, coordinator="nobody")
    assert progress == straight[0]
    assert brought == {one["_id"]: one for one in straight[1]}


def test_a_hole_holds_its_stream_back_until_it_is_stepped_over_and_may_still_come() -> None:
    logged = rows(STORY)
    progress, first = plan(Progress(), [logged[0], *logged[2:]], ORDERS, coordinator=HUB)
    assert (progress.next, len(first)) == (2, 1)
    progress, rest = plan(progress.stepped_over(3), logged[2:], ORDERS, coordinator=HUB)
    assert (progress.next, progress.holes) == (11, (2,))
    assert rest
    progress, late = plan(progress, [logged[1]], ORDERS, coordinator=HUB)
    assert [one["version"] for one in late if one["agency"] == HUB] == [2]
    assert plan(progress, [logged[1]], ORDERS, coordinator=HUB) == (progress, [])


def test_a_tip_is_for_the_coordinator_alone() -> None:
    logged = rows([TipReceived(tip="t", area="XS-pine")], "tips:t")
    orders = [order(agency, ["tip.received"]) for agency in (HUB, STRANGER)]
    assert seen_by(plan(Progress(), logged, orders, coordinator=HUB)[1]) == {HUB: [1]}
    assert plan(Progress(), logged, orders, coordinator="")[1] == []


def test_every_public_event_is_for_all_the_coordinator_or_those_with_a_part() -> None:
    for name, kind in PUBLIC.items():
        noun = name.split(".")[0]
        assert noun in FOR_ALL | FOR_COORDINATOR or kind.source == "referrals"
    for name in GIVES.keys() | TAKES:
        assert "agency" in by_name(name).cls.__struct_fields__
    assert FOR_ALL.isdisjoint(FOR_COORDINATOR)
    assert not any(kind.source == "portal" for kind in READ)
