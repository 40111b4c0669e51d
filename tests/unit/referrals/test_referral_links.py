"""Two streams of one client: linked by both codes, shown to few, and ended again."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from services.referrals import links, offers, progress
from services.referrals.link_views import for_agency, for_client
from services.referrals.linking import Linking
from services.referrals.stream import Json
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events.links import StreamsLinked, StreamsUnlinked
from tests.support.referral_network import COORDINATOR, TERMS, Crash, Network, card

MANAGER = "casework-agency"


@pytest.fixture
def network() -> Network:
    """A client with two streams: s1, which casework manages, and s2, which nobody does yet."""
    there = Network([card("casework", "case_management"), card("house", "emergency_housing")])
    there.open("s1", ["emergency_housing", "translation"])
    there.deliver()
    _, offer, agency = there.out("case_management")
    accept(there, offer, agency)
    there.open("s2", ["emergency_housing", "legal_assistance"])
    there.deliver()
    return there


def accept(network: Network, offer: str, agency: str) -> None:
    network.do(offers.accept, offer=offer, agency=agency)
    network.deliver()


def link(network: Network, first: str = "s1", second: str = "s2", **told: str) -> Json:
    return network.linking.link(network.cause(), first, second, **told)


def unlink(network: Network, first: str = "s1", second: str = "s2", **told: str) -> Json:
    return network.linking.unlink(network.cause(), first, second, **told)


def seen(network: Network, agency: str, id: str = "s1") -> list[Json]:
    stream = network.stream(id)
    others = network.ledger.get_many(links.live(stream))
    return for_agency(stream, others, agency, TERMS)


def test_both_tell_it_and_nothing_else_changes(network: Network) -> None:
    before = [network.ledger.states[id] for id in ("s1", "s2")]
    link(network)
    after = [network.ledger.states[id] for id in ("s1", "s2")]
    assert [{**now, "links": 0} for now in after] == [{**then, "links": 0} for then in before]
    told = [one for _, one in network.ledger.events if isinstance(one, StreamsLinked)]
    assert [(one.stream, one.other, one.turn, one.leader) for one in told] == [
        ("s1", "s2", 1, "s1"),
        ("s2", "s1", 1, "s1"),
    ]


def test_it_is_ended_from_either_side_and_made_again_any_number_of_times(network: Network) -> None:
    for times in range(1, 6):
        link(network, "s2", "s1")
        link(network, "s1", "s2")  # linked already
        assert [links.live(network.stream(id)) for id in ("s1", "s2")] == [["s2"], ["s1"]]
        unlink(network, *(["s1", "s2"] if times % 2 else ["s2", "s1"]))
        unlink(network)
        assert [links.live(network.stream(id)) for id in ("s1", "s2")] == [[], []]
        assert network.names("s2").count("StreamsUnlinked") == times


def test_the_one_with_a_case_manager_leads_unless_another_is_chosen(network: Network) -> None:
    link(network, "s2", "s1")
    assert network.stream("s2").links["s1"].leader == "s1"
    unlink(network)
    link(network, "s1", "s2", leader="s2")
    assert network.stream("s1").links["s2"].leader == "s2"
    with pytest.raises(Invalid, match="neither of the two"):
        link(network, leader="s3")


def test_who_does_not_lead_the_stream_links_and_ends_nothing(network: Network) -> None:
    link(network, agency=MANAGER, actor="staff-1")
    with pytest.raises(NotFound):
        unlink(network, agency="stranger", actor="staff-1")
    with pytest.raises(NotAllowed):  # it manages the other one, of this one it holds an offer
        unlink(network, "s2", "s1", agency=MANAGER, actor="staff-1")
    unlink(network, agency=MANAGER, actor="staff-1")
    with pytest.raises(NotFound):
        link(network, agency="stranger", actor="staff-1")
    with pytest.raises(NotAllowed):
        network.do(links.link, other="s2", leader="s1", agency="house-agency")
    with pytest.raises(NotAllowed):
        network.do(links.unlink, other="s2", agency="house-agency")


def test_itself_nobody_and_one_never_linked_are_refused(network: Network) -> None:
    with pytest.raises(Conflict, match="is the one of this stream"):
        link(network, "s1", "s1")
    with pytest.raises(NotFound):
        link(network, "s1", "nobody")
    with pytest.raises(NotFound, match="is not linked"):
        unlink(network)
    for odd in ("", "\x00", "a" * 5_000):
        with pytest.raises(Invalid):
            link(network, "s1", odd)
        with pytest.raises(Invalid):
            unlink(network, "s1", odd)


def test_there_are_no_more_than_a_handful_on_either_side(network: Network) -> None:
    for count in range(links.MOST_LINKS):
        network.open(f"more-{count}", ["translation"])
        link(network, "s1", f"more-{count}")
    for pair in (("s1", "s2"), ("s2", "s1")):
        with pytest.raises(Conflict, match="cannot be linked: 5 streams are"):
            link(network, *pair)
    assert network.stream("s2").links == {}
    unlink(network, "s1", "more-0")
    link(network, "s2", "s1")


@pytest.mark.parametrize("ends", [False, True])
def test_who_dies_between_the_two_halves_leaves_it_to_who_hears(
    network: Network, ends: bool
) -> None:
    made = link
    if ends:
        link(network)
        made = unlink
    network.ledger.lives_for = 1
    with pytest.raises(Crash):
        made(network)
    network.ledger.lives_for = None
    halfway = seen(network, MANAGER)
    assert halfway == ([] if ends else [{"stream": "s2", "leads": True, "is_whole": False}])
    assert seen(network, COORDINATOR, "s2") == []
    network.deliver()
    assert bool(links.live(network.stream("s1"))) is not ends
    assert bool(links.live(network.stream("s2"))) is not ends


def test_what_was_said_before_and_comes_again_changes_nothing(network: Network) -> None:
    link(network)
    unlink(network)
    link(network)
    unlink(network, "s2", "s1")
    network.deliver()
    count = len(network.ledger.events)
    told = [
        one for one in network.ledger.events if type(one[1]) in (StreamsLinked, StreamsUnlinked)
    ]
    for id, event in told * 2:
        network.handle(id, event)
    assert len(network.ledger.events) == count
    assert links.live(network.stream("s1")) == links.live(network.stream("s2")) == []


def test_two_who_link_from_both_sides_at_once_end_with_one_leader(network: Network) -> None:
    for first, second in (("s1", "s2"), ("s2", "s1")):
        made = functools.partial(links.link, other=second, leader=first)
        network.ledger.apply(first, made, cause=network.cause())
    network.deliver()
    assert {network.stream(a).links[b].leader for a, b in (("s1", "s2"), ("s2", "s1"))} == {"s1"}


def test_the_client_sees_both_streams_steps_on_either_side(network: Network) -> None:
    link(network)
    for id, other in (("s1", "s2"), ("s2", "s1")):
        stream = network.stream(id)
        (told,) = for_client(stream, network.ledger.get_many([other]))
        assert told["stream"] == other
        assert {one["need_type"] for one in told["steps"]} >= {"emergency_housing"}


def test_who_manages_the_leading_one_sees_needs_as_codes_and_nobody_else_does(
    network: Network,
) -> None:
    link(network)
    (told,) = seen(network, MANAGER)
    assert told["needs"] == [
        {"need_type": "emergency_housing", "step": "waiting", "is_twice": True},
        {"need_type": "legal_assistance", "step": "waiting", "is_twice": False},
    ]
    assert "house-agency" not in str(told)
    assert seen(network, COORDINATOR) == [{"stream": "s2", "leads": True, "is_whole": True}]
    assert seen(network, COORDINATOR, "s2") == [{"stream": "s1", "leads": False, "is_whole": True}]
    for stranger in ("house-agency", "stranger", ""):
        assert seen(network, stranger) == []


def test_a_following_stream_s_case_manager_sees_only_that_it_is_there(network: Network) -> None:
    link(network, leader="s2")
    assert seen(network, MANAGER) == [{"stream": "s2", "leads": False, "is_whole": True}]


@pytest.mark.parametrize("way", ["avoid", "excluded"])
def test_nothing_is_told_to_an_agency_the_other_stream_s_client_stays_away_from(
    network: Network, way: str
) -> None:
    link(network)
    network.ledger.states["s2"] = {**network.ledger.states["s2"], way: [MANAGER]}
    assert seen(network, MANAGER) == [{"stream": "s2", "leads": True, "is_whole": True}]


def test_a_link_widens_nobody_s_part(network: Network) -> None:
    before = network.stream("s2").involved
    link(network)
    assert network.stream("s2").involved == before
    assert MANAGER not in before


def test_a_pair_nobody_knows_is_settled_by_doing_nothing(network: Network) -> None:
    linking: Linking = network.linking
    linking.settle("s1", "s2")
    linking.settle("nobody", "s1")
    assert network.stream("s2").links == {}


@pytest.mark.parametrize(("turn", "leader"), [(1, "s1"), (2, "s1"), (2, "a"), (0, "")])
def test_what_is_older_or_known_is_not_followed(network: Network, turn: int, leader: str) -> None:
    link(network)
    unlink(network)
    count = len(network.ledger.events)
    network.do(links.follow, stream="s2", other="s1", turn=turn, leader=leader)
    assert len(network.ledger.events) == count


def test_a_link_that_is_known_is_told_once_and_only_an_earlier_leader_counts(
    network: Network,
) -> None:
    link(network)
    count = len(network.ledger.events)
    for leader in ("s1", "s2"):
        network.do(links.follow, stream="s2", other="s1", turn=1, leader=leader)
    assert len(network.ledger.events) == count


def test_of_two_with_a_case_manager_the_one_at_hand_leads(network: Network) -> None:
    stream = network.stream("s1")
    assert links.default_leader(stream, stream.__class__(**vars_of(stream) | {"id": "s3"})) == "s1"


def vars_of(stream: Any) -> Json:
    return {name: getattr(stream, name) for name in stream.__struct_fields__}


def test_linked_again_when_full_is_nothing(network: Network) -> None:
    link(network, "s1", "s2")
    for count in range(links.MOST_LINKS - 1):
        network.open(f"more-{count}", ["translation"])
        link(network, "s1", f"more-{count}")
    link(network, "s2", "s1")


@pytest.mark.parametrize("id", ["s1", "s2"])
def test_a_need_that_is_ended_in_one_is_not_asked_for_twice(network: Network, id: str) -> None:
    link(network)
    stream = network.stream(id)
    need = next(key for key, one in stream.needs.items() if one.type == "emergency_housing")
    owner = stream.owner
    assert owner is not None
    leader = stream.case_manager or owner.agency
    network.do(progress.end_need, stream=id, need=need, agency=leader)
    (told,) = seen(network, MANAGER)
    assert [one["is_twice"] for one in told["needs"]] == [False, False]


def test_a_client_is_shown_nothing_of_the_other_until_both_say_it(network: Network) -> None:
    network.do(links.link, other="s2", leader="s1")
    found = for_client(network.stream("s1"), network.ledger.get_many(["s2"]))
    assert found == [{"stream": "s2", "leads": True, "is_whole": False}]
