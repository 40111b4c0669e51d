"""Units of services in a real registry: whoever asks at the same moment, one gets the last."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.clock import now
from shared.errors import NotFound
from shared.events.referrals import (
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralDeclined,
    ReferralExpired,
)
from shared.ids import new_id
from shared.storage import Streams
from tests.support.processes import eventually
from tests.support.registry_at_work import HOUR, RegistryAtWork, registry_at_work
from tests.support.registry_records import id_for, organization, service


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry of this module."""
    folder = tmp_path_factory.mktemp("registry")
    with registry_at_work(folder, module_amqp_uri, mongo_uri, module_mongo_prefix) as running:
        yield running


def about(service: str, offer: str, **more: str) -> dict[str, str]:
    ids = {"stream": new_id(), "referral": new_id(), "agency": new_id()}
    return {**ids, "service": service, "offer": offer, **more}


def test_two_hundred_ask_for_one_bed_and_one_gets_it(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Last bed", available=1, maximum=4)
    offers = [new_id() for _ in range(200)]
    with ThreadPoolExecutor(40) as pool:
        got = list(pool.map(lambda offer: registry.reserve(beds, offer), offers))
    assert got.count(True) == 1
    winner = offers[got.index(True)]
    assert registry.reserve(beds, winner)
    assert registry.stated(f"capacity:{beds}") == ["capacity.reported", "capacity.reserved"]
    assert registry.outward(beds) == "none"


def test_two_registries_give_each_bed_once_and_none_is_left_over(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Thirty beds", available=30, maximum=30)
    second = registry.processes.service("registry")
    try:
        with ThreadPoolExecutor(24) as pool:
            asked = [pool.submit(registry.reserve, beds, f"offer-{n}") for n in range(120)]
            got = [one.result() for one in asked]
    finally:
        second.stop()
    assert got.count(True) == 30
    assert registry.stated(f"capacity:{beds}").count("capacity.reserved") == 30


def test_a_lapsed_reservation_is_given_to_the_next(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Lapsed", available=1, maximum=1)
    assert registry.reserve(beds, "slow", now() + timedelta(seconds=0.6))
    assert not registry.reserve(beds, "early")
    eventually(lambda: registry.reserve(beds, "late"))
    assert not registry.reserve(beds, "slow")
    assert not registry.reserve(beds, "over", now() - HOUR)


def test_a_referral_s_end_gives_its_bed_back_however_often_it_is_told(
    registry: RegistryAtWork,
) -> None:
    beds = registry.shelter("Back and forth", available=2, maximum=2)
    assert registry.reserve(beds, "one")
    assert registry.reserve(beds, "two")
    accepted = ReferralAccepted(**about(beds, "one", need_type="emergency_housing"))
    registry.referrals_state(accepted)
    registry.referrals_state(accepted)
    state = Streams(registry.db, now)

    def held() -> tuple[list[str], list[str], int]:
        found = state.load(f"capacity:{beds}")
        assert found is not None
        units = found.state
        return sorted(units["reserved"]), sorted(units["used"]), units["available"]

    eventually(held, lambda seen: seen == (["two"], ["one"], 1))
    registry.referrals_state(
        ReferralCompleted(**about(beds, "one")),
        ReferralExpired(**about(beds, "two", need_type="emergency_housing")),
        ReferralCompleted(**about(beds, "one")),
        ReferralCancelled(stream=new_id(), referral=new_id()),
        ReferralCancelled(**about(beds, "stranger")),
        ReferralCompleted(**about(new_id(), "stranger")),
    )
    eventually(held, lambda seen: seen == ([], [], 2))
    assert registry.stated(f"capacity:{beds}").count("capacity.released") == 2
    assert registry.outward(beds) == "has"


def test_a_decline_for_want_of_room_closes_the_shelter_until_it_reports(
    registry: RegistryAtWork,
) -> None:
    beds = registry.shelter("Full", available=3, maximum=4)
    assert registry.reserve(beds, "one")
    said = about(beds, "one", need_type="emergency_housing", reason="no_capacity")
    registry.referrals_state(ReferralDeclined(**said))
    eventually(lambda: registry.outward(beds), lambda code: code == "none")
    assert not registry.reserve(beds, "two")
    assert registry.report(beds, 1)["outward"] == "has"
    assert registry.reserve(beds, "three")


def test_a_report_is_taken_once_per_command(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Reports")
    assert registry.outward(beds) == "unknown"
    assert not registry.reserve(beds, "none-yet")
    told = registry.report(beds, 2, command_id="report-1")
    assert (told["available"], told["free"], told["outward"]) == (2, 2, "has")
    assert registry.reserve(beds, "one")
    assert registry.report(beds, 2, command_id="report-1")["free"] == 1
    assert registry.stated(f"capacity:{beds}").count("capacity.reported") == 1
    with pytest.raises(NotFound):
        registry.report(new_id(), 1)


def test_who_counts_no_units_can_always_be_asked(registry: RegistryAtWork) -> None:
    registry.take(organization("Lawyers"))
    registry.take(service("Visas", of="Lawyers", profile={"needs": ["legal_assistance"]}))
    for _ in range(3):
        told = registry.call(
            "reserve",
            service=id_for("service", "Visas"),
            offer=new_id(),
            until=now() + HOUR,
        )
        assert told == {"reserved": True, "outward": "assessment_needed"}
    with pytest.raises(NotFound):
        registry.reserve(new_id(), "one")


def test_a_number_nobody_confirmed_becomes_unknown(registry: RegistryAtWork) -> None:
    beds = registry.shelter("Stale", available=2, maximum=2)
    hasty = registry.processes.service("registry", CAPACITY_DECAY_S="1")
    try:
        eventually(lambda: registry.outward(beds), lambda code: code == "unknown")
    finally:
        hasty.stop()
    assert registry.stated(f"capacity:{beds}").count("capacity.went_unknown") == 1
    assert registry.report(beds, 2)["outward"] == "has"
