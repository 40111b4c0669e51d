"""Carrying the words of a handover: kept under two locks until the answer, then theirs or gone.

A packet is an envelope: each box sealed to the agency that is asked, together to a key of this
packet alone. With a confirmation the outer lock is taken off and each box takes the place of the
former agency's; without one the key is destroyed. No box is opened here.
"""

from __future__ import annotations

import base64
import functools
import logging
from datetime import timedelta
from typing import Any, Protocol

from services.referrals import packets
from services.referrals.envelopes import Envelopes, boxes_in
from services.referrals.packets import Consent
from services.referrals.releasing import PREPARED
from services.referrals.store import Ledger, ReleaseKeys
from services.referrals.stream import Stream, moment, stamp
from services.referrals.views import receipt
from shared.clock import Clock
from shared.errors import AnydoorError, Conflict, NotFound, Unavailable
from shared.fields import check_ids
from shared.ids import derived_id

log = logging.getLogger(__name__)
Json = dict[str, Any]
KIND = "packet"
#: A few hundred messages; a document of MongoDB holds four times this.
LARGEST_PACKET = 4_000_000
#: A confirmation of the last second is acted on though this service was down for a day.
GRACE = timedelta(days=1)


class Boxes(Envelopes, Protocol):
    """What is needed of the claim store."""

    def replace_box(self, id: str, box: bytes) -> None: ...


class Carrying:
    """The packets of handovers."""

    def __init__(self, ledger: Ledger, claims: Boxes, keys: ReleaseKeys, clock: Clock) -> None:
        self._ledger, self._claims, self._keys, self._clock = ledger, claims, keys, clock

    def prepare(self, command_id: str, stream: str, agency: str, consent: Consent) -> Json:
        """Check what may go along before anything is opened; {release, key, to, claims}.

        The packet is sealed to the key and kept as a claim under the release's id; `claims` are
        those whose boxes may be in it, by their fields. For what was sent before only {release,
        words}. Raises what `packets.must_send` raises.
        """
        id, found = _id(command_id, stream, agency), self._known(stream)
        given = found.releases.get(id)
        if given is not None:
            return {"release": id, "words": given.state}
        window = self._must_send(found, agency, consent)
        key = self._keys.make(id, self._clock() + PREPARED)
        return {"release": id, "key": key, "to": window.to, "claims": window.claims}

    def send(self, command_id: str, stream: str, agency: str, actor: str, consent: Consent) -> Json:
        """Note a packet that is there; the same command once.

        Raises what `packets.send` raises, Conflict when the packet does not open. What was refused
        is erased.
        """
        check_ids(actor=actor)
        id, found = _id(command_id, stream, agency), self._known(stream)
        try:
            carries = [] if id in found.releases else self._carried(found, id, agency, consent)
            told: Json = {"release": id, "agency": agency, "consent": consent, "carries": carries}
            after = self._ledger.apply(
                stream,
                functools.partial(packets.send, **told),
                cause=derived_id("send", id),
                actor=actor,
            )
        except Unavailable:
            raise
        except AnydoorError:
            self.destroy(id)
            raise
        return {**receipt(after), "release": id, "words": after.releases[id].state}

    def _carried(self, found: Stream, id: str, agency: str, consent: Consent) -> list[str]:
        window = self._must_send(found, agency, consent)
        boxes = self._boxes(id)
        if not boxes:
            raise Conflict("words", "are not there, or do not open", "begin again")
        self._keys.keep(id, moment(window.until) + GRACE)
        return sorted(boxes)

    def _must_send(self, found: Stream, agency: str, consent: Consent) -> packets.Window:
        try:
            return packets.must_send(found, stamp(self._clock()), agency, consent)
        except AnydoorError as error:
            log.warning("packet refused", extra={"code": error.field, "stream": found.id})
            raise

    def take(self, stream: str, release: str) -> int:
        """Make what a packet carries the next agency's; return how many boxes. Once more is 0."""
        found = self._known(stream).releases.get(release)
        if found is None or found.state != "passed":
            return 0
        boxes = self._boxes(release)
        if boxes is None:
            return 0  # taken before
        for claim in found.carries:
            self._claims.replace_box(claim, base64.b64decode(boxes[claim]))
        self.destroy(release)
        return len(found.carries)

    def destroy(self, release: str) -> None:
        """Destroy the key of a packet, then the packet."""
        self._keys.destroy(release)
        self._claims.erase(release)

    def _boxes(self, release: str) -> dict[str, str] | None:
        identity = self._keys.identity(release, self._clock())
        return boxes_in(self._claims.get(release), KIND, LARGEST_PACKET, identity)

    def _known(self, stream: str) -> Stream:
        check_ids(stream=stream)
        found = self._ledger.get(stream)
        if found is None:
            raise NotFound("stream", "is not known", "check the code or the address")
        return found


def _id(command_id: str, stream: str, agency: str) -> str:
    check_ids(command_id=command_id, stream=stream, agency=agency)
    return derived_id("packet", command_id, stream, agency)
