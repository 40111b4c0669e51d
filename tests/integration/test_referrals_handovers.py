"""A handover through the real broker and database: proposed once, confirmed once, units kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.errors import Invalid, NotFound
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import Town, call
from tests.support.registry_records import id_for

OTHER = id_for("organization", "Second Casework")


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where, names = (module_amqp_uri, mongo_uri, module_mongo_prefix), ["Bridge casework"]
    with hands.a_town(tmp_path_factory.mktemp("handovers"), where, names) as town:
        yield town


@pytest.fixture(scope="module")
def stream(running: Town) -> str:
    """A client whom Bridge has taken on; another agency could."""
    id, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    bridge = hands.agency("Bridge casework")
    offer = hands.offer_to(running, bridge, "case_management", id)
    hands.answer(running, "accept", offer, bridge)
    hands.a_member(running, "Second Casework")
    service = hands.a_service(running, "Second", "Second Casework", ["case_management"])
    rows = running.db("referrals")["services"]
    eventually(lambda: rows.find_one({"_id": service, "card.member": True}), bool)
    return id


def propose(running: Town, stream: str, **more: Any) -> Any:
    told = {
        "command_id": new_id(),
        "stream": stream,
        "service": id_for("service", "Second"),
        "agency": hands.agency("Bridge casework"),
        "actor": "staff-1",
    }
    return call(running, "propose_handover", **{**told, **more})


def test_the_same_proposal_many_times_is_one_and_confirming_moves_the_client(
    running: Town, stream: str
) -> None:
    with pytest.raises(NotFound):
        propose(running, stream, agency=id_for("organization", "Stranger"))
    with pytest.raises(Invalid):
        propose(running, stream, service=new_id())
    command = new_id()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: propose(running, stream, command_id=command), range(4)))
    offers = call(running, "offers", agency=OTHER)
    assert [(one["stream"], one["need_type"]) for one in offers] == [(stream, "case_management")]
    before = call(running, "client_view", stream=stream)
    assert before["case_manager"] == hands.agency("Bridge casework")
    told = {"stream": stream, "offer": offers[0]["offer"], "agency": OTHER, "actor": "staff-2"}
    call(running, "accept", command_id=new_id(), **told)
    view = call(running, "stream", stream=stream, agency=OTHER)
    assert view["case_manager"] == OTHER
    assert view["relation"] == "case_manager"
    names = [one["event"] for one in view["timeline"]]
    assert names.count("handover.proposed") == 1
    assert names.count("case_manager.assigned") == 2
    assert call(running, "offers", agency=OTHER) == []
    assert call(running, "orphans")["without_owner_or_deadline"] == 0
