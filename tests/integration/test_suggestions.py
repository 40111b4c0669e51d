"""Suggestions with the real registry, relays, database and broker: kept, decided, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.registry.domain import stream_of
from shared.crypto.sealing import new_identity, seal
from shared.errors import IllegalMove, Invalid, NotFound
from shared.events import Event
from shared.events.doors import SuggestionSubmitted
from shared.events.referrals import ReferralDeclined
from shared.ids import derived_id, new_id
from tests.support.processes import Processes, eventually
from tests.support.registry_at_work import RegistryAtWork
from tests.support.registry_records import id_for

HUB = "agency-hub"
CANARY = "heron-quay-nineteen"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def registry(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[RegistryAtWork]:
    """The registry, its relay, and the relays of those it reads."""
    processes = Processes(
        tmp_path_factory.mktemp("suggestions"),
        module_amqp_uri,
        mongo_uri,
        module_mongo_prefix,
        COORDINATOR_AGENCY=HUB,
    )
    with processes.together():
        processes.service("registry")
        for source in ("registry", "portal", "referrals"):
            processes.relay(source)
    yield RegistryAtWork(processes)
    processes.end()


def happen(registry: RegistryAtWork, source: str, event: Event) -> None:
    registry.processes.state(source, new_id(), [event])


def suggest(registry: RegistryAtWork, service: str, **more: Any) -> str:
    """Send a suggestion with a text as the portal does, and wait until the registry has it."""
    suggestion, claim = new_id(), new_id()
    box = seal(json.dumps({"text": CANARY}).encode(), [new_identity()[1]])
    registry.processes.claims.put(claim, "suggestion", {}, box)
    said = {"codes": ["phone"], "claim": claim, **more}
    happen(registry, "portal", SuggestionSubmitted(suggestion=suggestion, service=service, **said))
    eventually(lambda: registry.stated(stream_of("suggestion", suggestion)) or None)
    return suggestion


def decide(registry: RegistryAtWork, move: str, suggestion: str, **more: Any) -> Json:
    told = {"command_id": new_id(), "agency": HUB, "actor": "maria", **more}
    after: Json = registry.call(f"{move}_suggestion", suggestion=suggestion, **told)
    return after


def test_a_suggestion_waits_for_its_agency_and_its_words_end_with_the_decision(
    registry: RegistryAtWork,
) -> None:
    service, owner = registry.shelter("Heron"), id_for("organization", "Heron")
    before = registry.card(service)
    suggestion = suggest(registry, service)
    (told,) = registry.call("suggestions", agency=owner)
    assert (told["suggestion"], told["codes"], told["status"]) == (suggestion, ["phone"], "open")
    assert registry.call("suggestions", agency="agency-other") == []
    assert suggestion in [one["suggestion"] for one in registry.call("suggestions", agency=HUB)]
    command = new_id()
    for _ in range(2):
        after = decide(registry, "accept", suggestion, agency=owner, command_id=command)
        assert after["status"] == "accepted"
    stream = stream_of("suggestion", suggestion)
    assert registry.stated(stream) == ["suggestion.made", "suggestion.accepted"]
    assert registry.call("suggestions", agency=owner) == []
    eventually(lambda: registry.processes.claims.get(told["claim"]) is None)
    assert registry.card(service) == before, "no suggestion changes a record"


def test_a_refusal_is_final(registry: RegistryAtWork) -> None:
    suggestion = suggest(registry, registry.shelter("Bittern"))
    assert decide(registry, "refuse", suggestion, reason="not_clear")["status"] == "refused"
    with pytest.raises(IllegalMove):
        decide(registry, "accept", suggestion)


def test_another_agency_decides_nothing(registry: RegistryAtWork) -> None:
    suggestion = suggest(registry, registry.shelter("Egret"))
    with pytest.raises(NotFound):
        decide(registry, "accept", suggestion, agency="agency-other")
    with pytest.raises(NotFound):
        registry.call("suggestion", suggestion=new_id(), agency=HUB)


@pytest.mark.parametrize("reason", ["", "$ne", "because", "x" * 500])
def test_a_refusal_needs_a_code(registry: RegistryAtWork, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(registry, "refuse", new_id(), reason=reason)
    assert refused.value.field == "reason"


def test_a_suggestion_about_nothing_is_not_kept(registry: RegistryAtWork) -> None:
    claim = new_id()
    registry.processes.claims.put(claim, "suggestion", {}, b"sealed")
    lost = SuggestionSubmitted(suggestion=new_id(), service=new_id(), codes=["phone"], claim=claim)
    happen(registry, "portal", lost)
    eventually(lambda: registry.processes.claims.get(claim) is None)
    assert registry.stated(stream_of("suggestion", lost.suggestion)) == []


def test_a_decline_that_the_record_did_not_let_expect_is_a_suggestion(
    registry: RegistryAtWork,
) -> None:
    service, owner = registry.shelter("Plover"), id_for("organization", "Plover")
    reasons = ["client_declined", *["out_of_area"] * 3, "wrong_population", "closed_or_moved"]
    for reason in reasons:
        ids = {name: new_id() for name in ("stream", "referral", "offer")}
        told = {"service": service, "agency": owner, "reason": reason}
        happen(registry, "referrals", ReferralDeclined(**ids, need_type="safety", **told))
    found = eventually(
        lambda: list(registry.call("suggestions", agency=owner)), lambda those: len(those) >= 3
    )
    wanted = [["closed_or_moved"], ["out_of_area"], ["wrong_population"]]
    assert sorted(one["codes"] for one in found) == wanted
    assert {(one["said_by"], one["service"]) for one in found} == {(owner, service)}


def test_what_was_written_is_in_no_document(registry: RegistryAtWork) -> None:
    suggest(registry, registry.shelter("Curlew"))
    client = registry.db.client
    for name in client.list_database_names():
        for collection in client[name].list_collection_names(filter={"type": "collection"}):
            for row in client[name][collection].find():
                assert CANARY not in repr(row), f"{name}.{collection}"


@pytest.mark.parametrize("method", ["suggestions", "suggestion", "accept_suggestion"])
def test_hostile_arguments_are_refused_by_name(registry: RegistryAtWork, method: str) -> None:
    good = {"agency": HUB}
    if method != "suggestions":
        good["suggestion"] = derived_id("no", "suggestion")
    if method == "accept_suggestion":
        good |= {"command_id": new_id(), "actor": "maria"}
    for name in good:
        with pytest.raises(Invalid) as refused:
            registry.call(method, **{**good, name: {"$gt": ""}})
        assert refused.value.field == name
