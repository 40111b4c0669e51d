"""Doors: whoever comes in, at whichever door, lands in one stream that somebody answers for."""

from __future__ import annotations

from typing import Any

import pytest

from services.referrals import doors, offers, progress, reopening
from services.referrals.arrivals import checked, from_portal, from_tip
from services.referrals.doors import Arrival
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed
from shared.events.doors import HelpRequested
from shared.events.tips import TipPassedOn
from shared.vocabulary import DOORS
from tests.support.referral_network import COORDINATOR, Network, card

CARDS = [card("casework", "case_management"), card("law", "legal_assistance")]


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_door_opens_a_stream_with_an_owner_and_a_deadline_in_the_same_commit(
    door: str,
) -> None:
    network = Network(CARDS)
    stream = network.open(needs=["legal_assistance"], door=door)
    assert stream.owner is not None
    assert (stream.owner.agency, stream.owner.role) == (COORDINATOR, "coordinator")
    assert stream.next_action is not None
    assert stream.next_action.due_at > stream.opened_at
    assert {id.split("/")[0] for id, _ in network.ledger.events} == {"cause-1"}
    assert network.names() == [
        "StreamOpened",
        "NeedRecorded",
        "NeedRecorded",
        "ReferralRequested",
    ]


def test_every_client_gets_a_case_manager_once() -> None:
    network = Network(CARDS)
    stream = network.open(needs=["case_management", "education", "education"])
    assert sorted(need.type for need in stream.needs.values()) == ["case_management", "education"]


@pytest.mark.parametrize(
    ("needs", "safe_now", "urgency"),
    [
        (["education"], "yes", "routine"),
        (["education"], "unknown", "routine"),
        (["education"], "no", "urgent"),
        (["safety"], "unknown", "urgent"),
        (["emergency_housing"], "yes", "urgent"),
        ([], "no", "urgent"),
        ([], "yes", "routine"),
    ],
)
def test_unsafe_answers_and_needs_that_cannot_wait_make_a_stream_urgent(
    needs: list[str], safe_now: str, urgency: str
) -> None:
    assert Network(CARDS).open(needs=needs, safe_now=safe_now).urgency == urgency


def test_what_the_stored_state_is_searched_by_is_in_it() -> None:
    network = Network(CARDS)
    network.open()
    state = network.ledger.states["s1"]
    assert state["status"] == "open"
    assert state["owner"]["agency"]
    assert state["owner"]["role"]
    assert state["next_action"]["due_at"]
    assert state["next_due_at"]
    assert state["involved"] == state["awaits"] == [COORDINATOR]


def closed(network: Network) -> str:
    network.open()
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.do(reopening.close, agency=agency, reason="needs_met")
    return agency


def test_the_code_at_another_door_continues_the_same_stream() -> None:
    network = Network(CARDS)
    network.open()
    stream = network.do(doors.continue_stream, door="agency", agency="walk-in")
    assert [door.door for door in stream.doors] == ["portal_self", "agency"]
    assert network.names().count("StreamOpened") == 1
    assert "walk-in" in stream.involved


def test_a_closed_stream_is_open_again_when_the_client_comes_back_or_writes() -> None:
    moves: list[tuple[Any, dict[str, str]]] = [
        (doors.continue_stream, {"door": "hotline"}),
        (doors.client_wrote, {"claim": "claim-1"}),
        (reopening.reopen, {}),
    ]
    for move, told in moves:
        network = Network(CARDS)
        agency = closed(network)
        assert network.stream().owner is None
        stream = network.do(move, **told)
        assert stream.is_open
        assert stream.owner is not None
        assert stream.owner.agency == COORDINATOR
        network.deliver()
        assert network.out("case_management")[2] == agency
        assert network.names()[0] == "StreamOpened"
        assert "StreamReopened" in network.names()


def test_a_message_is_taken_in_once() -> None:
    network = Network(CARDS)
    network.open()
    for _ in range(2):
        network.do(doors.client_wrote, claim="claim-1")
    assert network.names().count("ClientMessageReceived") == 1


