"""A change of case manager: proposed by one agency, confirmed by the other, never silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.referrals import handovers, offers, progress, reopening
from services.referrals.views import agency_view, client_view, offers_of
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from shared.events.referrals import CaseManagerAssigned, HandoverEnded, HandoverProposed
from tests.support.referral_network import TERMS, Network, card

CARDS = [card("casework", "case_management"), card("house", "emergency_housing")]
OTHER = card("second", "case_management")
NOW, NEXT = "casework-agency", "second-agency"


@pytest.fixture
def network() -> Network:
    """A client with a case manager, and another agency that could be hers."""
    made = Network(CARDS)
    made.open(needs=["emergency_housing"])
    made.deliver()
    _, offer, agency = made.out("case_management")
    made.do(offers.accept, offer=offer, agency=agency)
    made.deliver()
    made.do(reopening.follow_up, agency=NOW)
    made.roster.put(OTHER)
    return made


def last(network: Network) -> object:
    return network.ledger.events[-1][1]


def test_until_the_other_confirms_nothing_changes(network: Network) -> None:
    before = network.stream()
    offer, to = network.hand_over("second", NOW)
    after = network.stream()
    assert to == NEXT
    assert isinstance(last(network), HandoverProposed)
    assert (after.case_manager, after.owner, after.duties) == (NOW, before.owner, before.duties)
    assert client_view(after)["case_manager"] == NOW
    assert NEXT not in str(client_view(after))
    assert [one["offer"] for one in offers_of(after, NEXT)] == [offer]
    assert agency_view(after, NEXT, TERMS, [])["relation"] == "offered"


def test_once_confirmed_the_other_answers_for_the_client(network: Network) -> None:
    offer, to = network.hand_over("second", NOW)
    network.do(offers.accept, offer=offer, agency=to)
    network.deliver()
    stream = network.stream()
    assert CaseManagerAssigned(stream="s1", agency=NEXT) == last(network)
    assert client_view(stream)["case_manager"] == NEXT
    assert stream.handover is None
    assert "make_contact" in stream.duties
    assert stream.owner is not None
    assert stream.owner.agency == NEXT
    assert set(network.reserved.values()) == {"second", "house"}
    with pytest.raises(NotAllowed):
        network.do(reopening.follow_up, agency=NOW)


def test_an_answer_that_does_not_come_leaves_the_client_where_she_is(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    network.pass_time(hours=13)
    ends = [one for _, one in network.ledger.events if isinstance(one, HandoverEnded)]
    assert [one.reason for one in ends] == ["expired"]
    assert network.stream().case_manager == NOW
    assert offer not in network.reserved
    with pytest.raises(NotFound):
        network.do(offers.accept, offer=offer, agency=NEXT)


def test_a_deadline_nobody_acted_on_yet_is_over_all_the_same(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    network.now += timedelta(hours=13)
    with pytest.raises(Conflict, match="time is over"):
        network.do(offers.accept, offer=offer, agency=NEXT)


@pytest.mark.parametrize("reason", ["no_capacity", "safety_conflict"])
def test_a_no_is_told_and_the_present_one_goes_on(network: Network, reason: str) -> None:
    offer, _ = network.hand_over("second", NOW)
    network.do(offers.decline, offer=offer, agency=NEXT, reason=reason)
    told = last(network)
    assert isinstance(told, HandoverEnded)
    assert (told.agency, told.reason) == (NEXT, reason)
    assert network.stream().case_manager == NOW
    if reason == "safety_conflict":
        with pytest.raises(Invalid):
            network.hand_over("second", NOW)


def test_it_is_taken_back_by_who_proposed_it(network: Network) -> None:
    network.hand_over("second", NOW)
    with pytest.raises(NotAllowed):
        network.do(handovers.take_back, agency=NEXT)
    network.do(handovers.take_back, agency=NOW)
    assert network.stream().handover is None
    with pytest.raises(NotFound):
        network.do(handovers.take_back, agency=NOW)


def test_one_at_a_time_by_the_case_manager_to_who_can(network: Network) -> None:
    with pytest.raises(NotFound):
        network.hand_over("second", "stranger")
    with pytest.raises(Invalid):
        network.hand_over("house", NOW)
    with pytest.raises(Invalid):
        network.hand_over("casework", NOW)
    network.rooms["second"] = 0
    with pytest.raises(Conflict, match="no free unit"):
        network.hand_over("second", NOW)
    network.rooms["second"] = 1
    network.hand_over("second", NOW)
    with pytest.raises(Conflict, match="already"):
        network.hand_over("second", NOW)


def test_only_the_one_asked_answers(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    for agency in (NOW, "stranger"):
        with pytest.raises(NotFound):
            network.do(offers.accept, offer=offer, agency=agency)
        with pytest.raises(NotFound):
            network.do(offers.decline, offer=offer, agency=agency, reason="other")


def test_it_ends_when_the_case_manager_is_lost(network: Network) -> None:
    network.hand_over("second", NOW)
    managed = network.of("case_management")
    network.do(progress.fail, referral=managed, agency=NOW, reason="no_capacity")
    assert network.stream().handover is None
    assert "HandoverEnded" in network.names()


def test_a_stream_does_not_close_over_an_open_question(network: Network) -> None:
    network.hand_over("second", NOW)
    for need, one in network.stream().needs.items():
        if one.type != "case_management":
            network.do(progress.end_need, need=need, agency=NOW)
    with pytest.raises(IllegalMove, match="handover"):
        network.do(reopening.close, agency=NOW, reason="other")
