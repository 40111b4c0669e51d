"""What triage and the reporter are shown of a tip. Ids, codes and times; the words are claims."""

from __future__ import annotations

from typing import Any

from services.tips.domain import destinations, legal_moves

Json = dict[str, Any]


def for_triage(tip: Json) -> Json:
    """Return a tip for the agency it belongs to, with what may be done with it now."""
    return {
        **tip,
        "deadline": tip.get("deadline", ""),
        "reason": tip.get("reason", ""),
        "legal": legal_moves(tip),
        "destinations": destinations(tip),
    }


def as_line(tip: Json) -> Json:
    """Return a tip as one line of the queue. `messages` counts those of both sides."""
    shown = ("tip", "state", "role", "area", "wants_door", "to_police", "received_at")
    line = {key: tip[key] for key in shown}
    return {**line, "deadline": tip.get("deadline", ""), "messages": len(tip["messages"])}


def for_reporter(tip: Json) -> Json:
    """Return what the receipt opens: the state, the messages, to whom the tip was passed on.

    The stream a tip opened is not in it: it belongs to the client, who may be somebody else.
    """
    return {
        "tip": tip["tip"],
        "state": tip["state"],
        "received_at": tip["received_at"],
        "reason": tip.get("reason", ""),
        "messages": [] if tip["state"] == "withdrawn" else tip["messages"],
        "passed_on": [{"to": one["to"], "at": one["at"]} for one in tip["passed_on"]],
        "can_withdraw": tip["state"] != "withdrawn",
    }
