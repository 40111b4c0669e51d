"""Two streams of one client on real processes: linked by both codes, whoever dies in between."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3

from infra.local.program import Program
from services.referrals import links
from services.referrals.store import Ledger
from services.referrals.workings import terms_of
from shared.clock import now
from shared.crypto import codes
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.ids import new_id
from shared.storage import Streams
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import Town, call

Json = dict[str, Any]
BRIDGE, LAKE = hands.agency("Bridge casework"), hands.agency("Lake law")
UNKNOWN = "We do not know this code"
#: One client: her two streams and their codes; Bridge manages the first.
Pair = tuple[tuple[str, str], tuple[str, str]]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    names = ["Bridge casework", "Lake law"]
    with hands.a_town(tmp_path_factory.mktemp("links"), where, names) as town:
        yield town


@pytest.fixture(scope="module")
def portal(running: Town) -> Program:
    """A portal over the network."""
    return running.portal()


@pytest.fixture
def pair(running: Town) -> Pair:
    made = [hands.ask_for_help(running, ["legal_assistance"])[:2] for _ in range(2)]
    offer = hands.offer_to(running, BRIDGE, "case_management", made[0][0])
    hands.answer(running, "accept", offer, BRIDGE)
    hands.seen(running, made[1][0])
    return made[0], made[1]


def send(portal: Program, path: str, **fields: str) -> tuple[int, str]:
    address = f"http://127.0.0.1:{portal.port}/en{path}"
    answer = urllib3.PoolManager().request("POST", address, fields=fields, encode_multipart=False)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status, answer.data.decode()


def linked(running: Town, stream: str) -> list[Json]:
    """What the client is told of her other streams."""
    found: list[Json] = call(running, "client_view", stream=stream).get("linked", [])
    return found


def ledger(running: Town) -> Ledger:
    return Ledger(Streams(running.db("referrals"), now), now, terms_of(running.settings))


def test_she_shows_both_codes_and_takes_them_apart_with_either(
    running: Town, portal: Program, pair: Pair
) -> None:
    (one, code), (two, other) = pair
    for _ in range(2):  # she presses twice
        status, page = send(portal, "/return/link", code=code, other_code=other)
        assert (status, "You see both here now" in page) == (200, True)
    for stream, peer in ((one, two), (two, one)):
        (told,) = linked(running, stream)
        assert (told["stream"], told["is_whole"]) == (peer, True)
        assert [step["need_type"] for step in told["steps"]] == ["legal_assistance"]
        assert hands.events_of(running, stream).count("stream.linked") == 1
    assert send(portal, "/return/unlink", code=other, other=one)[0] == 200
    assert linked(running, one) == linked(running, two) == []
    everything = str(list(running.db("referrals")["commits"].find({})))
    assert code not in everything
    assert other not in everything


def test_a_wrong_or_ended_second_code_gets_the_one_answer(
    running: Town, portal: Program, pair: Pair
) -> None:
    (_, code), _ = pair
    pages = set()
    for wrong in (codes.new_code(), codes.new_code(), "0" * 17):
        status, page = send(portal, "/return/link", code=code, other_code=wrong)
        assert (status, UNKNOWN in page) == (422, True)
        pages.add(page.partition('<div class="govuk-error-summary"')[2].partition("</div>")[0])
    assert len(pages) == 1


def test_the_manager_of_the_leading_one_sees_codes_and_the_others_do_not(
    running: Town, pair: Pair
) -> None:
    (one, _), (two, _) = pair
    for _ in range(2):
        hands.act(running, "link_streams", one, BRIDGE, other=two)
    (told,) = hands.seen(running, one, BRIDGE)["linked"]
    assert told["leads"]
    assert [(need["need_type"], need["is_twice"]) for need in told["needs"]] == [
        ("legal_assistance", True)
    ]
    assert "needs" not in hands.seen(running, two)["linked"][0]
    with pytest.raises(NotFound):
        call(running, "stream", stream=two, agency=new_id())
    offer = hands.offer_to(running, LAKE, "legal_assistance", one)
    assert "linked" not in hands.seen(running, one, LAKE)
    hands.answer(running, "accept", offer, LAKE)
    assert "linked" not in hands.seen(running, one, LAKE)
    for command in ("link_streams", "unlink_streams"):
        with pytest.raises(NotAllowed):
            hands.act(running, command, one, LAKE, other=two)
        with pytest.raises(NotFound):
            hands.act(running, command, one, new_id(), other=two)


@pytest.mark.parametrize("ends", [False, True])
def test_the_second_half_of_one_who_died_is_made_by_who_hears_of_the_first(
    running: Town, pair: Pair, ends: bool
) -> None:
    (one, _), (two, _) = pair
    if ends:
        hands.act(running, "link_streams", one, BRIDGE, other=two)
        move = functools.partial(links.unlink, other=two)
    else:
        move = functools.partial(links.link, other=two, leader=one)
    ledger(running).apply(one, move, cause=new_id())
    told = "stream.unlinked" if ends else "stream.linked"
    eventually(lambda: hands.events_of(running, two), lambda found: told in found)
    assert [bool(linked(running, id)) for id in (one, two)] == [not ends, not ends]


def test_many_who_link_at_once_from_both_sides_link_once(running: Town, pair: Pair) -> None:
    (one, _), (two, _) = pair

    def link(at: int) -> None:
        first, second = (one, two) if at % 2 else (two, one)
        call(running, "link_own", command_id=new_id(), stream=first, other=second)

    with ThreadPoolExecutor(6) as several:
        list(several.map(link, range(12)))

    def leaders() -> set[tuple[int, str]]:
        found = [ledger(running).get(id) for id in (one, two)]
        return {(e.turn, e.leader) for now in found if now for e in now.links.values()}

    eventually(leaders, lambda found: len(found) == 1)
    assert next(iter(leaders()))[0] == 1


def test_what_was_said_before_and_comes_again_links_nothing(running: Town, pair: Pair) -> None:
    (one, _), (two, _) = pair
    hands.act(running, "link_streams", one, BRIDGE, other=two)
    hands.act(running, "unlink_streams", one, BRIDGE, other=two)
    commits = running.db("referrals")["commits"]
    commits.update_many({"stream": {"$in": [one, two]}}, {"$set": {"published": False}})
    eventually(lambda: commits.count_documents({"published": False}), lambda n: n == 0)
    late, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    hands.seen(running, late)
    assert linked(running, one) == linked(running, two) == []


def test_hostile_ids_are_refused_by_name(running: Town, pair: Pair) -> None:
    (one, _), _ = pair
    hostile: list[Any] = ["", "x" * 5_000, {"$gt": ""}, 7, None, "\x00", ["a"]]
    for command in ("link_own", "unlink_own"):
        for odd in hostile:
            with pytest.raises(Invalid) as refused:
                call(running, command, command_id=new_id(), stream=one, other=odd)
            assert refused.value.field == "other"
    with pytest.raises(NotFound):
        call(running, "link_own", command_id=new_id(), stream=one, other=new_id())
    with pytest.raises(Conflict):
        call(running, "link_own", command_id=new_id(), stream=one, other=one)
