"""The words that go with a handover: what the present agency can open, sealed anew. No I/O.

A packet is a release to the agency that is asked, which nobody opens: it becomes that agency's when
it confirms and is over with the proposal. What did not go, the former agency may send for some days
after. Both need the client's written word, a recipient and an end (34 U.S.C. 12291(b)(2)).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from services.referrals import releases
from services.referrals.domain import must
from services.referrals.parts import Left, Release
from services.referrals.releases import DAY_S, MOST_RELEASES
from services.referrals.stream import Handover, Occasion, Offer, Stream
from shared.errors import Conflict, Invalid, NotAllowed, NotFound
from shared.events import Event
from shared.fields import check_code, check_codes
from shared.vocabulary import LANGUAGES
from shared.vocabulary.releases import (
    HANDOVER,
    HANDOVER_FIELDS,
    HANDOVER_TEXT,
    RELEASE_DAYS,
    RELEASE_SIGNED,
)


class Consent(NamedTuple):
    """What the client lets go along, codes of HANDOVER_FIELDS; in which language, how signed."""

    fields: list[str]
    language: str
    signed: str


class Window(NamedTuple):
    """While `by` may send words `to` another agency: until when, with which handover's offer, and
    the field each claim belongs to."""

    by: str
    to: str
    until: str
    offer: str
    claims: dict[str, str]
    is_confirmed: bool


def windows(stream: Stream, now: str) -> list[Window]:
    """Return what may be sent at a moment: along with a proposal, and after a confirmation."""
    found, claims = [], _claims(stream)
    held = stream.handover.offer if stream.handover else None
    if held and held.lease_until > now and not carrying(stream, held.id):
        by = stream.case_manager
        found.append(Window(by, held.agency, held.lease_until, held.id, claims, False))
    left = stream.words_left
    if left and left.until > now and left.to == stream.case_manager:
        rest = {id: field for id, field in claims.items() if id in left.claims}
        found.append(Window(left.by, left.to, left.until, left.offer, rest, True))
    return [one for one in found if one.claims]


def _claims(stream: Stream) -> dict[str, str]:
    own = {stream.claim: "first_words"} if stream.claim else {}
    return own | {one.claim: "messages" for one in stream.messages}


def carrying(stream: Stream, offer: str) -> str:
    """Return the packet that waits for the answer to a handover's offer, "" when none does."""
    waiting = (
        id for id, one in stream.releases.items() if one.handover == offer and one.state == "given"
    )
    return next(waiting, "")


def must_send(stream: Stream, now: str, agency: str, consent: Consent) -> Window:
    """Return the window in which an agency sends what the client allows, with those claims alone.

    Raises NotFound for an agency without a part, NotAllowed for one that has nothing to send now,
    Conflict when it is on its way or there are too many, Invalid naming what does not fit.
    """
    if not agency or agency not in stream.involved:
        raise NotFound("stream", "is not known", "check the code or the address")
    must(stream, "send_words")
    _check(consent)
    if len(stream.releases) >= MOST_RELEASES:
        raise Conflict("release", "there are too many in this stream", "ask the coordinator")
    held = stream.handover.offer if stream.handover else None
    if held and agency == stream.case_manager and carrying(stream, held.id):
        raise Conflict("words", "are on their way already", "wait for the answer")
    found = next((one for one in windows(stream, now) if one.by == agency), None)
    if found is None:
        raise NotAllowed("agency", "has no words to send on now", "propose a handover first")
    allowed = {id: field for id, field in found.claims.items() if field in consent.fields}
    if not allowed:
        raise Invalid("fields", "are not there: the client wrote none of it", "choose others")
    return found._replace(claims=allowed)


def _check(consent: Consent) -> None:
    check_codes("fields", consent.fields, HANDOVER_FIELDS)
    if not consent.fields:
        raise Invalid("fields", "are empty", "name what may go along")
    check_code("language", consent.language, LANGUAGES)
    check_code("signed", consent.signed, RELEASE_SIGNED)


def send(
    stream: Stream,
    occasion: Occasion,
    *,
    release: str,
    agency: str,
    consent: Consent,
    carries: Collection[str],
) -> list[Event]:
    """Note a packet: it waits for the answer, or is the next agency's at once if that confirmed
    before. The same packet again is nothing.

    Raises what `must_send` raises, Invalid when it carries what may not go.
    """
    if release in stream.releases:
        return []
    window = must_send(stream, occasion.now(), agency, consent)
    if not carries or not set(carries) <= set(window.claims):
        raise Invalid("words", "are not those the client lets go along", "seal what is allowed")
    went = {window.claims[claim] for claim in carries}
    made = Release(
        recipient=window.to,
        by=agency,
        fields=[field for field in HANDOVER_FIELDS if field in went],
        purpose=HANDOVER,
        given_at=occasion.now(),
        until=window.until,
        language=consent.language,
        wording=HANDOVER_TEXT,
        signed=consent.signed,
        claim=release,
        handover=window.offer,
        carries=sorted(carries),
    )
    return [
        *releases.note(stream, release, made),
        *_pass(stream, occasion, release, window),
    ]


def _pass(stream: Stream, occasion: Occasion, release: str, window: Window) -> list[Event]:
    if not window.is_confirmed or stream.words_left is None:
        return []
    rest = [id for id in stream.words_left.claims if id not in stream.releases[release].carries]
    stream.words_left.claims = rest
    stream.words_left = stream.words_left if rest else None
    return releases.pass_on(stream, occasion, release=release)


def confirmed(stream: Stream, occasion: Occasion, held: Offer, by: str) -> list[Event]:
    """Let the packet become the next agency's; note what stays with the former one, which may send
    it for some days."""
    packet = carrying(stream, held.id)
    gone = stream.releases[packet].carries if packet else []
    rest = [id for id in _claims(stream) if id not in gone]
    until = occasion.after(RELEASE_DAYS * DAY_S)
    left = Left(by=by, to=held.agency, offer=held.id, until=until, claims=rest)
    stream.words_left = left if rest else None
    return releases.pass_on(stream, occasion, release=packet) if packet else []


def lapsed(stream: Stream, occasion: Occasion, handover: Handover) -> list[Event]:
    """End the packet of a handover that came to nothing."""
    packet = carrying(stream, handover.offer.id)
    return releases.lapse(stream, occasion, release=packet) if packet else []


def shown_to(stream: Stream, agency: str, now: str) -> dict[str, object]:
    """Return what may be sent on, as the agency that has it and the one that waits for it see it:
    {by, to, until, fields, is_confirmed}; {} for all others."""
    for one in windows(stream, now):
        if agency == one.by or (one.is_confirmed and agency == one.to):
            fields = [field for field in HANDOVER_FIELDS if field in one.claims.values()]
            return {
                "by": one.by,
                "to": one.to,
                "until": one.until,
                "fields": fields,
                "is_confirmed": one.is_confirmed,
            }
    return {}
