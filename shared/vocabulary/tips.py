"""Codes of a tip's way through triage."""

from __future__ import annotations

#: Where a tip is. Keys are the codes services answer with.
TIP_STATES: dict[str, str] = {
    "received": "Received",
    "opened": "Being read",
    "answered": "Waiting for your answer",
    "passed_on": "Passed on",
    "closed": "Closed",
    "withdrawn": "Taken back",
}

#: To whom triage may pass a tip on, and only with the reporter's wish.
TIP_DESTINATIONS: dict[str, str] = {
    "referrals": "Someone who needs help: opens a referral stream",
    "police": "Law enforcement",
}

#: Why triage closes a tip.
TIP_CLOSE_REASONS: dict[str, str] = {
    "acted_on": "Acted on",
    "passed_on": "Passed on to those who can act",
    "not_trafficking": "Not about trafficking",
    "not_enough_known": "Not enough to go on",
    "duplicate": "Already reported",
    "reporter_ended": "The reporter ended it",
}
