"""Needs and referrals in rows, as other systems follow them: what one agency may see. No I/O.

A need's row is for who leads the stream and for the doors the client came in at: it tells the step
the client herself is told, and no more. A referral's row is for who leads and for the agency that
holds it. `at` is when a row last changed for its reader; what the others said is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import msgspec

from services.referrals.stream import Referral, Stream, Terms, stamp
from services.referrals.views import FOR_LEADERS, client_codes, relation, step_code

Json = dict[str, Any]
#: What changes the step a client is told: that somebody said no does not.
STEPS = frozenset(
    {
        *("need.recorded", "need.unmet", "need.met", "need.ended"),
        *("referral.accepted", "referral.started", "referral.held", "referral.resumed"),
        *("referral.completed", "referral.failed", "referral.cancelled"),
    }
)
#: Of what an agency must know of a client, the codes that are nobody else's words.
CLIENT = ("age_group", "origin", "gender", "language", "area", "safe_now")


def rows(stream: Stream, agency: str, terms: Terms, history: Iterable[Json]) -> list[Json]:
    """Return the rows an agency may see of a stream, none when it has no part in it.

    Without `history` they lack `at`, `made_at` and `reason`.
    """
    how = relation(stream, agency, terms)
    if not how:
        return []
    leads = how in FOR_LEADERS
    told = [(stamp(one["at"]), event) for one in history for event in one["events"]]
    found: list[Json] = []
    if leads or agency in {door.agency for door in stream.doors}:
        found += [_need_row(stream, id, agency, terms, told, leads) for id in stream.needs]
    for id, referral in stream.referrals.items():
        held_by = referral.offer.agency if referral.offer else ""
        if leads or held_by == agency:
            mine = told if leads else _own(told, agency)
            found.append(_referral_row(stream, id, terms, mine))
    return found


def rejected_row(
    stream: Stream, id: str, agency: str, terms: Terms, history: Iterable[Json]
) -> Json:
    """Return the row of a referral as the agency leaves it that gave it back just now."""
    told = [(stamp(one["at"]), event) for one in history for event in one["events"]]
    row = _referral_row(stream, id, terms, _own(told, agency))
    row.pop("lease_until", None)
    state = row["state"] if row["owner"] == agency else "rejected"
    services = [one.service for one in stream.referrals[id].tried if one.agency == agency]
    return {
        **row,
        "state": state,
        "business": "",
        "owner": agency,
        "service": services[-1] if services else "",
    }


def version_of(row: Json) -> str:
    """Return what tells this state of a row from any other."""
    return blake2b(msgspec.json.encode(row), digest_size=8).hexdigest()


def _own(told: list[tuple[str, Json]], agency: str) -> list[tuple[str, Json]]:
    return [(at, event) for at, event in told if event["data"].get("agency") == agency]


def _need_row(
    stream: Stream, id: str, agency: str, terms: Terms, told: list[tuple[str, Json]], leads: bool
) -> Json:
    need = stream.needs[id]
    newest = [one for one in stream.referrals.values() if one.need == id][-1:]
    of_it = {name for name, one in stream.referrals.items() if one.need == id}
    about = [
        at
        for at, event in told
        if event["type"] in STEPS
        and (event["data"].get("need") == id or event["data"].get("referral") in of_it)
    ]
    came_in_at = stream.doors[0].agency or terms.coordinator
    row = {
        **_base(stream, "need", id, id, need.type, need.urgent),
        "state": step_code(need, newest),
        "business": "",
        "owner": stream.case_manager or terms.coordinator,
        "service": "",
        "requester": came_in_at if leads else agency,
        "reason": "",
        **_times(about),
    }
    return {**row, "client": _client(stream)} if leads else row


def _referral_row(stream: Stream, id: str, terms: Terms, told: list[tuple[str, Json]]) -> Json:
    one = stream.referrals[id]
    about = [(at, event) for at, event in told if event["data"].get("referral") == id]
    reasons = [str(event["data"]["reason"]) for _, event in about if "reason" in event["data"]]
    row: Json = {
        **_base(stream, "referral", id, one.need, one.need_type, one.urgent),
        "state": one.state,
        "business": _business(stream, one),
        "owner": one.offer.agency if one.offer else "",
        "service": one.offer.service if one.offer else "",
        "requester": terms.coordinator,
        "reason": reasons[-1] if reasons else "",
        **_times([at for at, _ in about]),
        "client": _client(stream),
    }
    if one.is_out and one.offer:
        row["lease_until"] = one.offer.lease_until
    return row


def _base(stream: Stream, kind: str, id: str, need: str, need_type: str, urgent: bool) -> Json:
    return {
        "kind": kind,
        "stream": stream.id,
        "id": id,
        "need": need,
        "need_type": need_type,
        "urgent": urgent,
        "opened_at": stream.opened_at,
    }


def _times(about: list[str]) -> Json:
    return {"made_at": about[0], "at": about[-1]} if about else {}


def _business(stream: Stream, one: Referral) -> str:
    if one.state != "requested":
        return ""
    if one.offer is not None:
        return "offered"
    return "unmet" if stream.needs[one.need].state == "unmet" else "looking"


def _client(stream: Stream) -> Json:
    codes = client_codes(stream)
    return {name: codes[name] for name in CLIENT if codes[name]}
