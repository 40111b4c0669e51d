"""Releases on real processes: shown to whom, until when, and never again after that."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import urllib3

from shared.clock import now
from shared.crypto.sealing import seal, unseal
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events.releases import ReleaseWithdrawn
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.hostile import check_refused_by_field
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call

Json = dict[str, Any]
#: What everybody must know of a withdrawal or an expiry, at the latest.
WITHIN_S = 5.0
WORDS = {"name": "Ana Example", "safe_contact": "555-0142 after six"}


class Client(NamedTuple):
    """A client whom Bridge manages and Lake Legal serves."""

    stream: str
    code: str
    lake_identity: str


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    names = ["Bridge casework", "Lake law"]
    with hands.a_town(tmp_path_factory.mktemp("releases"), where, names) as town:
        town.service("subscriptions")
        yield town


@pytest.fixture(scope="module")
def client(running: Town) -> Client:
    identity = hands.an_agency_key(running, hands.agency("Lake law"))
    stream, code, _ = hands.ask_for_help(running, ["legal_assistance"])
    for name, need in (("Bridge casework", "case_management"), ("Lake law", "legal_assistance")):
        offer = hands.offer_to(running, hands.agency(name), need, stream)
        hands.answer(running, "accept", offer, hands.agency(name))
    return Client(stream, code, identity)


def scope(**more: Any) -> Json:
    return {
        "recipient": hands.agency("Lake law"),
        "fields": list(WORDS),
        "purpose": "legal_help",
        "language": "es",
        "signed": "on_paper",
        **more,
    }


def give(running: Town, client: Client, words: Json = WORDS, **more: Any) -> Json:
    """What the case manager's portal does: ask for the key, seal, keep, say so."""
    bridge, told = hands.agency("Bridge casework"), scope(**more)
    whose = {"command_id": new_id(), "stream": client.stream, "agency": bridge}
    key = call(running, "prepare_release", **whose, **told)
    lake = running.calls.call("accounts", "recipient", agency=hands.agency("Lake law"))["recipient"]
    boxes = {
        field: base64.b64encode(seal(text.encode(), [lake])).decode()
        for field, text in words.items()
    }
    envelope = seal(json.dumps(boxes).encode(), [key["key"]])
    running.claims.put(key["release"], "release", {}, envelope)
    given: Json = call(running, "give_release", **whose, actor="staff-1", **told)
    assert given == call(running, "give_release", **whose, actor="staff-1", **told)
    return given


def open_(running: Town, client: Client, release: str, **more: Any) -> Json:
    told: Json = {"agency": hands.agency("Lake law"), "command_id": new_id(), **more}
    found: Json = call(
        running, "open_release", stream=client.stream, release=release, actor="staff-2", **told
    )
    return found


def refused_within(refuses: Callable[[], Any]) -> float:
    """Return after how many seconds a call is refused, every time from then on."""
    began = time.monotonic()

    def refused() -> bool:
        try:
            refuses()
        except NotAllowed:
            return True
        return False

    eventually(refused)
    took = time.monotonic() - began
    assert all(refused() for _ in range(4))  # both instances answer in turn
    return took


def test_the_recipient_reads_what_the_client_allows_and_she_sees_when(
    running: Town, client: Client
) -> None:
    release = give(running, client)["release"]
    shown = open_(running, client, release)
    for field, text in WORDS.items():
        box = base64.b64decode(shown["fields"][field])
        assert unseal(box, client.lake_identity).decode() == text
    assert set(open_(running, client, release, fields=["name"])["fields"]) == {"name"}
    (own,) = [
        one
        for id, one in call(running, "client_view", stream=client.stream)["releases"].items()
        if id == release
    ]
    assert [one["fields"] for one in own["shown"]] == [list(WORDS), ["name"]]
    assert "claim" not in own
    assert release in hands.seen(running, client.stream, hands.agency("Lake law"))["releases"]


def test_who_is_outside_the_scope_is_shown_nothing_and_it_is_counted(
    running: Town, client: Client
) -> None:
    release = give(running, client)["release"]
    with pytest.raises(NotFound):
        open_(running, client, release, agency=COORDINATOR)
    with pytest.raises(NotFound):
        open_(running, client, release, agency="stranger")
    with pytest.raises(NotAllowed):
        open_(running, client, release, fields=["name", "location"])
    with pytest.raises(NotFound):
        open_(running, client, new_id())
    assert hands.events_of(running, client.stream).count("release.refused") == 3
    assert hands.seen(running, client.stream)["refused"] == {"not_recipient": 2, "field": 1}


