"""Linking two streams: two commits, the second made by whoever comes by, should the first die."""

from __future__ import annotations

import functools

from services.referrals import links
from services.referrals.desk import Desk
from services.referrals.store import Ledger
from services.referrals.stream import Json, Stream
from services.referrals.views import receipt
from shared.errors import Invalid, NotFound
from shared.events import Event
from shared.fields import check_ids
from shared.ids import derived_id


class Linking:
    """Makes and ends links, for the client ("" for the agency) or for who leads a stream."""

    def __init__(self, ledger: Ledger, desk: Desk) -> None:
        self._ledger, self._desk = ledger, desk

    def link(
        self,
        command_id: str,
        stream: str,
        other: str,
        leader: str = "",
        agency: str = "",
        actor: str = "client",
    ) -> Json:
        """Link another stream, whose code the client showed too; `leader` is one of the two.

        Raises NotFound when one is not known, and what `links.link` raises.
        """
        first, second = self._known(stream), self._known(other, "other")
        if leader not in ("", stream, other):
            raise Invalid("leader", "is neither of the two streams", "choose one of them")
        if stream not in links.live(second):
            links.check_room(second)
        chosen = leader or links.default_leader(first, second)
        move = functools.partial(links.link, other=other, leader=chosen, agency=agency)
        return self._make(move, command_id, stream, other, agency, actor)

    def unlink(
        self, command_id: str, stream: str, other: str, agency: str = "", actor: str = "client"
    ) -> Json:
        """End a link, from either side; raises what `links.unlink` raises."""
        check_ids(other=other)
        move = functools.partial(links.unlink, other=other, agency=agency)
        return self._make(move, command_id, stream, other, agency, actor)

    def settle(self, stream: str, other: str) -> None:
        """Let the other stream say of this pair what the first says; safe to repeat."""
        first = self._ledger.get(stream)
        said = first.links.get(other) if first else None
        if said is None:
            return
        move = functools.partial(links.follow, other=stream, turn=said.turn, leader=said.leader)
        cause = derived_id("links", stream, other, str(said.turn), said.leader)
        self._ledger.apply(other, move, cause=cause, actor="referrals")

    def _make(
        self,
        move: functools.partial[list[Event]],
        command_id: str,
        stream: str,
        other: str,
        agency: str,
        actor: str,
    ) -> Json:
        if agency:
            answer = self._desk.act(move, command_id, stream, agency, actor)
        else:
            check_ids(command_id=command_id, stream=stream, actor=actor)
            cause = derived_id("command", command_id, stream, other, move.func.__name__)
            answer = receipt(self._ledger.apply(stream, move, cause=cause, actor=actor))
        self.settle(stream, other)
        return answer

    def _known(self, stream: str, field: str = "stream") -> Stream:
        check_ids(**{field: stream})
        found = self._ledger.get(stream)
        if found is None:
            raise NotFound(field, "is not known", "check the code or the address")
        return found
