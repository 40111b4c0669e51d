"""What is owed to a client, by which role, until when: the no-orphan rule as data. No I/O.

Each open stream owes at least one thing, worked out from its state; what is owed and overdue climbs
the ladder case manager -> coordinator -> supervisor with a new deadline each time. (Below the
ladder stands the provider that holds an offer: its lease is in `deadlines`.)
"""

from __future__ import annotations

from typing import NamedTuple

from services.referrals.stream import (
    CASE_MANAGEMENT,
    CASE_MANAGER,
    COORDINATOR,
    SUPERVISOR,
    Duty,
    NextAction,
    Occasion,
    Owner,
    Stream,
    Terms,
    stamp,
)
from shared.vocabulary import NEEDS

LADDER = (CASE_MANAGER, COORDINATOR, SUPERVISOR)
DAY_S = 86_400
#: Days before the end of a stay at which the next placement is owed at the latest.
LAST_CALL = 3


class Kind(NamedTuple):
    """Who owes it first, and how many leases it may take when urgent and when not.

    `urgent` counts LEASE_URGENT_S, `routine` counts LEASE_S.
    """

    role: str
    urgent: float
    routine: float


KINDS: dict[str, Kind] = {
    "find_case_manager": Kind(COORDINATOR, urgent=2, routine=2),
    "place_need": Kind(COORDINATOR, urgent=1, routine=1),
    "make_contact": Kind(CASE_MANAGER, urgent=4, routine=1),
    "answer_client": Kind(CASE_MANAGER, urgent=2, routine=1),
    "check_contact": Kind(CASE_MANAGER, urgent=2, routine=1),
    "next_placement": Kind(CASE_MANAGER, urgent=16, routine=1),
    "decide_path": Kind(CASE_MANAGER, urgent=16, routine=1),
    "follow_up": Kind(CASE_MANAGER, urgent=96, routine=7),
    "close_stream": Kind(CASE_MANAGER, urgent=96, routine=7),
}


class Owed(NamedTuple):
    """One thing that is owed: its code, what it is about, and whether the short deadline holds.

    It is not due before `not_before`, if that is later than the deadline.
    """

    code: str
    about: str
    urgent: bool
    not_before: str = ""


def owed(stream: Stream) -> dict[str, Owed]:
    """Return what an open stream owes its client now, by a key that stays while it is owed."""
    found = [
        Owed("place_need", id, referral.urgent)
        for id, referral in stream.referrals.items()
        if referral.state == "requested" and stream.needs[referral.need].state == "unmet"
    ]
    found += [
        Owed("next_placement", id, stream.referrals[id].urgent, stamp(stay.before(LAST_CALL)))
        for id, stay in stream.stays().items()
        if stay.is_ending and not stream.is_followed(stay)
    ]
    stuck = stream.path.stuck(stream.needs) if stream.path else []
    found += [Owed("decide_path", step.type, NEEDS[step.type].urgent) for step in stuck]
    if stream.has_unanswered:
        found.append(Owed("answer_client", "", stream.is_urgent))
    if stream.is_unreachable:
        found.append(Owed("check_contact", "", stream.is_urgent))
    found.append(Owed(_standing(stream), "", stream.is_urgent))
    return {f"{one.code}:{one.about}" if one.about else one.code: one for one in found}


def _standing(stream: Stream) -> str:
    if not stream.case_manager:
        return "find_case_manager"
    if not stream.is_contacted:
        return "make_contact"
    needs = [need for need in stream.needs.values() if need.type != CASE_MANAGEMENT]
    is_over = all(need.is_settled for need in needs)
    return "close_stream" if is_over and not stream.is_on_path else "follow_up"


def settle(stream: Stream, occasion: Occasion) -> None:
    """Work out duties, owner and next action. What is still owed keeps its deadline."""
    if stream.is_open:
        if not any(stream.needs[id].urgent for id in stream.waiting()):
            stream.urgent_start_at = ""
        _renew(stream, occasion)
        first = min(stream.duties.values(), key=_most_pressing)
        stream.owner = Owner(agency=agency_of(first.role, stream, occasion.terms), role=first.role)
        stream.next_action = NextAction(code=first.code, due_at=first.due_at, about=first.about)
    else:
        stream.duties, stream.owner, stream.next_action = {}, None, None
    stream.next_due_at = min((due.at for due in dues(stream)), default="")
    _index(stream, occasion.terms)


