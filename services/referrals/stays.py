"""Stays that end on a day: kept, corrected, warned of, and followed by the next placement. No I/O.

A shelter's stay of 15, 30 or 90 days ends before the need does. So the next placement is owed while
the present one goes on, as a need of its own: neither waits for the other, and whichever ends first
leaves no gap.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from services.referrals.asking import request
from services.referrals.domain import must
from services.referrals.doors import record
from services.referrals.parts import Stay
from services.referrals.plans import as_day
from services.referrals.reopening import leads, must_lead
from services.referrals.stream import SERVING, Occasion, Offer, Referral, Stream
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from shared.events import Event
from shared.events.stays import NextPlacementAsked, StayEnding, StaySet
from shared.vocabulary import PLACEMENTS

#: Days before the end at which it is told.
WARNINGS = (30, 14, 3)
LATEST = timedelta(days=731)
#: Somewhere it is still the day before, until noon.
LAST_ZONE = timedelta(hours=12)


def begin(stream: Stream, occasion: Occasion, referral: str) -> list[Event]:
    """Keep the last day of a placement that starts; nothing where a client may stay on."""
    one = stream.referrals[referral]
    days = one.offer.stay_days if one.offer else 0
    if not days or one.need_type not in PLACEMENTS:
        return []
    return _put(stream, occasion, referral, occasion.at.date() + timedelta(days=days))


def set_end(
    stream: Stream, occasion: Occasion, *, referral: str, ends_on: str, agency: str
) -> list[Event]:
    """Correct or extend the last day of a placement, or give it one; warnings begin anew.

    By the serving agency or who leads the stream. Raises NotFound, NotAllowed for others,
    IllegalMove unless it is a placement that goes on, Invalid for a day that is past or more than
    two years off.
    """
    one = _placement(stream, referral, agency)
    if agency != one.agency and not leads(stream, agency):
        raise NotAllowed("agency", "does not serve this referral", "ask the case manager")
    day = as_day(ends_on)
    if day is None:
        raise Invalid("ends_on", "is not a day", "write it as 2027-01-31")
    if not (occasion.at - LAST_ZONE).date() <= day <= occasion.at.date() + LATEST:
        raise Invalid(
            "ends_on", "is past or more than two years off", "give a day from today until then"
        )
    if one.stay is not None and one.stay.ends_on == ends_on:
        return []
    return _put(stream, occasion, referral, day)


def ending(stream: Stream, occasion: Occasion, *, referral: str) -> list[Event]:
    """Tell that a stay ends, once for all warnings that are due; the next placement is owed."""
    one = stream.referrals[referral]
    if one.stay is None:
        return []
    one.stay.ahead = _ahead(one.stay, occasion)
    one.stay.is_ending = True
    return [_told(stream, referral, one.stay, occasion)]


def ask_next(
    stream: Stream, occasion: Occasion, *, referral: str, need_type: str, agency: str
) -> list[Event]:
    """Ask for the placement after this one, which goes on meanwhile; a need of this type that is
    looked for already counts as it.

    By who leads the stream. Raises NotFound, NotAllowed, IllegalMove for a placement without a
    last day, Invalid for a need that is no placement, Conflict when the next is asked for already.
    """
    one = _placement(stream, referral, agency)
    must_lead(stream, agency)
    if need_type not in PLACEMENTS:
        raise Invalid("need_type", "is no place to live", f"use one of {', '.join(PLACEMENTS)}")
    if one.stay is None:
        raise IllegalMove("referral", "its stay has no last day", "set the day it ends")
    if stream.is_followed(one.stay):
        raise Conflict("referral", "the next placement is asked for", "follow that need")
    events: list[Event] = []
    need = _asked_already(stream, need_type, one)
    if not need:
        events.append(record(stream, need_type, occasion))
        need = list(stream.needs)[-1]
    if stream.referral_of(need) is None:
        events.append(request(stream, need, occasion, after=_left(one)))
    one.stay.followed_by = need
    told = {"referral": referral, "need": need, "need_type": need_type}
    return [*events, NextPlacementAsked(stream=stream.id, agency=agency, **told)]


def is_carried_on(stream: Stream, referral: Referral) -> bool:
    """Say whether a need that is looked for takes the place of this referral's: the same type."""
    need = referral.stay.followed_by if referral.stay else ""
    return bool(
        need
        and stream.needs[need].type == referral.need_type
        and stream.referral_of(need) is not None
    )


def _put(stream: Stream, occasion: Occasion, referral: str, ends_on: date) -> list[Event]:
    """Keep a last day. A warning that a shorter stay has jumped over is told at once; a longer
    stay owes nothing until its next warning."""
    one = stream.referrals[referral]
    before = one.stay
    stay = Stay(ends_on=ends_on.isoformat())
    stay.ahead = _ahead(stay, occasion)
    stay.is_ending = not stay.ahead
    has_jumped = False
    if before is not None:
        stay.followed_by, stay.times_set = before.followed_by, before.times_set + 1
        has_jumped = bool(set(before.ahead) - set(stay.ahead))
        is_sooner = stay.ends_on < before.ends_on
        stay.is_ending = stay.is_ending or has_jumped or (before.is_ending and is_sooner)
    one.stay = stay
    stream.duties.pop(f"next_placement:{referral}", None)
    held = _held(one)
    told = {"referral": referral, "service": held.service, "agency": held.agency}
    kept = StaySet(stream=stream.id, ends_on=stay.ends_on, **told)
    return [kept, _told(stream, referral, stay, occasion)] if has_jumped else [kept]


def _ahead(stay: Stay, occasion: Occasion) -> list[int]:
    return [days for days in WARNINGS if stay.before(days) > occasion.at]


def _told(stream: Stream, referral: str, stay: Stay, occasion: Occasion) -> Event:
    held = _held(stream.referrals[referral])
    return StayEnding(
        stream=stream.id,
        referral=referral,
        service=held.service,
        agency=held.agency,
        ends_on=stay.ends_on,
        days_left=stay.days_left(occasion.at),
    )


def _asked_already(stream: Stream, need_type: str, present: Referral) -> str:
    """Return a need of this type that is looked for, "" when there is none. One with a stay of
    its own is no way on: it ends as well."""
    taken = {present.need, *(stream.referrals[id].need for id in stream.stays())}
    found = (
        id
        for id, need in stream.needs.items()
        if need.type == need_type and not need.is_settled and id not in taken
    )
    return next(found, "")


def _left(present: Referral) -> Referral:
    """Return the referral as the next one remembers it: the service whose stay is over is not
    asked again; whoever said no weeks ago may be."""
    service = _held(present).service
    kept = [one for one in present.tried if one.service == service]
    return msgspec.structs.replace(present, tried=kept)


def _held(referral: Referral) -> Offer:
    if referral.offer is None:
        raise AssertionError("a placement that goes on has the offer that was accepted")
    return referral.offer


def _placement(stream: Stream, referral: str, agency: str) -> Referral:
    """Return a placement that goes on; one this agency may not know of is NotFound."""
    must(stream, "work_on_referral")
    one = stream.referrals.get(referral)
    if one is None or agency not in stream.involved:
        raise NotFound("referral", "is not in this stream", "look at the stream again")
    if one.need_type not in PLACEMENTS:
        raise IllegalMove("referral", "is no place to live", "choose the placement")
    if one.state not in SERVING - {"accepted"}:
        raise IllegalMove("referral", f"it is {one.state}", "start the placement first")
    return one
