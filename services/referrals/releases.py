"""Releases: the client's consent that one agency is shown some fields until a day. No I/O.

A release is for one recipient; what is not in it is not shown, and nothing else in a stream looks
at it: it is never a condition of service (34 U.S.C. 12291(b)(2), 45 CFR 1370.4). `refusal` is the
one check, made when the envelope is taken and each time it is opened.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from services.referrals.domain import must, say_legal
from services.referrals.parts import Release, Showing
from services.referrals.reopening import must_lead
from services.referrals.stream import Occasion, Stream
from shared.errors import Conflict, IllegalMove, Invalid, NotFound
from shared.events import Event
from shared.events.releases import (
    ReleaseExpired,
    ReleaseGiven,
    ReleasePassed,
    ReleaseRefused,
    ReleaseUsed,
    ReleaseWithdrawn,
)
from shared.fields import check_code, check_codes, check_ids
from shared.vocabulary import LANGUAGES
from shared.vocabulary.releases import (
    MOST_RELEASE_DAYS,
    RELEASE_FIELDS,
    RELEASE_PURPOSES,
    RELEASE_SIGNED,
    RELEASE_TEXT,
)

DAY_S = 86_400
MOST_RELEASES = 100
#: The newest showings are kept with the release; every one is in the stream's history.
MOST_SHOWN = 100
#: Refusals beyond these are logged, not stored: nobody fills a stream by asking.
MOST_REFUSED = 100
#: move -> (states of a release it starts from, state it leads to)
RELEASE_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "use": (frozenset({"given"}), "given"),
    "withdraw": (frozenset({"given"}), "withdrawn"),
    "expire": (frozenset({"given"}), "expired"),
    "pass": (frozenset({"given"}), "passed"),
}


class Scope(NamedTuple):
    """What the client allows: whom, which fields, what for, how many days; how she signed."""

    recipient: str
    fields: list[str]
    purpose: str
    days: int
    language: str
    signed: str


def check_scope(scope: Scope) -> None:
    """Raise Invalid naming the first part of a release's scope that does not fit."""
    check_ids(recipient=scope.recipient)
    check_codes("fields", scope.fields, RELEASE_FIELDS)
    if not scope.fields:
        raise Invalid("fields", "are empty", "name what may be shown")
    check_code("purpose", scope.purpose, RELEASE_PURPOSES)
    check_code("language", scope.language, LANGUAGES)
    check_code("signed", scope.signed, RELEASE_SIGNED)
    if not 1 <= scope.days <= MOST_RELEASE_DAYS:
        raise Invalid("days", f"are not 1 to {MOST_RELEASE_DAYS}", "give a number of days")


def must_give(stream: Stream, agency: str, scope: Scope) -> None:
    """Raise unless an agency may note this release.

    NotAllowed unless it leads the stream, NotFound when the recipient has no part in it, Invalid
    naming the field that does not fit, Conflict when there are too many.
    """
    must(stream, "give_release")
    must_lead(stream, agency)
    check_scope(scope)
    if scope.recipient not in recipients(stream) or scope.recipient == agency:
        raise NotFound("recipient", "has no part in this stream", "name an agency that has")
    if len(stream.releases) >= MOST_RELEASES:
        raise Conflict("release", "there are too many in this stream", "ask the coordinator")


def give(
    stream: Stream, occasion: Occasion, *, release: str, agency: str, scope: Scope, claim: str
) -> list[Event]:
    """Note what the client allows; `claim` holds the envelope. The same release again is nothing.

    Raises what `must_give` raises.
    """
    if release in stream.releases:
        return []
    must_give(stream, agency, scope)
    said: dict[str, Any] = {
        "by": agency,
        "fields": scope.fields,
        "purpose": scope.purpose,
        "until": occasion.after(scope.days * DAY_S),
        "language": scope.language,
        "wording": RELEASE_TEXT,
        "signed": scope.signed,
    }
    made = Release(recipient=scope.recipient, given_at=occasion.now(), claim=claim, **said)
    return note(stream, release, made)


def note(stream: Stream, release: str, made: Release) -> list[Event]:
    """Keep a release that was checked, and state it."""
    stream.releases[release] = made
    _index(stream)
    told = ("by", "fields", "purpose", "until", "language", "wording", "signed")
    said = {name: getattr(made, name) for name in told}
    return [ReleaseGiven(stream=stream.id, release=release, agency=made.recipient, **said)]


def recipients(stream: Stream) -> set[str]:
    """Return the agencies that have a part in the stream, or hold an offer."""
    return {*stream.involved, *stream.offered_to}


