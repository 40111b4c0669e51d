"""What agencies do at their desks: each command once, by who may, answered in few words."""

from __future__ import annotations

import functools
from typing import Any

from services.referrals.arrivals import checked
from services.referrals.domain import Move
from services.referrals.doors import Arrival
from services.referrals.store import Codes, Ledger
from services.referrals.stream import Occasion, Stream, Terms
from services.referrals.views import receipt, relation
from shared.errors import Conflict, Invalid, NotFound
from shared.events import Event
from shared.fields import check_ids
from shared.ids import derived_id
from shared.storage.claims import Claim, Claims

Json = dict[str, Any]


class Desk:
    """Commands on streams. The same command with the same command_id acts once."""

    def __init__(self, ledger: Ledger, codes: Codes, claims: Claims, terms: Terms) -> None:
        self._ledger, self._codes, self._claims = ledger, codes, claims
        self._terms = terms

    def open(self, command_id: str, arrival: Arrival, actor: str) -> Json:
        """Open a stream for a client at an agency's door, with the code in the claim if any.

        Raises Invalid naming the field that does not fit, Conflict when the code has a stream.
        """
        check_ids(command_id=command_id, actor=actor)
        arrival = checked(arrival)
        cause = derived_id("open_stream", arrival.agency, command_id)
        claim = self._claim(arrival.claim) if arrival.claim else None
        own = derived_id("stream", cause)
        id = str(claim.private.get("of", own)) if claim else own
        stream = self._ledger.open(id, arrival, cause=cause, actor=actor)
        if not self._ledger.knows(cause):
            raise Conflict("claim", "has a stream already", "continue that stream")
        if claim:
            self._codes.keep(stream.id, claim)
        return receipt(stream)

    def _claim(self, claim: str) -> Claim:
        found = self._claims.get(claim)
        if found is None or found.kind != "help":
            raise Invalid("claim", "is not a request for help", "make the code first")
        return found

    def act(
        self,
        move: Move,
        command_id: str,
        stream: str,
        agency: str,
        actor: str,
        *,
        about: str = "",
        for_all: bool = False,
    ) -> Json:
        """Make a move for an agency and return how the stream, and the referral or offer the
        move is `about`, stand now.

        NotFound for an agency the stream does not concern, unless the move is `for_all`.
        """
        check_ids(command_id=command_id, stream=stream, agency=agency, actor=actor)

        def guarded(now: Stream, occasion: Occasion) -> list[Event]:
            if not for_all and not relation(now, agency, self._terms):
                raise NotFound("stream", "is not known", "check the code or the address")
            return move(now, occasion)

        cause = derived_id("command", command_id, stream, agency, _name(move))
        after = self._ledger.apply(stream, guarded, cause=cause, actor=actor)
        return receipt(after, about)


def _name(move: Move) -> str:
    """What the move is and about what, so that an id used for two commands hides neither."""
    if not isinstance(move, functools.partial):
        return getattr(move, "__name__", "")
    told = sorted(move.keywords.items())
    return " ".join([move.func.__name__, *(f"{name}={value}" for name, value in told)])
