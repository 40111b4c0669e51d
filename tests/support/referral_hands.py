"""What clients, agencies and the portal do with referral streams, for tests on real processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.program import Program
from services.topology import all_subscriptions
from shared.clock import now
from shared.crypto import codes
from shared.crypto.keys import Keys
from shared.crypto.sealing import new_identity, seal
from shared.errors import NotFound
from shared.events import Event, all_types
from shared.events.doors import HelpRequested
from shared.ids import new_id
from shared.messaging.topology import declare
from tests.support.processes import Processes, eventually
from tests.support.registry_records import id_for, organization, service

Json = dict[str, Any]
AREA = "XS-lakeshore"
COORDINATOR = id_for("organization", "Harbor Light")
#: name of a service -> (its organization, what it gives, beds)
NETWORK: dict[str, tuple[str, list[str], int]] = {
    "Bridge casework": ("Bridge", ["case_management"], 0),
    "Star beds": ("Star House", ["emergency_housing", "safety"], 1),
    "Cedar beds": ("Cedar House", ["emergency_housing"], 2),
    "Inn beds": ("Inn", ["emergency_housing"], 2),
    "Lake law": ("Lake Legal", ["legal_assistance"], 0),
    "Puente voices": ("Puente", ["translation"], 0),
}


class Town(Processes):
    """A network of agencies on real processes; `instances` are those of the referral service."""

    instances: list[Program]


@contextmanager
def a_town(
    folder: Path, where: tuple[str, str, str], names: list[str] | None = None, **given: str
) -> Iterator[Town]:
    """Two instances of referrals, the registry, accounts, the relays, and agencies with services.

    `where` is the broker's URI, the database's, and a prefix.
    """
    settings = {"COORDINATOR_AGENCY": COORDINATOR, "RECONCILE_EVERY_S": "3", **given}
    town = Town(folder, *where, **settings)
    sources = sorted({kind.source for kind in all_types()})
    declare(where[0], sources, all_subscriptions(), town.settings.retry_delay_ms)
    try:
        with town.together():
            for name in ("registry", "accounts"):
                town.service(name)
            for name in ("portal", "registry", "referrals", "tips"):
                town.relay(name)
            town.instances = [town.service("referrals") for _ in range(2)]
        a_network(town, names)
        yield town
    finally:
        town.end()


def call(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("referrals", method, **arguments)


def registry(running: Processes, method: str, **arguments: Any) -> Any:
    return running.calls.call("registry", method, **arguments)


def take(running: Processes, record: Json) -> None:
    told = registry(
        running,
        "import_records",
        kind=record["kind"],
        records=[record],
        source="test",
        actor="seed",
    )
    assert told["refused"] == []


def a_member(running: Processes, name: str) -> str:
    """List an organization, trained and with an agreement; return its id."""
    take(running, organization(name))
    id, today = id_for("organization", name), now().date()
    dated: Json = {
        "record_training": {
            "name": "First training",
            "completed_on": str(today),
            "expires_on": str(today + timedelta(days=300)),
        },
        "sign_agreement": {
            "kind": "referral",
            "with_organization": COORDINATOR,
            "starts_on": str(today),
            "ends_on": str(today + timedelta(days=300)),
        },
    }
    for command, told in dated.items() if id != COORDINATOR else ():
        registry(running, command, command_id=new_id(), organization=id, actor="seed", **told)
    return id


def a_service(running: Processes, name: str, agency: str, needs: list[str], beds: int = 0) -> str:
    """List a service in the county, in Spanish and English; return its id."""
    profile: Json = {"needs": needs, "areas": [AREA], "languages": ["en", "es"]}
    if beds:
        profile["capacity"] = {"unit": "bed", "available": beds, "maximum": beds}
    take(running, service(name, of=agency, profile=profile))
    return id_for("service", name)


def a_network(running: Processes, names: list[str] | None = None) -> None:
    """List the coordinator and the services, and wait until referrals knows them."""
    a_member(running, "Harbor Light")
    for name in names or list(NETWORK):
        agency, needs, beds = NETWORK[name]
        a_member(running, agency)
        a_service(running, name, agency, needs, beds)
    wanted = {id_for("service", name) for name in names or NETWORK}
    rows = running.db("referrals")["services"]
    eventually(
        lambda: {row["_id"] for row in rows.find({"card.member": True})}, lambda s: wanted <= s
    )


def agency(name: str) -> str:
    """The id of the agency that gives a service."""
    return id_for("organization", NETWORK[name][0])


def accept_at_portal(running: Processes, event: Event) -> str:
    """What the portal does when it accepts: one commit, which its relay publishes."""
    return running.state("portal", new_id(), [event])


def a_claim(running: Processes, code: str, words: bytes = b"call after six") -> str:
    """What the portal keeps beside a request for help: the code's verifier and the sealed words."""
    keys, salt, claim = Keys(running.settings.keys_dir), codes.new_salt(), new_id()
    private = {
        "locator": codes.locator(code, keys.pepper),
        "salt": salt,
        "verifier": codes.verifier(code, salt, keys.pepper),
    }
    box = seal(words, [keys.hub_recipient, keys.recovery_recipient])
    running.claims.put(claim, "help", private, box)
    return claim


