"""Giving, opening and ending releases: the envelope in one store, its key in another.

An envelope is one box a field, each sealed to the recipient's agency, together sealed once more to
a key of this release alone. So nobody reads it without the agency's passphrase, and nobody at all
once the key is destroyed. Only sealed boxes leave this service, and only those in the scope.
"""

from __future__ import annotations

import functools
import logging
from datetime import timedelta
from typing import Any

from services.referrals import releases
from services.referrals.envelopes import Envelopes, boxes_in
from services.referrals.releases import DAY_S, Scope
from services.referrals.store import Ledger, ReleaseKeys
from services.referrals.stream import Stream, stamp
from services.referrals.views import receipt
from shared.clock import Clock
from shared.errors import AnydoorError, Conflict, Invalid, NotAllowed, NotFound
from shared.fields import check_codes, check_ids
from shared.ids import derived_id
from shared.vocabulary.releases import RELEASE_FIELDS

log = logging.getLogger(__name__)
Json = dict[str, Any]
KIND = "release"
ACTOR = "referrals"
#: How long a key waits for its envelope.
PREPARED = timedelta(hours=1)
#: Seven fields of some pages each.
LARGEST_BOX = 200_000
#: What is said instead; every other refusal reads as if there were no such release.
REFUSED: dict[str, tuple[str, str, str]] = {
    "field": ("fields", "are not in the release", "ask for those it names"),
    "withdrawn": ("release", "was taken back by the client", "ask her case manager"),
    "expired": ("release", "is over: its time has passed", "ask her case manager"),
    "key_destroyed": ("release", "is over: its key is gone", "ask her case manager"),
    "with_handover": ("release", "goes with a handover alone", "accept the client first"),
}


class Releasing:
    """Releases of streams, checked at sending and at every opening."""

    def __init__(
        self, ledger: Ledger, envelopes: Envelopes, keys: ReleaseKeys, clock: Clock
    ) -> None:
        self._ledger, self._envelopes, self._keys = ledger, envelopes, keys
        self._clock = clock

    def prepare(self, command_id: str, stream: str, agency: str, scope: Scope) -> Json:
        """Check a release before anything is sealed; {release, key}: its envelope is sealed to
        the key and kept as a claim under the release's id."""
        id = _id(command_id, stream, agency)
        found = self._known(stream)
        given = found.releases.get(id)
        if given is None:
            releases.must_give(found, agency, scope)
        elif given.state != "given":
            raise Conflict("release", f"is {given.state}", "begin a new one")
        key = self._keys.make(id, self._clock() + PREPARED)
        return {"release": id, "key": key}

    def give(self, command_id: str, stream: str, agency: str, actor: str, scope: Scope) -> Json:
        """Note a release whose envelope is there; the same command once.

        Raises what `releases.must_give` raises, Invalid when the envelope holds other fields than
        the client allows, Conflict when its key is gone.
        """
        check_ids(actor=actor)
        id, now = _id(command_id, stream, agency), self._clock()
        found = self._known(stream)
        if id not in found.releases:
            releases.must_give(found, agency, scope)
            self._check_sent(stream, id, scope)
            self._keys.keep(id, now + timedelta(seconds=scope.days * DAY_S))
        move = functools.partial(releases.give, release=id, agency=agency, scope=scope, claim=id)
        after = self._ledger.apply(stream, move, cause=derived_id("give", id), actor=actor)
        return {**receipt(after), "release": id, "until": after.releases[id].until}

    def _check_sent(self, stream: str, release: str, scope: Scope) -> None:
        boxes = self._boxes(release)
        if boxes is None:
            raise Conflict("release", "has no envelope that opens", "begin the release again")
        if set(boxes) != set(scope.fields):
            log.warning("release refused", extra={"code": "field", "stream": stream})
            raise Invalid("fields", "are not those in the envelope", "seal what is allowed")

    def open(
        self, command_id: str, stream: str, release: str, agency: str, actor: str, fields: list[str]
    ) -> Json:
        """Return the boxes of fields a release shows to its recipient, and note that it was shown;
        with no fields named all of them.

        {fields: {field: box in base64, sealed to the agency}, until}. Raises NotFound for every
        other agency, NotAllowed when the release is over or does not cover a field.
        """
        check_ids(command_id=command_id, release=release, agency=agency, actor=actor)
        check_codes("fields", fields, RELEASE_FIELDS)
        found = self._known(stream).releases.get(release)
        wanted = fields or (found.fields if found else [])
        boxes = self._boxes(release) if found else None
        told: Json = {"release": release, "agency": agency, "fields": wanted}
        move = functools.partial(releases.use, opens=boxes is not None, **told)
        cause = derived_id("use", command_id, stream, release, agency, *sorted(wanted))
        after = self._ledger.apply(stream, move, cause=cause, actor=actor)
        # asked after the move: a command that comes again is shown nothing that ended since
        code = releases.refusal(after, now=stamp(self._clock()), **told)
        if code or boxes is None:
            raise _refused(code or "key_destroyed", stream)
        shown = {field: boxes[field] for field in wanted}
        return {"fields": shown, "until": after.releases[release].until}

    def withdraw(
        self, command_id: str, stream: str, release: str, actor: str, agency: str = ""
    ) -> Json:
        """End a release and destroy its key; "" for the agency is the client herself."""
        check_ids(command_id=command_id, release=release, actor=actor)
        if agency:
            check_ids(agency=agency)
        move = functools.partial(releases.withdraw, release=release, agency=agency)
        after = self._ledger.apply(
            stream, move, cause=derived_id("withdraw", release, agency), actor=actor
        )
        self.destroy(release)
        return {**receipt(after), "release": release}

    def destroy(self, release: str) -> None:
        """Destroy the key of a release, then its envelope."""
        self._keys.destroy(release)
        self._envelopes.erase(release)

    def end_over(self) -> int:
        """Destroy the keys of what is over now, say so, and return how many releases ended."""
        at = self._clock()
        self._keys.destroy_over(at)
        return sum(self._end(stream, stamp(at)) for stream in self._ledger.releasing(at))

    def _end(self, stream: Stream, now: str) -> int:
        ended = releases.over(stream, now)
        try:
            for release in ended:
                if not stream.releases[release].handover:  # its next agency may just have said yes
                    self.destroy(release)
                move = functools.partial(releases.expire, release=release)
                cause = derived_id("expire", release)
                self._ledger.apply(stream.id, move, cause=cause, actor=ACTOR)
        except (AnydoorError, AssertionError):  # one stream in trouble must not hold up the others
            log.exception("a release was not ended", extra={"stream": stream.id})
            return 0
        return len(ended)

    def _known(self, stream: str) -> Stream:
        check_ids(stream=stream)
        found = self._ledger.get(stream)
        if found is None:
            raise NotFound("stream", "is not known", "check the code or the address")
        return found

    def _boxes(self, release: str) -> dict[str, str] | None:
        """Return the sealed box of each field; None when the envelope does not open (any more)."""
        identity = self._keys.identity(release, self._clock())
        return boxes_in(self._envelopes.get(release), KIND, LARGEST_BOX, identity)


def _refused(code: str, stream: str) -> AnydoorError:
    log.warning("release refused", extra={"code": code, "stream": stream})
    if code in REFUSED:
        return NotAllowed(*REFUSED[code])
    return NotFound("release", "is not known", "look at the stream again")


def _id(command_id: str, stream: str, agency: str) -> str:
    check_ids(command_id=command_id, stream=stream, agency=agency)
    return derived_id("release", command_id, stream, agency)
