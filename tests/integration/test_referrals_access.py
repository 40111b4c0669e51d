"""Who may see, open and say what in a referral stream, on real processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.crypto.keys import Keys
from shared.crypto.sealing import seal, unseal
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events.doors import ClientWrote
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.hostile import check_refused_by_field
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call

Json = dict[str, Any]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("access"), where) as town:
        yield town


def test_an_agency_that_is_not_asked_may_neither_answer_nor_look(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    bridge, stranger = hands.agency("Bridge casework"), hands.agency("Inn beds")
    offer = hands.offer_to(running, bridge, "case_management", stream)
    for name, more in (("accept", {}), ("decline", {"reason": "other"})):
        with pytest.raises(NotFound):
            hands.answer(running, name, offer, stranger, **more)
    with pytest.raises(NotFound):
        call(running, "stream", stream=stream, agency=stranger)
    assert hands.seen(running, stream, bridge)["relation"] == "offered"
    with pytest.raises(NotAllowed):
        hands.act(running, "close", stream, bridge, reason="needs_met")
    with pytest.raises(NotFound):
        hands.act(running, "close", stream, stranger, reason="needs_met")
    hands.answer(running, "decline", offer, bridge, reason="no_capacity")
    with pytest.raises(Conflict):
        hands.answer(running, "accept", offer, bridge)
    with pytest.raises(NotFound):
        call(running, "stream", stream=stream, agency=bridge)


def test_what_the_client_wrote_is_sealed_anew_to_her_case_manager(running: Town) -> None:
    bridge = hands.agency("Bridge casework")
    identity = hands.an_agency_key(running, bridge)
    keys = Keys(running.settings.keys_dir)
    stream, _, claim = hands.ask_for_help(running, ["legal_assistance"])
    assert unseal(_box(running, claim), keys.hub_identity) == b"call after six"
    offer = hands.offer_to(running, bridge, "case_management", stream)
    before = _box(running, claim)
    hands.answer(running, "accept", offer, bridge)
    eventually(lambda: _box(running, claim), lambda box: box != before)
    assert unseal(_box(running, claim), identity) == b"call after six"
    with pytest.raises(NotAllowed):
        unseal(_box(running, claim), keys.hub_identity)
    message = new_id()
    running.claims.put(
        message, "message", {}, seal(b"hello", [keys.hub_recipient, keys.recovery_recipient])
    )
    hands.accept_at_portal(running, ClientWrote(stream=stream, claim=message))
    view = eventually(
        lambda: hands.seen(running, stream, bridge), lambda view: view["messages"] != []
    )
    assert view["next_action"]["code"] == "answer_client"
    eventually(lambda: _opens(running, message, identity))
    hands.act(running, "follow_up", stream, bridge)
    assert hands.seen(running, stream, bridge)["next_action"]["code"] == "follow_up"


def _box(running: Town, claim: str) -> bytes:
    found = running.claims.get(claim)
    assert found is not None
    return found.box


def _opens(running: Town, claim: str, identity: str) -> bool:
    try:
        return bool(unseal(_box(running, claim), identity))
    except NotAllowed:
        return False


def test_hostile_arguments_are_refused_by_field(running: Town) -> None:
    stream, _, _ = hands.ask_for_help(running, ["legal_assistance"])
    hands.seen(running, stream)
    good: Json = {"command_id": new_id(), "stream": stream, "agency": COORDINATOR, "actor": "a"}

    def asked(**arguments: Any) -> Any:
        return call(running, "record_need", **arguments)

    check_refused_by_field(asked, {**good, "need_type": "dental_care"})
    with pytest.raises(Invalid) as refused:
        call(running, "decline", **good, offer="x", reason="because")
    assert refused.value.field == "reason"
    with pytest.raises(NotFound):
        call(running, "client_view", stream=new_id())
