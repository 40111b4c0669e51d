"""Codes an agency answers with."""

from __future__ import annotations

#: What an agency may say when it declines an offer. Keys are the codes on the bus.
DECLINE_REASONS: dict[str, str] = {
    "no_capacity": "No room right now",
    "waitlist": "On our waiting list",
    "not_eligible": "Does not fit our rules",
    "wrong_population": "We do not serve this group",
    "language_not_covered": "We do not have this language",
    "out_of_area": "Outside our area",
    "safety_conflict": "Not safe with us",
    "cannot_meet_needs": "We cannot meet these needs",
    "could_not_contact": "We could not reach the client",
    "client_declined": "The client said no",
    "already_served": "We already help this client",
    "duplicate": "Already asked",
    "closed_or_moved": "This service closed or moved",
    "other": "Another reason",
}

#: What the outside may know of a service's capacity (Gravity SDOH-CC capacity status codes).
OUTWARD_CAPACITY: dict[str, str] = {
    "has": "Has space",
    "none": "Full right now",
    "none_with_waitlist": "Full, with a waiting list",
    "assessment_needed": "Call to find out",
    "unknown": "Not known: call to find out",
}

#: Why a stream closes.
CLOSE_REASONS: dict[str, str] = {
    "needs_met": "All needs are met",
    "client_ended": "The client ended it",
    "moved_away": "The client moved away",
    "lost_contact": "Contact was lost",
}
