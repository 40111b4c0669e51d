"""A component is frozen or gone: people are still served, and what they sent arrives once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.tickets import Ticket
from tests.support.programs import until
from tests.support.suite import Suite

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True)
def well(suite: Suite) -> Iterator[None]:
    """Everything serves before, and everything serves after."""
    suite.wait_well()
    yield
    suite.wait_well()


def finds_a_shelter(suite: Suite) -> bool:
    """Somebody searches; whether there are services on the page."""
    answer = suite.post("/services", [("need", "shelter")])
    return answer.status == 200 and b'href="/services/' in answer.data


def send_both(suite: Suite) -> tuple[Ticket, Ticket]:
    """A request for help and a tip, each sent twice as by an impatient finger."""
    request, tip = suite.new_ticket(), suite.new_ticket()
    for _ in range(2):
        assert suite.ask_for_help(request, "legal_assistance", area="XS-harbor")
        assert suite.send_tip(tip, "A van comes to the farm every night.")
    return request, tip


def check_arrived_once(suite: Suite, request: Ticket, tip: Ticket) -> None:
    """One request is one stream with an owner, one tip is one tip."""
    suite.wait_arrived("referrals", [request.id])
    suite.wait_arrived("tips", [tip.id])
    suite.wait_quiet()
    assert suite.stated("referrals", request.id).count("stream.opened") == 1
    assert suite.stated("tips", tip.id) == ["tip.received"]
    commits = suite.db("portal")["commits"]
    for id in (request.id, tip.id):
        assert (
            commits.count_documents({"$or": [{"events.data.stream": id}, {"events.data.tip": id}]})
            == 1
        )
    assert suite.orphans() == 0
    suite.close_stream(request.id)


def test_with_the_broker_frozen_all_doors_are_open(suite: Suite) -> None:
    with suite.frozen("rabbitmq"):
        request, tip = send_both(suite)
        assert finds_a_shelter(suite)
        assert suite.db("portal")["commits"].count_documents({"published": False}) == 2
    check_arrived_once(suite, request, tip)


def test_with_the_broker_killed_all_doors_are_open(suite: Suite) -> None:
    before = suite.kill("rabbitmq")
    request, tip = send_both(suite)
    assert finds_a_shelter(suite)
    suite.wait_well(not_as={"rabbitmq": before})
    check_arrived_once(suite, request, tip)


def test_with_the_database_frozen_the_spool_keeps_what_people_send(suite: Suite) -> None:
    spool = suite.settings.spool_dir
    with suite.frozen("mongod"):
        request, tip = send_both(suite)
        assert finds_a_shelter(suite)
        kept = {path.name.split("-", 1)[1] for path in spool.glob("*.bson")}
        assert len(kept) == 2
    until(lambda: not list(spool.iterdir()), 60, "the spool is empty")
    check_arrived_once(suite, request, tip)


def test_with_the_database_killed_the_spool_keeps_what_people_send(suite: Suite) -> None:
    before = suite.kill("mongod")
    request, tip = send_both(suite)
    assert finds_a_shelter(suite)
    suite.wait_well(not_as={"mongod": before})
    until(lambda: not list(suite.settings.spool_dir.iterdir()), 60, "the spool is empty")
    check_arrived_once(suite, request, tip)


def test_without_the_search_engine_the_saved_copy_answers(suite: Suite) -> None:
    before = suite.kill("meilisearch")
    while suite.processes()["meilisearch"]["pid"] in (None, before):
        assert finds_a_shelter(suite)
    suite.wait_well(not_as={"meilisearch": before})
    assert finds_a_shelter(suite)


def test_with_the_search_engine_frozen_the_saved_copy_answers(suite: Suite) -> None:
    with suite.frozen("meilisearch"):
        assert finds_a_shelter(suite)
        assert suite.not_ready() == ["meilisearch is down"]
    assert finds_a_shelter(suite)


@pytest.mark.parametrize("service", ["referrals", "tips", "registry", "search", "accounts"])
def test_without_a_service_all_doors_are_open(suite: Suite, service: str) -> None:
    with suite.frozen(service):
        request, tip = send_both(suite)
        assert finds_a_shelter(suite)
    check_arrived_once(suite, request, tip)