def test_what_is_withdrawn_opens_no_more_not_even_from_a_backup(
    running: Town, client: Client
) -> None:
    release, rows = give(running, client)["release"], running.db("claims")["claims"]
    once = new_id()
    open_(running, client, release, command_id=once)
    backup = list(rows.find())  # yesterday's copy of the envelopes
    told = {"command_id": new_id(), "stream": client.stream, "release": release}
    call(running, "take_back_release", **told)
    call(running, "take_back_release", **told)
    assert refused_within(lambda: open_(running, client, release)) < WITHIN_S
    assert running.claims.get(release) is None
    rows.delete_many({})
    rows.insert_many(backup)
    with pytest.raises(NotAllowed):
        open_(running, client, release)
    with pytest.raises(NotAllowed):
        open_(running, client, release, command_id=once)
    envelope = running.claims.get(release)
    assert envelope is not None
    for identity in (client.lake_identity, *_kept_keys(running)):
        with pytest.raises(NotAllowed):
            unseal(envelope.box, identity)
    assert hands.events_of(running, client.stream).count("release.withdrawn") == 1


def _kept_keys(running: Town) -> list[str]:
    return [row["identity"] for row in running.db("release_keys")["keys"].find()]


def test_she_ends_it_on_her_own_page(running: Town, client: Client) -> None:
    release, portal = give(running, client)["release"], running.portal()
    http = urllib3.PoolManager()

    def page(path: str, **fields: str) -> str:
        address = f"http://127.0.0.1:{portal.port}/en{path}"
        sent = {"code": client.code, **fields}
        answer = http.request("POST", address, fields=sent, encode_multipart=False)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
        return answer.data.decode()

    open_(running, client, release)
    assert f'value="{release}"' in page("/return")
    assert "They cannot see this any more" in page("/return/stop-sharing", release=release)
    assert refused_within(lambda: open_(running, client, release)) < WITHIN_S
    assert f'value="{release}"' not in page("/return")


def test_a_key_that_is_gone_ends_a_release_whatever_the_stream_says(
    running: Town, client: Client
) -> None:
    release = give(running, client)["release"]
    running.db("release_keys")["keys"].delete_one({"_id": release})
    with pytest.raises(NotAllowed, match="its key is gone"):
        open_(running, client, release)


def test_a_key_left_behind_by_a_crash_is_destroyed_when_the_event_arrives(
    running: Town, client: Client
) -> None:
    release = give(running, client)["release"]
    told = {"stream": client.stream, "release": release, "agency": hands.agency("Lake law")}
    running.state("referrals", new_id(), [ReleaseWithdrawn(**told)])
    keys = running.db("release_keys")["keys"]
    eventually(lambda: keys.find_one({"_id": release}) is None)
    with pytest.raises(NotAllowed):
        open_(running, client, release)


def test_what_is_over_is_refused_at_once_and_its_key_is_destroyed(
    running: Town, client: Client
) -> None:
    release = give(running, client, days=1)["release"]
    open_(running, client, release)
    _let_time_pass(running, client.stream, release)
    assert refused_within(lambda: open_(running, client, release)) < WITHIN_S
    keys = running.db("release_keys")["keys"]
    eventually(lambda: keys.find_one({"_id": release}) is None)
    eventually(lambda: "release.expired" in hands.events_of(running, client.stream))
    assert running.claims.get(release) is None


def _let_time_pass(running: Town, stream: str, release: str) -> None:
    """A day in a moment: what was given until tomorrow was given until a second ago."""
    over = (now() - timedelta(seconds=1)).isoformat(timespec="milliseconds")
    changed = running.db("referrals")["states"].update_one(
        {"_id": stream},
        {"$set": {f"state.releases.{release}.until": over, "state.release_due_at": over}},
    )
    assert changed.modified_count == 1


def test_an_envelope_that_holds_more_or_is_not_sealed_is_not_taken(
    running: Town, client: Client
) -> None:
    with pytest.raises(Invalid, match="fields"):
        give(running, client, words={**WORDS, "location": "5 Example Street"})
    bridge = hands.agency("Bridge casework")
    whose = {"command_id": new_id(), "stream": client.stream, "agency": bridge}
    key = call(running, "prepare_release", **whose, **scope())
    running.claims.put(
        key["release"], "release", {}, seal(json.dumps(WORDS).encode(), [key["key"]])
    )
    with pytest.raises(Conflict):
        call(running, "give_release", **whose, actor="staff-1", **scope())
    assert key["release"] not in hands.seen(running, client.stream)["releases"]


def test_who_does_not_lead_gives_nothing_and_hostile_arguments_are_named(
    running: Town, client: Client
) -> None:
    whose: Json = {"command_id": new_id(), "stream": client.stream}
    with pytest.raises(NotAllowed):
        call(running, "prepare_release", **whose, agency=COORDINATOR, **scope())
    good = {**whose, "agency": hands.agency("Bridge casework"), **scope()}

    def asked(**arguments: Any) -> Any:
        return call(running, "prepare_release", **arguments)

    check_refused_by_field(asked, good)
    for more, field in (
        ({"days": 91}, "days"),
        ({"days": "soon"}, "days"),
        ({"fields": ["name", "Ana Example"]}, "fields"),
        ({"signed": "nod"}, "signed"),
    ):
        with pytest.raises(Invalid) as refused:
            asked(**{**good, **more})
        assert refused.value.field == field
    with pytest.raises(NotFound):
        call(running, "take_back_release", **whose, release=new_id())