def test_a_stream_closes_only_when_no_need_is_open() -> None:
    network = Network(CARDS)
    network.open(needs=["legal_assistance", "education"])
    network.deliver()
    _, offer, agency = network.out("case_management")
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()
    with pytest.raises(IllegalMove, match="education, legal_assistance"):
        network.do(reopening.close, agency=agency, reason="needs_met")
    _, legal, lawyer = network.out("legal_assistance")
    network.do(offers.accept, offer=legal, agency=lawyer)
    network.do(progress.complete, referral=network.of("legal_assistance"), agency=lawyer)
    needs = network.stream().needs
    (education,) = (id for id, need in needs.items() if need.type == "education")
    with pytest.raises(NotAllowed):
        network.do(progress.end_need, need=education, agency=lawyer)
    network.do(progress.end_need, need=education, agency=agency)
    with pytest.raises(NotAllowed):
        network.do(reopening.close, agency=lawyer, reason="needs_met")
    stream = network.do(reopening.close, agency=agency, reason="needs_met")
    assert (stream.status, stream.close_reason) == ("closed", "needs_met")
    assert stream.next_due_at == ""
    assert {need.state for need in stream.needs.values()} == {"met", "ended"}
    with pytest.raises(IllegalMove) as refused:
        network.do(reopening.close, agency=agency, reason="needs_met")
    assert refused.value.advice == "legal now: change_code, continue, link, reopen, unlink, write"


def test_a_need_is_asked_for_once_at_a_time() -> None:
    network = Network(CARDS)
    network.open(needs=["education"])
    with pytest.raises(Conflict):
        network.do(doors.record_need, need_type="education", agency=COORDINATOR)
    with pytest.raises(Invalid):
        network.do(doors.record_need, need_type="case_management", agency=COORDINATOR)
    network.do(doors.record_need, need_type="emergency_housing", agency=COORDINATOR)
    with pytest.raises(NotAllowed):
        network.do(doors.record_need, need_type="advocacy", agency="stranger")
    kinds = [r.need_type for r in network.stream().referrals.values()]
    assert kinds == ["case_management", "emergency_housing"]


def test_the_portal_turns_nobody_away_for_a_code_it_does_not_know() -> None:
    sent = HelpRequested(
        stream="s1",
        door="window",
        needs=["safety", "treasure"],
        age_group="ancient",
        origin="mars",
        gender="?",
        language="xx",
        area="Main Street 5",
        safe_now="perhaps",
        contact_way="pigeon",
        avoid=["police", "no spaces please"],
        claim="{}",
    )
    assert from_portal(sent) == Arrival(door="portal_self", needs=["safety"], avoid=["police"])
    kept = HelpRequested(stream="s1", door="portal_friend", needs=["safety"], language="es")
    assert from_portal(kept).language == "es"


def test_a_tip_brings_codes_and_nothing_else() -> None:
    passed = TipPassedOn(tip="t1", to="referrals", stream="s1", needs=["safety"], area="XS-pine")
    assert from_tip(passed) == Arrival(door="tip", needs=["safety"], area="XS-pine")


GOOD = Arrival(door="hotline", needs=["safety"], agency="harbor-light", language="es")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("door", "window"),
        ("agency", ""),
        ("needs", ["treasure"]),
        ("needs", ["safety", "safety"]),
        ("age_group", "ancient"),
        ("origin", "$gt"),
        ("gender", ""),
        ("language", "xx"),
        ("area", "Main Street 5"),
        ("safe_now", "perhaps"),
        ("contact_way", "pigeon"),
        ("avoid", ["no spaces please"]),
        ("avoid", ["x"] * 41),
        ("claim", "<script>"),
    ],
)
def test_at_a_desk_a_wrong_code_is_refused_by_its_field(field: str, wrong: Any) -> None:
    assert checked(GOOD) == GOOD
    with pytest.raises(Invalid) as refused:
        checked(GOOD._replace(**{field: wrong}))
    assert refused.value.field == field
