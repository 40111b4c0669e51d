"""What an agency does with subscriptions, and stories for the referral service to tell."""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from typing import Any

from shared.events import Event
from shared.events import referrals as said
from shared.ids import new_id
from tests.support.processes import Processes, eventually

HUB = "agency-hub"
Json = dict[str, Any]


def call(running: Processes, method: str, **arguments: Any) -> Any:
    """Call the subscriptions service."""
    return running.calls.call("subscriptions", method, **arguments)


def a_secret(running: Processes) -> tuple[str, str]:
    """Keep a fresh webhook secret; return its claim and the secret."""
    claim, secret = new_id(), "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    running.claims.put(claim, "webhook", {"secret": secret})
    return claim, secret


def subscribe(running: Processes, agency: str, events: list[str], **fields: Any) -> Json:
    """Subscribe: a webhook when `url` is given, else the `kind`."""
    wanted = {"kind": "webhook" if "url" in fields else "feed", "url": "", "claim": ""} | fields
    if wanted["kind"] == "webhook" and not wanted["claim"]:
        wanted["claim"] = a_secret(running)[0]
    command = {"command_id": new_id(), "actor": "worker-1"} | wanted
    made: Json = call(running, "subscribe", agency=agency, events=events, **command)
    return made


def opened(stream: str, agency: str) -> Event:
    """A stream begins, owned by an agency."""
    return said.StreamOpened(stream=stream, door="portal_self", agency=agency, urgency="urgent")


def need(stream: str) -> Event:
    """A need is recorded in it."""
    return said.NeedRecorded(stream=stream, need=new_id(), need_type="legal_assistance")


def offered(stream: str, agency: str, offer: str) -> Event:
    """An agency holds an offer."""
    return said.ReferralOffered(
        stream=stream,
        referral="r",
        offer=offer,
        need_type="legal_assistance",
        service="sv",
        agency=agency,
        lease_until="2026-03-02T09:00:00Z",
    )


def declined(stream: str, agency: str, offer: str) -> Event:
    """The agency declines it."""
    return said.ReferralDeclined(
        stream=stream,
        referral="r",
        offer=offer,
        need_type="legal_assistance",
        service="sv",
        agency=agency,
        reason="no_capacity",
    )


def deliveries(running: Processes, made: Json, agency: str) -> list[Json]:
    """What became of an agency's deliveries."""
    found: list[Json] = call(
        running, "deliveries", agency=agency, subscription=made["subscription"]
    )
    return found


def states(running: Processes, made: Json, agency: str) -> set[str]:
    """The states its deliveries are in."""
    return {one["state"] for one in deliveries(running, made, agency)}


def wait_delivered(
    running: Processes, made: Json, agency: str, count: int, within_s: float = 30
) -> None:
    """Return once there are so many deliveries and each was acknowledged."""
    eventually(
        lambda: Counter(one["state"] for one in deliveries(running, made, agency)),
        lambda found: found == {"delivered": count},
        within_s,
    )
