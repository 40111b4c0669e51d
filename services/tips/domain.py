"""A tip's way through triage: state and move in, new state and events out. No I/O.

A tip that waits to be read has a `deadline`; whoever reads, answers or decides takes it away, and
a new message of the reporter sets it again. So "waits with nobody told" cannot be.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.errors import IllegalMove, NotFound
from shared.events import Event
from shared.events.doors import TipSubmitted
from shared.events.tips import (
    TipAnswered,
    TipClosed,
    TipOpened,
    TipOverdue,
    TipPassedOn,
    TipReceived,
    TipWithdrawn,
)
from shared.fields import check_area, check_code, check_codes, is_area
from shared.ids import derived_id
from shared.vocabulary import LANGUAGES, NEEDS
from shared.vocabulary.tips import TIP_CLOSE_REASONS, TIP_DESTINATIONS

Json = dict[str, Any]
Move = tuple[Json, list[Event]]

#: What triage may do from each state; `open` also whenever something waits to be read.
TRIAGE_MOVES: dict[str, tuple[str, ...]] = {
    "received": ("open",),
    "opened": ("answer", "pass_on", "close"),
    "answered": ("answer", "pass_on", "close"),
    "passed_on": ("answer", "pass_on", "close"),
    "closed": (),
    "withdrawn": (),
}


def as_text(at: datetime) -> str:
    """Return a moment as states hold it: ISO 8601 in UTC, so that texts sort as moments do."""
    return at.isoformat(timespec="milliseconds")


def receive(
    state: Json | None, sent: TipSubmitted, *, owner: str, at: datetime, open_within_s: int
) -> Move | None:
    """Take a tip in; None when it is here already."""
    if state is not None:
        return None
    area = sent.area if is_area(sent.area) else ""  # a wrong code must not hold a tip up
    after: Json = {
        "tip": sent.tip,
        "claim": sent.claim,
        "state": "received",
        "owner": owner,
        "role": "triage",
        "wants_door": sent.wants_door,
        "to_police": sent.to_police,
        "area": area,
        "received_at": as_text(at),
        "deadline": as_text(at + timedelta(seconds=open_within_s)),
        "messages": [],
        "passed_on": [],
    }
    return after, [TipReceived(tip=sent.tip, wants_door=sent.wants_door, area=area)]


def reporter_wrote(state: Json, claim: str, *, at: datetime, open_within_s: int) -> Move | None:
    """Add the reporter's message; a closed tip waits to be opened again.

    None when the tip was taken back: then there is nobody to read it.
    """
    if state["state"] == "withdrawn":
        return None
    back = {"closed": "received", "answered": "opened"}
    after = {
        **_said(state, claim, "reporter", at),
        "state": back.get(state["state"], state["state"]),
        "role": "triage",
        "deadline": as_text(at + timedelta(seconds=open_within_s)),
    }
    after.pop("reason", None)
    return after, [TipAnswered(tip=state["tip"], by="reporter")]


def withdraw(state: Json) -> Move | None:
    """Take the tip back, whatever its state; None when that was done before."""
    if state["state"] == "withdrawn":
        return None
    return _read(state, state="withdrawn"), [TipWithdrawn(tip=state["tip"])]


def open_tip(state: Json | None, agency: str, at: datetime) -> Move:
    """Begin to read: the tip itself, or what the reporter added."""
    tip = _may(state, agency, "open")
    now = "opened" if tip["state"] == "received" else tip["state"]
    return _read(tip, state=now, opened_at=as_text(at)), [TipOpened(tip=tip["tip"])]


def answer(state: Json | None, claim: str, agency: str, at: datetime) -> Move:
    """Send the reporter a message."""
    tip = _may(state, agency, "answer")
    now = "passed_on" if tip["state"] == "passed_on" else "answered"
    after = _read(_said(tip, claim, "triage", at), state=now)
    return after, [TipAnswered(tip=tip["tip"], by="triage")]


def pass_on(
    state: Json | None,
    to: str,
    needs: list[str],
    area: str,
    language: str,
    agency: str,
    at: datetime,
) -> Move:
    """Pass the tip on. To `referrals` opens a door into a new stream, whose id the event carries.

    Raises IllegalMove when the reporter did not wish it or it was done before.
    """
    tip = _may(state, agency, "pass_on")
    check_code("to", to, TIP_DESTINATIONS)
    check_codes("needs", needs, NEEDS)
    check_area("area", area)
    check_code("language", language, LANGUAGES)
    if to not in destinations(tip):
        rule = "is not what the reporter wished, or was done before"
        raise IllegalMove("to", rule, f"legal: {_listed(legal_moves(tip))}")
    passed: Json = {"to": to, "at": as_text(at)}
    event = TipPassedOn(tip=tip["tip"], to=to)
    if to == "referrals":
        passed["stream"] = derived_id("tip", tip["tip"], "stream")
        event = TipPassedOn(
            tip=tip["tip"],
            to=to,
            stream=passed["stream"],
            needs=needs,
            area=area or tip["area"],
            language=language,
        )
    return _read(tip, state="passed_on", passed_on=[*tip["passed_on"], passed]), [event]


def close(state: Json | None, reason: str, agency: str, at: datetime) -> Move:
    """End the tip with a coded reason, which the reporter sees."""
    tip = _may(state, agency, "close")
    check_code("reason", reason, TIP_CLOSE_REASONS)
    after = _read(tip, state="closed", reason=reason, closed_at=as_text(at))
    return after, [TipClosed(tip=tip["tip"], reason=reason)]


def overdue(state: Json | None, *, at: datetime, open_within_s: int) -> Move | None:
    """Move a tip whose deadline passed up to the supervisor, with a new deadline."""
    if state is None or "deadline" not in state or state["deadline"] > as_text(at):
        return None
    deadline = as_text(at + timedelta(seconds=open_within_s))
    return {**state, "role": "supervisor", "deadline": deadline}, [TipOverdue(tip=state["tip"])]


def legal_moves(tip: Json) -> list[str]:
    """Return what triage may do with the tip now."""
    moves = list(TRIAGE_MOVES[tip["state"]])
    if "deadline" in tip and "open" not in moves:
        moves.insert(0, "open")
    if not destinations(tip) and "pass_on" in moves:
        moves.remove("pass_on")
    return moves


def destinations(tip: Json) -> list[str]:
    """Return to whom the tip may still be passed on: only where the reporter wished it."""
    wished = {"referrals": tip["wants_door"], "police": tip["to_police"]}
    done = {one["to"] for one in tip["passed_on"]}
    return [to for to in TIP_DESTINATIONS if wished[to] and to not in done]


def claims_of(tip: Json) -> list[str]:
    """Return every claim with words of this tip."""
    return [tip["claim"], *(one["claim"] for one in tip["messages"])]


def visible_to(tip: Json | None, agency: str) -> Json:
    """Return the tip; NotFound for everyone but the triage agency it belongs to."""
    if tip is None or tip["owner"] != agency:
        raise NotFound("tip", "is not in your queue", "check the id")
    return tip


def _may(state: Json | None, agency: str, move: str) -> Json:
    tip = visible_to(state, agency)
    legal = legal_moves(tip)
    if move not in legal:
        raise IllegalMove(move, f"does not start from {tip['state']!r}", f"legal: {_listed(legal)}")
    return tip


def _listed(moves: list[str]) -> str:
    return ", ".join(moves) or "none"


def _read(tip: Json, **changed: Any) -> Json:
    """The tip after somebody saw to it: nothing waits any more."""
    return {key: value for key, value in tip.items() if key != "deadline"} | changed


def _said(tip: Json, claim: str, by: str, at: datetime) -> Json:
    message = {"claim": claim, "by": by, "at": as_text(at)}
    return {**tip, "messages": [*tip["messages"], message]}