def refusal(stream: Stream, *, release: str, agency: str, fields: Collection[str], now: str) -> str:
    """Return why an agency is not shown these fields now, a code of RELEASE_REFUSALS; "" when
    the release covers it."""
    found = stream.releases.get(release)
    if found is None:
        return "unknown"
    if found.recipient != agency:
        return "not_recipient"
    if agency not in recipients(stream):
        return "no_part"
    if found.handover:
        return "with_handover"
    if found.state != "given":
        return found.state
    if found.until <= now:
        return "expired"
    return "" if fields and set(fields) <= set(found.fields) else "field"


def use(
    stream: Stream,
    occasion: Occasion,
    *,
    release: str,
    agency: str,
    fields: list[str],
    opens: bool = True,
) -> list[Event]:
    """Note that an agency is shown fields now, or why it is not: ask `refusal` which.

    `opens` is false when the envelope's key is gone.
    """
    now = occasion.now()
    code = refusal(stream, release=release, agency=agency, fields=fields, now=now)
    if code or not opens:
        return _refuse(stream, release, agency, code or "key_destroyed")
    found = stream.releases[release]
    _step(found, "use")
    found.shown = [*found.shown, Showing(at=now, fields=list(fields))][-MOST_SHOWN:]
    return [ReleaseUsed(stream=stream.id, release=release, agency=agency, fields=list(fields))]


def _refuse(stream: Stream, release: str, agency: str, code: str) -> list[Event]:
    """Count an attempt that showed nothing."""
    if release not in stream.releases or sum(stream.refused.values()) >= MOST_REFUSED:
        return []
    stream.refused[code] = stream.refused.get(code, 0) + 1
    return [ReleaseRefused(stream=stream.id, release=release, agency=agency, code=code)]


def withdraw(stream: Stream, occasion: Occasion, *, release: str, agency: str = "") -> list[Event]:
    """End a release because the client says so; "" is the client, an agency must lead the stream.

    Once more is nothing; IllegalMove when it expired before.
    """
    if agency:
        must_lead(stream, agency)
    found = known(stream, release)
    if found.state == "withdrawn":
        return []
    _step(found, "withdraw")
    return _ended(stream, found, occasion, ReleaseWithdrawn(**_told(stream, release)))


def expire(stream: Stream, occasion: Occasion, *, release: str) -> list[Event]:
    """End a release whose time is over; nothing when it is not."""
    found = known(stream, release)
    if found.state != "given" or found.until > occasion.now():
        return []
    return lapse(stream, occasion, release=release)


def lapse(stream: Stream, occasion: Occasion, *, release: str) -> list[Event]:
    """End a release before its time because what it was for came to nothing."""
    found = known(stream, release)
    _step(found, "expire")
    return _ended(stream, found, occasion, ReleaseExpired(**_told(stream, release)))


def pass_on(stream: Stream, occasion: Occasion, *, release: str) -> list[Event]:
    """End a release because what it carries is the recipient's from now on."""
    found = known(stream, release)
    _step(found, "pass")
    found.shown = [Showing(at=occasion.now(), fields=found.fields)]
    told = ReleasePassed(**_told(stream, release), fields=found.fields)
    return _ended(stream, found, occasion, told)


def over(stream: Stream, now: str) -> list[str]:
    """Return the releases whose time is over and that nobody ended yet."""
    return [id for id, one in stream.releases.items() if one.state == "given" and one.until <= now]


def known(stream: Stream, release: str) -> Release:
    """Return a release of a stream; NotFound when it has none of this id."""
    found = stream.releases.get(release)
    if found is None:
        raise NotFound("release", "is not known", "look at the stream again")
    return found


def _told(stream: Stream, release: str) -> dict[str, str]:
    return {"stream": stream.id, "release": release, "agency": stream.releases[release].recipient}


def _ended(stream: Stream, found: Release, occasion: Occasion, told: Event) -> list[Event]:
    found.ended_at = occasion.now()
    _index(stream)
    return [told]


def _step(found: Release, move: str) -> None:
    starts, after = RELEASE_MOVES[move]
    if found.state not in starts:
        legal = sorted(name for name, (from_, _) in RELEASE_MOVES.items() if found.state in from_)
        rule = f"{move} is not legal: it is {found.state}"
        raise IllegalMove("release", rule, say_legal(legal))
    found.state = after


def _index(stream: Stream) -> None:
    """Keep the first moment at which a release ends, for the clockwork."""
    ends = (one.until for one in stream.releases.values() if one.state == "given")
    stream.release_due_at = min(ends, default="")
