"""A referral a service has taken on: started, held, resumed, completed, failed, cancelled. No I/O.

The serving agency or whoever leads the stream (its case manager or owner) says so. A client's need
is ended only by who leads it; when a provider cannot go on, the need looks for the next one.
"""

from __future__ import annotations

from services.referrals import paths, stays
from services.referrals.asking import request
from services.referrals.domain import must, step
from services.referrals.handovers import ended
from services.referrals.offers import UNREACHED
from services.referrals.reopening import cancelled, completed, leads, must_lead
from services.referrals.stream import CASE_MANAGEMENT, Occasion, Offer, Referral, Stream
from shared.errors import IllegalMove, NotAllowed, NotFound
from shared.events import Event
from shared.events.referrals import (
    NeedEnded,
    NeedMet,
    ReferralFailed,
    ReferralHeld,
    ReferralResumed,
    ReferralStarted,
)

#: What each of these moves states.
_STATED: dict[str, type[ReferralStarted] | type[ReferralHeld] | type[ReferralResumed]] = {
    "start": ReferralStarted,
    "hold": ReferralHeld,
    "resume": ReferralResumed,
}


def advance(
    stream: Stream, occasion: Occasion, *, move: str, referral: str, agency: str
) -> list[Event]:
    """Start, hold or resume a service; starting case management is the first contact."""
    one = _of(stream, referral, agency)
    step(one, move)
    if one.need_type == CASE_MANAGEMENT and move == "start":
        stream.is_contacted = True
    held = _held(one)
    stated = _STATED[move]
    begun = stays.begin(stream, occasion, referral) if move == "start" else []
    return [
        stated(
            stream=stream.id,
            referral=referral,
            offer=held.id,
            service=held.service,
            agency=held.agency,
        ),
        *begun,
    ]


def complete(stream: Stream, occasion: Occasion, *, referral: str, agency: str) -> list[Event]:
    """The service was given and the need is met; what waited for it is asked for.

    Case management ends with the stream only.
    """
    one = _of(stream, referral, agency)
    if one.need_type == CASE_MANAGEMENT:
        raise IllegalMove("referral", "case management ends with the stream", "close the stream")
    done = completed(stream, referral, one)
    stream.needs[one.need].state = "met"
    met = NeedMet(stream=stream.id, need=one.need, need_type=one.need_type)
    return [done, met, *paths.go_on(stream, occasion)]


def fail(
    stream: Stream, occasion: Occasion, *, referral: str, agency: str, reason: str
) -> list[Event]:
    """The service could not be given after all; the need looks for the next one at once."""
    one = _of(stream, referral, agency)
    step(one, "fail")
    stream.is_unreachable = stream.is_unreachable or reason == UNREACHED
    held = _held(one)
    failed = ReferralFailed(
        stream=stream.id,
        referral=referral,
        offer=held.id,
        service=held.service,
        agency=held.agency,
        reason=reason,
    )
    return [failed, *_look_on(stream, occasion, one)]


def cancel(stream: Stream, occasion: Occasion, *, referral: str, agency: str) -> list[Event]:
    """Call a referral off. By who leads the stream: the client does not want it any more, and the
    need is ended. By the serving agency: the need looks for the next one."""
    one = _of(stream, referral, agency)
    ends = leads(stream, agency) and one.need_type != CASE_MANAGEMENT
    if one.state == "requested" and not ends:
        raise IllegalMove(
            "referral", "it looks for a service", "decline the offer, or end the need"
        )
    called_off = cancelled(stream, referral, one)
    if ends:
        return [called_off, _end(stream, one.need)]
    return [called_off, *_look_on(stream, occasion, one)]


def end_need(stream: Stream, occasion: Occasion, *, need: str, agency: str) -> list[Event]:
    """The client does not ask for this any more; a referral for it is called off.

    Raises NotFound when there is no such need, NotAllowed unless the agency leads the stream.
    """
    must(stream, "end_need")
    must_lead(stream, agency)
    wanted = stream.needs.get(need)
    if wanted is None:
        raise NotFound("need", "is not in this stream", "look at the stream again")
    if wanted.type == CASE_MANAGEMENT:
        raise IllegalMove("need", "case management ends with the stream", "close the stream")
    if wanted.is_settled:
        raise IllegalMove("need", f"it is {wanted.state}", "record a new need")
    alive = [id for id in stream.referrals if stream.referrals[id] is stream.referral_of(need)]
    events = [cancelled(stream, id, stream.referrals[id]) for id in alive]
    return [*events, _end(stream, need)]


def _end(stream: Stream, need: str) -> Event:
    ended = stream.needs[need]
    ended.state = "ended"
    return NeedEnded(stream=stream.id, need=need, need_type=ended.type)


def _look_on(stream: Stream, occasion: Occasion, referral: Referral) -> list[Event]:
    """The need of a referral that ended early goes on; a lost case manager is looked for again.
    Where the next placement of the same kind is asked for already, that goes on in its stead."""
    if referral.need_type == CASE_MANAGEMENT:
        stream.case_manager, stream.is_contacted = "", False
        over = ended(stream, occasion, "no_case_manager")
    elif stays.is_carried_on(stream, referral):
        return [_end(stream, referral.need)]
    else:
        over = []
    return [*over, request(stream, referral.need, occasion, after=referral)]


def _held(referral: Referral) -> Offer:
    if referral.offer is None:
        raise AssertionError("a referral that is served has the offer that was accepted")
    return referral.offer


def _of(stream: Stream, referral: str, agency: str) -> Referral:
    """Return a referral this agency may move; one it may not know of is NotFound."""
    must(stream, "work_on_referral")
    one = stream.referrals.get(referral)
    if one is None or not (agency in stream.involved or agency in stream.offered_to):
        raise NotFound("referral", "is not in this stream", "look at the stream again")
    if agency != one.agency and not leads(stream, agency):
        raise NotAllowed("agency", "does not serve this referral", "ask the case manager")
    return one
