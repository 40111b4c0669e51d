"""The stream aggregate: its legal moves, and the one way every move is made. No I/O.

A move is a function that changes a working copy and returns what happened. `carry_out` reads the
copy, makes the move and passes it through `settled`, which refuses an open stream without an owner
or a next action with a deadline. Outward states of a referral follow the Task graph of HL7 SDOH
Clinical Care 2.3 (http://hl7.org/fhir/us/sdoh-clinicalcare).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from services.referrals.duties import settle
from services.referrals.stream import Json, Occasion, Referral, Stream, read, write
from shared.errors import IllegalMove
from shared.events import Event

Move = Callable[[Stream, Occasion], list[Event]]

_SERVED = frozenset({"accepted", "in_progress", "on_hold"})
#: move -> (states of a referral it starts from, state it leads to)
REFERRAL_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "offer": (frozenset({"requested"}), "requested"),
    "accept": (frozenset({"requested"}), "accepted"),
    "decline": (frozenset({"requested"}), "requested"),
    "expire": (frozenset({"requested"}), "requested"),
    "look_again": (frozenset({"requested"}), "requested"),
    "start": (frozenset({"accepted"}), "in_progress"),
    "hold": (frozenset({"accepted", "in_progress"}), "on_hold"),
    "resume": (frozenset({"on_hold"}), "in_progress"),
    "complete": (_SERVED, "completed"),
    "fail": (_SERVED, "failed"),
    "cancel": (_SERVED | {"requested"}, "cancelled"),
}
#: move -> states of a stream it starts from
STREAM_MOVES: dict[str, frozenset[str]] = {
    "continue": frozenset({"open", "closed"}),
    "write": frozenset({"open", "closed"}),
    "change_code": frozenset({"open", "closed"}),
    "link": frozenset({"open", "closed"}),
    "unlink": frozenset({"open", "closed"}),
    "reopen": frozenset({"closed"}),
    "close": frozenset({"open"}),
    "follow_up": frozenset({"open"}),
    "record_need": frozenset({"open"}),
    "end_need": frozenset({"open"}),
    "attach_plan": frozenset({"open"}),
    "set_wishes": frozenset({"open"}),
    "start_path": frozenset({"open"}),
    "decide_step": frozenset({"open"}),
    "end_path": frozenset({"open"}),
    "mark_step": frozenset({"open"}),
    "give_release": frozenset({"open"}),
    "propose_handover": frozenset({"open"}),
    "end_handover": frozenset({"open"}),
    "hand_over": frozenset({"open"}),
    "send_words": frozenset({"open"}),
    "work_on_referral": frozenset({"open"}),
}


class Outcome(NamedTuple):
    """What a move leads to: the state to store and what happened."""

    state: Json
    events: list[Event]


class OrphanedStream(AssertionError):
    """A move would leave an open stream without an owner or a deadline: a fault in our code."""


def carry_out(state: Json, move: Move, occasion: Occasion) -> Outcome | None:
    """Return what a move leads to, None when there is nothing to do.

    Raises what the move raises (IllegalMove names what is legal); `state` is not changed.
    """
    stream = read(state)
    events = move(stream, occasion)
    return settled(stream, events, occasion) if events else None


def settled(stream: Stream, events: list[Event], occasion: Occasion) -> Outcome:
    """Return the outcome with owner and next action worked out; every move ends here.

    Raises OrphanedStream rather than hand out an open stream that nobody answers for.
    """
    settle(stream, occasion)
    if stream.is_open:
        owner, action = stream.owner, stream.next_action
        if owner is None or not owner.agency or not owner.role:
            raise OrphanedStream(f"stream {stream.id} would have no owner")
        if action is None or not action.due_at or not stream.next_due_at:
            raise OrphanedStream(f"stream {stream.id} would have no next action")
    return Outcome(write(stream), events)


def must(stream: Stream, move: str) -> None:
    """Raise IllegalMove, naming the legal moves, when a stream's status does not allow one."""
    if stream.status not in STREAM_MOVES[move]:
        legal = sorted(name for name, starts in STREAM_MOVES.items() if stream.status in starts)
        raise IllegalMove("stream", f"{move} is not legal: it is {stream.status}", say_legal(legal))


def step(referral: Referral, move: str) -> None:
    """Take a referral to the state a move leads to; IllegalMove names the legal moves."""
    starts, after = REFERRAL_MOVES[move]
    if referral.state not in starts:
        legal = legal_moves(referral.state)
        raise IllegalMove(
            "referral", f"{move} is not legal: it is {referral.state}", say_legal(legal)
        )
    referral.state = after


def legal_moves(state: str) -> list[str]:
    """Return the moves a referral in this state may make."""
    return sorted(name for name, (starts, _) in REFERRAL_MOVES.items() if state in starts)


def say_legal(legal: list[str]) -> str:
    """Return the advice that names what is legal."""
    return f"legal now: {', '.join(legal)}" if legal else "no move is legal any more"
