"""Turning needs into referrals that look for a service, and looking again. No I/O."""

from __future__ import annotations

from services.referrals.domain import must, step
from services.referrals.duties import DAY_S
from services.referrals.matching import Ask
from services.referrals.stream import CASE_MANAGEMENT, SERVING, Occasion, Referral, Stream, Tried
from shared.errors import Conflict, NotFound
from shared.events import Event
from shared.events.referrals import ReferralRequested
from shared.ids import derived_id

#: Outcomes after which a service may be asked again in a later round; all others are for good.
SOFT = frozenset({"expired", "full", "no_capacity", "waitlist"})
#: Soft outcomes that fresh capacity undoes at once. Who let an offer expire waits for the round.
UNDONE_BY_CAPACITY = SOFT - {"expired"}
#: Outcomes that are no answer against the client.
NO_FAULT = frozenset({"full", "accepted"})

#: What a client wishes who keeps away from somebody.
INSTEAD = {"men": "women_staff", "women": "men_staff", "faith": "secular"}


def request(stream: Stream, need: str, occasion: Occasion, after: Referral | None = None) -> Event:
    """Turn a need into a referral that looks for a service; `after` is one that failed."""
    asked = stream.needs[need]
    urgent = stream.is_urgent if asked.type == CASE_MANAGEMENT else asked.urgent
    id = derived_id(occasion.cause, "referral", need)
    stream.referrals[id] = Referral(
        need=need,
        need_type=asked.type,
        state="requested",
        urgent=urgent,
        look_at=occasion.after(occasion.terms.lease_for(asked.type, urgent)),
        tried=list(after.tried) if after else [],
    )
    asked.state = "open"
    return ReferralRequested(stream=stream.id, referral=id, need_type=asked.type)


def request_all(stream: Stream, occasion: Occasion, *, urgent_only: bool = False) -> list[Event]:
    """Turn every need that still waits into a referral, or only those that cannot wait."""
    waiting = [id for id in stream.waiting() if stream.needs[id].urgent or not urgent_only]
    return [request(stream, id, occasion) for id in waiting]


def ask_of(stream: Stream, referral: Referral, occasion: Occasion | None = None) -> Ask:
    """Return what a service must fit for this referral to be offered to it; to rank who fits, an
    occasion tells the hour."""
    tried = [one for other in stream.referrals.values() for one in other.tried]
    return Ask(
        spread=f"{stream.id}/{referral.need}",
        need_type=referral.need_type,
        urgent=referral.urgent,
        age_group=stream.age_group,
        origin=stream.origin,
        gender=stream.gender,
        language=stream.language,
        area=stream.area,
        wishes=frozenset([*stream.wishes, *(INSTEAD[a] for a in stream.avoid if a in INSTEAD)]),
        avoid=frozenset(stream.avoid),
        excluded=frozenset(stream.excluded),
        barred=frozenset(one.service for one in referral.tried if _is_barred(one, referral)),
        declined=frozenset(one.agency for one in tried if one.outcome not in NO_FAULT),
        first=frozenset(stream.path.asked_first(referral.need)) if stream.path else frozenset(),
        helping=frozenset(stream.helpers() | {stream.case_manager}),
        managed=frozenset(stream.helpers(CASE_MANAGEMENT)),
        also=frozenset(_unserved(stream) - {referral.need_type}),
        fresh_since=occasion.after(-DAY_S) if occasion else "",
        local=occasion.local() if occasion else None,
    )


def _unserved(stream: Stream) -> set[str]:
    """Return the needs of a client that are open and nobody serves."""
    served = {one.need for one in stream.referrals.values() if one.state in SERVING}
    needs = stream.needs.items()
    return {need.type for id, need in needs if not need.is_settled and id not in served}


def _is_barred(one: Tried, referral: Referral) -> bool:
    return one.outcome not in SOFT or one.round == referral.round


def looks_for_service(stream: Stream, referral: str) -> bool:
    """Say whether a referral is requested, with no offer out."""
    one = stream.referrals.get(referral)
    return bool(stream.is_open and one and one.state == "requested" and one.offer is None)


def look_again(stream: Stream, occasion: Occasion, *, referral: str) -> list[Event]:
    """Go through the whole ranking once more; who did not answer or had no room is asked again.

    Raises NotFound when there is no such referral, Conflict while an agency holds the offer.
    """
    must(stream, "work_on_referral")
    one = stream.referrals.get(referral)
    if one is None:
        raise NotFound("referral", "is not in this stream", "look at the stream again")
    step(one, "look_again")
    if one.offer is not None:
        raise Conflict("referral", "is with an agency", "wait for its answer")
    one.round += 1
    one.look_at = next_look(one, occasion)
    return [ReferralRequested(stream=stream.id, referral=referral, need_type=one.need_type)]


def wake(stream: Stream, occasion: Occasion, *, referral: str, service: str) -> list[Event]:
    """Look again because this service may help now; nothing when the need is not unmet."""
    if not is_unmet(stream, referral):
        return []
    one = stream.referrals[referral]
    for tried in one.tried:
        if tried.service == service and tried.outcome in UNDONE_BY_CAPACITY:
            tried.round = 0
    one.look_at = next_look(one, occasion)
    return [ReferralRequested(stream=stream.id, referral=referral, need_type=one.need_type)]


def is_unmet(stream: Stream, referral: str) -> bool:
    """Say whether a referral waits because nobody was left to ask."""
    waits = looks_for_service(stream, referral)
    return waits and stream.needs[stream.referrals[referral].need].state == "unmet"


def freed_by(stream: Stream, referral: str, service: str) -> Ask | None:
    """Return what the service must fit to be asked now that its record changed.

    None when it may not be asked again before the next round.
    """
    one = stream.referrals[referral]
    tried = [t for t in one.tried if t.service == service and _is_barred(t, one)]
    if any(t.outcome not in UNDONE_BY_CAPACITY for t in tried):
        return None
    ask = ask_of(stream, one)
    return ask.without_bar(service)


def next_look(referral: Referral, occasion: Occasion) -> str:
    """Return when the ranking is gone through again: after a lease, then ever less often, but at
    least daily."""
    lease = occasion.terms.lease_for(referral.need_type, referral.urgent)
    return occasion.after(min(lease * 2.0 ** min(referral.round - 1, 20), max(lease, DAY_S)))