def ask_for_help(running: Processes, needs: list[str], **fields: Any) -> tuple[str, str, str]:
    """A client asks for help at the portal; return the stream, the code and the claim."""
    stream, code = new_id(), codes.new_code()
    claim = a_claim(running, code)
    told: Json = {
        "door": "portal_self",
        "age_group": "adult",
        "origin": "foreign_national",
        "language": "es",
        "area": AREA,
        "safe_now": "no",
        **fields,
    }
    accept_at_portal(running, HelpRequested(stream=stream, needs=needs, claim=claim, **told))
    return stream, code, claim


def seen(running: Processes, stream: str, by: str = COORDINATOR) -> Json:
    """The stream as an agency sees it, as soon as it is there."""

    def look() -> Json | None:
        try:
            found: Json = call(running, "stream", stream=stream, agency=by)
        except NotFound:
            return None
        return found

    found = eventually(look)
    assert found is not None
    return found


def offer_to(
    running: Processes, by: str, need_type: str, stream: str, within_s: float = 30
) -> Json:
    """The offer an agency holds for a need of a stream, as soon as it is there."""

    def look() -> Json | None:
        lines = call(running, "offers", agency=by)
        fits = [one for one in lines if (one["stream"], one["need_type"]) == (stream, need_type)]
        return fits[0] if fits else None

    found = eventually(look)
    assert found is not None
    return found


def holder(running: Processes, need_type: str, stream: str, but: str = "") -> Json:
    """The offer that is out for a need, whoever holds it; `but` is one that must be over."""

    def look() -> Json | None:
        for one in seen(running, stream)["referrals"].values():
            offer = one.get("offer")
            is_out = one["need_type"] == need_type and one["state"] == "requested"
            if is_out and offer and offer["id"] != but:
                return {**offer, "stream": stream}
        return None

    found = eventually(look)
    assert found is not None
    return found


def answer(running: Processes, name: str, offer: Json, by: str, **more: Any) -> Json:
    """Accept or decline an offer."""
    told: Json = call(
        running,
        name,
        command_id=new_id(),
        stream=offer["stream"],
        offer=offer.get("offer") or offer["id"],
        agency=by,
        actor="staff-1",
        **more,
    )
    return told


def act(running: Processes, name: str, stream: str, by: str, **more: Any) -> Json:
    """Give a command on a stream."""
    told: Json = call(
        running, name, command_id=new_id(), stream=stream, agency=by, actor="staff-1", **more
    )
    return told


def an_agency_key(running: Processes, agency: str) -> str:
    """Give an agency its key at accounts; return the identity it opens boxes with."""
    identity, recipient = new_identity()
    running.calls.call(
        "accounts",
        "create_agency",
        command_id=new_id(),
        agency=agency,
        recipient=recipient,
        claim=new_id(),
        actor="seed",
    )
    return identity


def events_of(running: Processes, stream: str) -> list[str]:
    """What happened in a stream, in order."""
    commits = running.db("referrals")["commits"].find({"stream": stream}).sort("version", 1)
    return [event["type"] for commit in commits for event in commit["events"]]
