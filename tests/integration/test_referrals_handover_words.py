"""A client's words on real processes: under two locks until the answer, then theirs or gone."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from shared.crypto.keys import Keys
from shared.crypto.sealing import seal, unseal
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events.doors import ClientWrote
from shared.events.releases import ReleaseExpired, ReleasePassed
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.hostile import check_refused_by_field
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call
from tests.support.registry_records import id_for

Json = dict[str, Any]
BRIDGE = hands.agency("Bridge casework")
OTHER = id_for("organization", "Second Casework")
SAID: Json = {"fields": ["first_words", "messages"], "language": "es", "signed": "on_paper"}
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where, names = (module_amqp_uri, mongo_uri, module_mongo_prefix), ["Bridge casework"]
    with hands.a_town(tmp_path_factory.mktemp("words"), where, names) as town:
        yield town


@pytest.fixture(scope="module")
def keys(running: Town) -> dict[str, str]:
    """Two agencies that could manage a client, each with its identity."""
    made = {one: hands.an_agency_key(running, one) for one in (BRIDGE, OTHER)}
    hands.a_member(running, "Second Casework")
    hands.a_service(running, "Second", "Second Casework", ["case_management"])
    return made


class Client(NamedTuple):
    """A client who wrote twice to the agency that has her (`by`, key `own`), and is proposed to the
    other (`to`, key `new`)."""

    stream: str
    claim: str
    message: str
    offer: Json
    by: str
    to: str
    own: str
    new: str


@pytest.fixture
def client(running: Town, keys: dict[str, str]) -> Client:
    rows, service = running.db("referrals")["services"], id_for("service", "Second")
    eventually(lambda: rows.find_one({"_id": service, "card.member": True}), bool)
    stream, _, claim = hands.ask_for_help(running, ["legal_assistance"])
    offer = hands.holder(running, "case_management", stream)
    by = offer["agency"]
    to = OTHER if by == BRIDGE else BRIDGE
    hands.answer(running, "accept", offer, by)
    hub, message = Keys(running.settings.keys_dir), new_id()
    box = seal(b'{"text": "I moved"}', [hub.hub_recipient, hub.recovery_recipient])
    running.claims.put(message, "message", {}, box)
    hands.accept_at_portal(running, ClientWrote(stream=stream, claim=message))
    eventually(lambda: all(opens(running, one, keys[by]) for one in (claim, message)))
    next_service = id_for("service", "Second" if to == OTHER else "Bridge casework")
    hands.act(running, "propose_handover", stream, by, service=next_service)
    offer = hands.offer_to(running, to, "case_management", stream)
    return Client(stream, claim, message, offer, by, to, keys[by], keys[to])


def opens(running: Town, claim: str, identity: str) -> bytes:
    """What a claim says to a key, b"" when it does not open."""
    found = running.claims.get(claim)
    try:
        return unseal(found.box, identity) if found else b""
    except NotAllowed:
        return b""


def send(running: Town, client: Client, **more: Any) -> tuple[Json, bytes]:
    """What the portal does: ask, open with Bridge's key, seal to the other's, keep, say so."""
    whose = {"command_id": new_id(), "stream": client.stream, "agency": client.by, **SAID, **more}
    found = call(running, "prepare_words", **whose)
    to = running.calls.call("accounts", "recipient", agency=found["to"])["recipient"]
    recovery = Keys(running.settings.keys_dir).recovery_recipient
    boxes = {}
    for claim in found["claims"]:
        box = seal(opens(running, claim, client.own), [to, recovery])
        boxes[claim] = base64.b64encode(box).decode()
    packet = seal(json.dumps(boxes).encode(), [found["key"]])
    running.claims.put(found["release"], "packet", {}, packet)
    sent = call(running, "send_words", actor="staff-1", **whose)
    assert sent == call(running, "send_words", actor="staff-1", **whose)
    assert call(running, "prepare_words", **whose) == {
        "release": found["release"],
        "words": sent["words"],
    }
    return sent, packet


def anywhere(running: Town, *needles: bytes) -> list[str]:
    """The databases of this town in which one of these is."""
    there: Any = running.db("claims")
    prefix, found = there.name.removesuffix("claims"), []
    for name in there.client.list_database_names():
        for rows in there.client[name].list_collections() if name.startswith(prefix) else ():
            every = there.client[name].get_collection(rows["name"], codec_options=_RAW).find()
            found += [name for row in every for one in needles if one in bytes(row.raw)]
    return found


def traces(packet: bytes, release: str, running: Town) -> list[str]:
    """Where a packet, or the key that opens it, is kept."""
    keys = running.db("release_keys")["keys"].find({"_id": release})
    return anywhere(running, packet[200:300]) + [row["_id"] for row in keys]


def test_the_next_agency_reads_them_after_its_yes_and_not_before(
    running: Town, client: Client
) -> None:
    sent, packet = send(running, client)
    assert sent["words"] == "given"
    assert [opens(running, one, client.new) for one in (client.claim, client.message)] == [b"", b""]
    told = {"stream": client.stream, "release": sent["release"], "agency": client.to}
    with pytest.raises(NotAllowed, match="goes with a handover alone"):
        call(running, "open_release", command_id=new_id(), actor="staff-2", **told)
    assert hands.seen(running, client.stream)["refused"] == {"with_handover": 1}
    for identity in (client.own, client.new):
        with pytest.raises(NotAllowed):
            unseal(packet, identity)
    hands.answer(running, "accept", client.offer, client.to)
    assert eventually(lambda: opens(running, client.claim, client.new)) == b"call after six"
    assert eventually(lambda: opens(running, client.message, client.new)) == b'{"text": "I moved"}'
    assert [opens(running, one, client.own) for one in (client.claim, client.message)] == [
        b"",
        b"",
    ]
    eventually(lambda: not traces(packet, sent["release"], running))
    (own,) = call(running, "client_view", stream=client.stream)["releases"].values()
    assert (own["recipient"], own["state"]) == (client.to, "passed")
    assert [one["fields"] for one in own["shown"]] == [["first_words", "messages"]]
    happened = ReleasePassed(**told, fields=["messages"])
    running.state("referrals", new_id(), [happened])  # it comes again: nothing is sealed over
    eventually(lambda: opens(running, client.claim, client.new), bool)


@pytest.mark.parametrize("how", ["decline", "take_back_handover", "lapse", "withdraw"])
def test_without_a_yes_nothing_of_them_is_anywhere(running: Town, client: Client, how: str) -> None:
    sent, packet = send(running, client)
    assert len(traces(packet, sent["release"], running)) == 2  # the packet, and its key
    if how == "decline":
        hands.answer(running, "decline", client.offer, client.to, reason="no_capacity")
    elif how == "lapse":
        _let_the_lease_pass(running, client.stream, sent["release"])
    elif how == "withdraw":
        told = {"stream": client.stream, "release": sent["release"]}
        call(running, "take_back_release", command_id=new_id(), **told)
    else:
        hands.act(running, how, client.stream, client.by)
    eventually(lambda: not traces(packet, sent["release"], running))
    assert opens(running, client.claim, client.own) == b"call after six"
    ended = "release.withdrawn" if how == "withdraw" else "release.expired"
    assert hands.events_of(running, client.stream).count(ended) == 1
    assert "release.passed" not in hands.events_of(running, client.stream)


def _let_the_lease_pass(running: Town, stream: str, release: str) -> None:
    """The hours of an answer in a moment."""
    over = "2026-01-01T00:00:00.000+00:00"
    changed = running.db("referrals")["states"].update_one(
        {"_id": stream},
        {
            "$set": {
                "state.handover.offer.lease_until": over,
                "state.next_due_at": over,
                f"state.releases.{release}.until": over,
                "state.release_due_at": over,
            }
        },
    )
    assert changed.modified_count == 1


def test_a_key_left_behind_by_a_crash_is_destroyed_when_the_event_arrives(
    running: Town, client: Client
) -> None:
    sent, packet = send(running, client)
    told = {"stream": client.stream, "release": sent["release"], "agency": client.to}
    running.state("referrals", new_id(), [ReleaseExpired(**told)])
    eventually(lambda: not traces(packet, sent["release"], running))


def test_words_are_sent_after_by_the_former_agency_alone(running: Town, client: Client) -> None:
    hands.answer(running, "accept", client.offer, client.to)
    words = hands.seen(running, client.stream, client.by)["words"]
    assert (words["by"], words["to"], words["is_confirmed"]) == (client.by, client.to, True)
    assert "words" not in hands.seen(running, client.stream, COORDINATOR)
    assert opens(running, client.claim, client.new) == b""
    with pytest.raises(NotAllowed):
        send(running, client, agency=client.to)
    with pytest.raises(NotFound):
        send(running, client, agency="stranger")
    sent, packet = send(running, client)
    assert sent["words"] == "passed"
    assert eventually(lambda: opens(running, client.claim, client.new)) == b"call after six"
    eventually(lambda: not traces(packet, sent["release"], running))
    assert "words" not in hands.seen(running, client.stream, client.by)


def test_a_packet_that_holds_more_or_is_not_sealed_is_not_taken(
    running: Town, client: Client
) -> None:
    good = {"command_id": new_id(), "stream": client.stream, "agency": client.by, **SAID}
    check_refused_by_field(lambda **told: call(running, "prepare_words", **told), good)
    foreign = base64.b64encode(seal(b"{}", [Keys(running.settings.keys_dir).recovery_recipient]))
    for boxes, error in (
        ({"of-another-stream": foreign.decode()}, Invalid),
        ({client.claim: "call after six"}, Conflict),
        ({}, Conflict),
        ([], Conflict),
    ):
        whose = {**good, "command_id": new_id()}
        found = call(running, "prepare_words", **whose)
        packet = seal(json.dumps(boxes).encode(), [found["key"]])
        running.claims.put(found["release"], "packet", {}, packet)
        with pytest.raises(error):
            call(running, "send_words", actor="staff-1", **whose)
        assert not traces(packet, found["release"], running)
    whose = {**good, "command_id": new_id()}
    found = call(running, "prepare_words", **whose)
    with pytest.raises(Conflict):  # nothing was kept
        call(running, "send_words", actor="staff-1", **whose)
    assert hands.seen(running, client.stream)["releases"] == {}
    assert opens(running, client.claim, client.own) == b"call after six"
