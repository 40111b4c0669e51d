"""What a coded no changes: a place on a waiting list, how the client is reached."""

from __future__ import annotations

from typing import Any

from services.referrals import doors, offers, progress, reopening
from services.referrals.views import client_view
from services.referrals.waiting_lists import by_waiting_list, places
from shared.directory import Capacity
from tests.support.referral_network import COORDINATOR, Network, card

BED = "emergency_housing"
CASEWORK = "casework-agency"


def town(*clients: str) -> Network:
    """Clients with a case manager, each asking for a bed of the one house there is."""
    network = Network([card("casework", "case_management"), card("house", BED)])
    for client in clients:
        network.open(client, [BED])
        network.deliver()
        _, offer, agency = network.out("case_management", client)
        network.do(offers.accept, stream=client, offer=offer, agency=agency)
        network.do(reopening.follow_up, stream=client, agency=agency)
        network.deliver()
    return network


def decline(network: Network, client: str, reason: str) -> None:
    _, offer, agency = network.out(BED, client)
    network.do(offers.decline, stream=client, offer=offer, agency=agency, reason=reason)
    network.deliver()


def listed(network: Network) -> dict[str, int]:
    """Everybody's place on the house's list."""
    streams = [network.stream(id) for id in network.ledger.states]
    return {
        one.id: place["position"]
        for one in streams
        for found in places(one, streams).values()
        for place in found
    }


def test_who_is_put_on_a_waiting_list_has_her_place_and_is_asked_first() -> None:
    network = town("s1", "s2", "s3")
    decline(network, "s3", "no_capacity")
    decline(network, "s2", "waitlist")
    network.pass_time(minutes=1)
    decline(network, "s1", "waitlist")
    assert listed(network) == {"s2": 1, "s1": 2}
    order = by_waiting_list([network.stream(id) for id in ("s1", "s2", "s3")], "house")
    assert [one.id for one in order] == ["s2", "s1", "s3"]
    network.rooms["house"] = 1
    told = Capacity(outward="has", updated_at="2026-03-02T00:00:00.000+00:00")
    network.offering.wake_for([card("house", BED, capacity=told)])
    network.deliver()
    assert network.out(BED, "s2")[2] == "house-agency"
    assert listed(network)["s1"] == 1


def test_a_place_ends_with_the_need() -> None:
    network = town("s1", "s2")
    decline(network, "s1", "waitlist")
    network.pass_time(minutes=1)
    decline(network, "s2", "waitlist")
    assert listed(network) == {"s1": 1, "s2": 2}
    (need,) = (id for id, one in network.stream("s1").needs.items() if one.type == BED)
    network.do(progress.end_need, stream="s1", need=need, agency=CASEWORK)
    assert listed(network) == {"s2": 1}


def test_joined_in_the_same_moment_two_clients_have_two_places() -> None:
    network = town("s1", "s2")
    for client in ("s2", "s1"):
        decline(network, client, "waitlist")
    assert sorted(listed(network).values()) == [1, 2]


def test_who_could_not_be_reached_is_looked_for_by_her_case_manager() -> None:
    network = town("s1")
    decline(network, "s1", "could_not_contact")
    duty = network.stream().duties["check_contact"]
    assert duty.role == "case_manager"
    network.do(reopening.follow_up, agency=CASEWORK)
    assert "check_contact" not in network.stream().duties


def test_nobody_checks_and_it_climbs() -> None:
    network = town("s1")
    decline(network, "s1", "could_not_contact")
    network.pass_time(days=2)
    assert network.stream().duties["check_contact"].role != "case_manager"
    network.do(reopening.follow_up, agency=COORDINATOR)
    assert "check_contact" not in network.stream().duties


def test_a_client_who_comes_back_was_reached() -> None:
    ways: list[tuple[Any, dict[str, str]]] = [
        (doors.client_wrote, {"claim": "claim-1"}),
        (doors.continue_stream, {"door": "agency", "agency": "inn"}),
    ]
    for comes, told in ways:
        network = town("s1")
        decline(network, "s1", "could_not_contact")
        network.do(comes, **told)
        assert "check_contact" not in network.stream().duties


def test_a_service_that_lost_touch_says_so_too() -> None:
    network = town("s1")
    referral, offer, agency = network.out(BED)
    network.do(offers.accept, offer=offer, agency=agency)
    told = {"referral": referral, "agency": agency, "reason": "could_not_contact"}
    network.do(progress.fail, **told)
    assert "check_contact" in network.stream().duties
    assert client_view(network.stream())["next"]["code"]


def test_closing_forgets_it() -> None:
    network = town("s1")
    decline(network, "s1", "could_not_contact")
    for id, one in network.stream().needs.items():
        if one.type == BED:
            network.do(progress.end_need, need=id, agency=CASEWORK)
    network.do(reopening.close, agency=CASEWORK, reason="lost_contact")
    network.do(reopening.reopen)
    assert not network.stream().is_unreachable
