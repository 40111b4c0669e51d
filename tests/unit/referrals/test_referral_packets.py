"""Words that go with a handover: only along, only to the one asked, and gone when it says no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.referrals import doors, handovers, offers, packets, progress, releases
from services.referrals.packets import Consent
from services.referrals.release_views import releases_of
from services.referrals.stream import stamp
from services.referrals.views import client_view
from shared.errors import AnydoorError, Conflict, Invalid, NotAllowed, NotFound
from shared.events.releases import ReleaseGiven, ReleasePassed, ReleaseRefused
from tests.support.referral_network import Network, card

CARDS = [card("casework", "case_management"), card("house", "emergency_housing")]
NOW, NEXT = "casework-agency", "second-agency"
BOTH = Consent(["first_words", "messages"], "es", "on_paper")
CLAIM = "claim-1"


@pytest.fixture
def network() -> Network:
    """A client who wrote twice, with a case manager, and another agency that could be hers."""
    made = Network(CARDS)
    made.open(needs=["emergency_housing"], claim=CLAIM)
    made.deliver()
    _, offer, agency = made.out("case_management")
    made.do(offers.accept, offer=offer, agency=agency)
    made.do(doors.client_wrote, claim="m1")
    made.deliver()
    made.roster.put(card("second", "case_management"))
    return made


def send(network: Network, release: str = "p1", agency: str = NOW, **more: Any) -> None:
    told = {"consent": BOTH, "carries": [CLAIM, "m1"], **more}
    network.do(packets.send, release=release, agency=agency, **told)


def packet(network: Network, release: str = "p1") -> Any:
    return network.stream().releases[release]


def windows(network: Network) -> list[packets.Window]:
    return packets.windows(network.stream(), stamp(network.now))


def test_words_wait_for_the_answer_and_nobody_opens_them(network: Network) -> None:
    network.hand_over("second", NOW)
    send(network)
    one = packet(network)
    assert (one.state, one.recipient, one.by) == ("given", NEXT, NOW)
    handover = network.stream().handover
    assert handover is not None
    assert one.until == handover.offer.lease_until
    for agency, code in ((NEXT, "with_handover"), (NOW, "not_recipient")):
        network.do(releases.use, release="p1", agency=agency, fields=["messages"])
        told = network.ledger.events[-1][1]
        assert isinstance(told, ReleaseRefused)
        assert told.code == code
    assert network.stream().refused == {"with_handover": 1, "not_recipient": 1}
    with pytest.raises(Conflict, match="on their way"):
        send(network, "p2")


def test_a_confirmation_makes_them_the_next_ones_and_the_client_sees_when(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    send(network)
    network.do(offers.accept, offer=offer, agency=NEXT)
    assert packet(network).state == "passed"
    (told,) = [one for _, one in network.ledger.events if isinstance(one, ReleasePassed)]
    assert (told.agency, told.fields) == (NEXT, ["first_words", "messages"])
    (own,) = client_view(network.stream())["releases"].values()
    assert own["recipient"] == NEXT
    assert own["shown"] == [{"at": stamp(network.now), "fields": ["first_words", "messages"]}]
    assert not {"claim", "carries"} & set(own)
    assert network.stream().words_left is None
    assert windows(network) == []


def end_by(network: Network, how: str, offer: str) -> None:
    if how == "declined":
        network.do(offers.decline, offer=offer, agency=NEXT, reason="no_capacity")
    elif how == "kept away":
        network.do(offers.decline, offer=offer, agency=NEXT, reason="safety_conflict")
    elif how == "taken back":
        network.do(handovers.take_back, agency=NOW)
    elif how == "lost":
        managed = network.of("case_management")
        network.do(progress.fail, referral=managed, agency=NOW, reason="no_capacity")
    else:
        network.pass_time(hours=13)


@pytest.mark.parametrize("how", ["declined", "kept away", "taken back", "lost", "lapsed"])
def test_without_one_they_are_over_with_the_proposal(network: Network, how: str) -> None:
    offer, _ = network.hand_over("second", NOW)
    send(network)
    end_by(network, how, offer)
    assert packet(network).state == "expired"
    assert packet(network).shown == []
    names = network.names()
    assert names.count("ReleaseExpired") == names.count("HandoverEnded") == 1
    assert "ReleasePassed" not in names
    assert windows(network) == []
    assert network.stream().release_due_at == ""


def test_the_client_takes_them_back_and_the_handover_goes_on(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    send(network)
    network.do(releases.withdraw, release="p1")
    network.do(offers.accept, offer=offer, agency=NEXT)
    stream = network.stream()
    assert (stream.case_manager, packet(network).state) == (NEXT, "withdrawn")
    assert stream.words_left is not None
    assert stream.words_left.claims == [CLAIM, "m1"]


def test_what_did_not_go_is_sent_after_by_the_former_agency_alone(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    send(network, consent=Consent(["first_words"], "en", "on_screen"), carries=[CLAIM])
    network.do(offers.accept, offer=offer, agency=NEXT)
    (left,) = windows(network)
    assert (left.by, left.to, left.claims, left.is_confirmed) == (
        *(NOW, NEXT),
        *({"m1": "messages"}, True),
    )
    for agency in (NOW, NEXT):
        assert packets.shown_to(network.stream(), agency, stamp(network.now))["by"] == NOW
    assert packets.shown_to(network.stream(), "house-agency", stamp(network.now)) == {}
    with pytest.raises(NotAllowed):
        send(network, "p2", agency=NEXT, carries=["m1"])
    with pytest.raises(NotFound):
        send(network, "p2", agency="stranger", carries=["m1"])
    with pytest.raises(Invalid):
        send(network, "p2", carries=[CLAIM])
    send(network, "p2", carries=["m1"])
    last = [one for _, one in network.ledger.events][-2:]
    assert [type(one) for one in last] == [ReleaseGiven, ReleasePassed]
    assert packet(network, "p2").fields == ["messages"]
    assert network.stream().words_left is None
    assert network.stream().case_manager == NEXT


def test_it_may_do_so_for_thirty_days_and_while_the_next_one_has_her(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    network.do(offers.accept, offer=offer, agency=NEXT)
    assert len(windows(network)) == 1
    before = network.now
    network.now += timedelta(days=30)
    assert windows(network) == []
    with pytest.raises(NotAllowed):
        send(network)
    network.now = before
    managed = network.of("case_management")
    network.do(progress.fail, referral=managed, agency=NEXT, reason="no_capacity")
    with pytest.raises(NotAllowed):
        send(network)


def test_what_she_writes_from_then_on_is_not_the_former_ones(network: Network) -> None:
    offer, _ = network.hand_over("second", NOW)
    network.do(offers.accept, offer=offer, agency=NEXT)
    network.do(doors.client_wrote, claim="m2")
    (left,) = windows(network)
    assert "m2" not in left.claims
    with pytest.raises(Invalid):
        send(network, carries=["m2"])


@pytest.mark.parametrize(
    ("more", "error", "field"),
    [
        ({"consent": BOTH._replace(fields=[])}, Invalid, "fields"),
        ({"consent": BOTH._replace(fields=["name"])}, Invalid, "fields"),
        ({"consent": BOTH._replace(fields=["messages"] * 2)}, Invalid, "fields"),
        ({"consent": BOTH._replace(language="elvish")}, Invalid, "language"),
        ({"consent": BOTH._replace(signed="nod")}, Invalid, "signed"),
        ({"consent": BOTH._replace(fields=["messages"])}, Invalid, "words"),
        ({"carries": []}, Invalid, "words"),
        ({"carries": [CLAIM, "of-another-stream"]}, Invalid, "words"),
        ({"agency": ""}, NotFound, "stream"),
        ({"agency": "stranger"}, NotFound, "stream"),
        ({"agency": NEXT}, NotFound, "stream"),
        ({"agency": "harbor-light"}, NotFound, "stream"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    network: Network, more: dict[str, Any], error: type[AnydoorError], field: str
) -> None:
    network.hand_over("second", NOW)
    with pytest.raises(error) as refused:
        send(network, **more)
    assert refused.value.field == field
    assert releases_of(network.stream()) == {}


def test_without_a_handover_nothing_is_sent(network: Network) -> None:
    with pytest.raises(NotAllowed, match="propose a handover first"):
        send(network)
    empty = Network(CARDS)
    empty.open(needs=["emergency_housing"])
    empty.deliver()
    _, offer, agency = empty.out("case_management")
    empty.do(offers.accept, offer=offer, agency=agency)
    empty.roster.put(card("second", "case_management"))
    empty.hand_over("second", NOW)
    assert windows(empty) == []
    with pytest.raises(NotAllowed):
        send(empty)