def _renew(stream: Stream, occasion: Occasion) -> None:
    before, stream.duties = stream.duties, {}
    for key, one in owed(stream).items():
        duty = before.get(key) or Duty(
            code=one.code,
            role=KINDS[one.code].role,
            due_at=max(occasion.after(allowed_s(one, occasion.terms)), one.not_before),
            about=one.about,
        )
        if duty.role == CASE_MANAGER and not stream.case_manager:
            duty.role = COORDINATOR
        stream.duties[key] = duty


def allowed_s(one: Owed, terms: Terms) -> float:
    """Return how long something that is owed may take, in seconds."""
    kind = KINDS[one.code]
    return kind.urgent * terms.lease_urgent_s if one.urgent else kind.routine * terms.lease_s


def _most_pressing(duty: Duty) -> tuple[int, str, str]:
    """Whoever stands highest on the ladder owns the stream; then the earliest deadline."""
    return -LADDER.index(duty.role), duty.due_at, duty.code


def agency_of(role: str, stream: Stream, terms: Terms) -> str:
    """Return the agency that fills a role for this stream."""
    return stream.case_manager if role == CASE_MANAGER else terms.coordinator


def raise_duty(stream: Stream, key: str, occasion: Occasion) -> str:
    """Move an overdue duty one rung up and return the agency that has it now.

    The new deadline is as far away as the first, then ever further, but at most a day: whoever
    stands at the top is reminded, not flooded.
    """
    duty = stream.duties[key]
    allowed = allowed_s(owed(stream)[key], occasion.terms)
    duty.role = LADDER[min(LADDER.index(duty.role) + 1, len(LADDER) - 1)]
    duty.due_at = occasion.after(min(allowed * 2.0 ** min(duty.raised, 20), max(allowed, DAY_S)))
    duty.raised += 1
    return agency_of(duty.role, stream, occasion.terms)


def discharge(stream: Stream, agency: str, terms: Terms) -> None:
    """Forget what this agency owed, or first owed before it climbed: it has acted."""
    done = [
        key
        for key, duty in stream.duties.items()
        if agency in (agency_of(role, stream, terms) for role in (duty.role, KINDS[duty.code].role))
    ]
    for key in done:
        code = stream.duties.pop(key).code
        stream.is_contacted = stream.is_contacted or code == "make_contact"
        stream.has_unanswered = stream.has_unanswered and code != "answer_client"
        stream.is_unreachable = stream.is_unreachable and code != "check_contact"


class Due(NamedTuple):
    """A moment at which something happens by itself: a lease, a look, a duty, the urgent start, a
    warning that a stay ends."""

    at: str
    kind: str
    about: str


def dues(stream: Stream) -> list[Due]:
    """Return every moment at which an open stream moves on by itself, earliest first."""
    if not stream.is_open:
        return []
    found = [Due(duty.due_at, "duty", key) for key, duty in stream.duties.items()]
    for id, referral in stream.referrals.items():
        if referral.state != "requested":
            continue
        if referral.offer is not None:
            found.append(Due(referral.offer.lease_until, "lease", id))
        else:
            found.append(Due(referral.look_at, "look", id))
    for id, stay in stream.stays().items():
        found += [
            Due(stamp(stay.before(days)), "stay", f"{id}:{days}:{stay.times_set}")
            for days in stay.ahead
        ]
    if stream.handover:
        held = stream.handover.offer
        found.append(Due(held.lease_until, "handover", held.id))
    if stream.urgent_start_at:
        found.append(Due(stream.urgent_start_at, "urgent_start", ""))
    return sorted(found)


def _index(stream: Stream, terms: Terms) -> None:
    """Keep, beside the state, the lists others search streams by."""
    referrals = stream.referrals.values()
    doors = {door.agency for door in stream.doors if door.agency}
    owner = {stream.owner.agency} if stream.owner else set()
    stream.involved = sorted(({stream.case_manager} | doors | stream.helpers() | owner) - {""})
    offered_to = {r.offer.agency for r in referrals if r.is_out and r.offer}
    offered_to |= {stream.handover.offer.agency} if stream.handover else set()
    stream.offered_to = sorted(offered_to)
    awaited = {agency_of(duty.role, stream, terms) for duty in stream.duties.values()}
    stream.awaits = sorted(awaited - {""})
    waiting = [duty for duty in stream.duties.values() if duty.code == "place_need"]
    stream.unmet = sorted({stream.referrals[duty.about].need_type for duty in waiting})
