"""Codes of a release: what may be shown, what for, and how the client signed.

34 U.S.C. 12291(b)(2) (VAWA): informed, written, limited in time, and never a condition of service.
"""

from __future__ import annotations

#: What may be shown. Keys travel, words are shown.
RELEASE_FIELDS: dict[str, str] = {
    "name": "Name",
    "safe_contact": "Safe way to get in touch",
    "needs_notes": "Notes about what is needed",
    "documents": "Papers and dates",
    "location": "Address or place",
    "health": "Health",
    "health_substance_use": "Substance use treatment",
}
#: Fields under 42 CFR Part 2: the notice travels with them.
PART_2_FIELDS = frozenset({"health_substance_use"})
#: 42 CFR 2.32(a)(2), word for word.
PART_2_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."

RELEASE_PURPOSES: dict[str, str] = {
    "arrange_service": "To arrange a service",
    "plan_safety": "To plan for safety",
    "legal_help": "To give legal help",
    "health_care": "To give health care",
    "get_benefits": "To apply for benefits",
}
#: What may go with a handover, as the client wrote it; its purpose says so.
HANDOVER_FIELDS: dict[str, str] = {
    "first_words": "Contact, when it is safe, first note",
    "messages": "Messages",
}
HANDOVER = "handover"
#: Every field and purpose that is ever shown of a release.
SHOWN_FIELDS = RELEASE_FIELDS | HANDOVER_FIELDS
SHOWN_PURPOSES = RELEASE_PURPOSES | {HANDOVER: "To take over from the case manager"}
RELEASE_SIGNED: dict[str, str] = {
    "on_paper": "On paper",
    "on_screen": "On the screen",
    "with_interpreter": "On paper, read out by an interpreter",
}
#: Why nothing is shown.
RELEASE_REFUSALS = frozenset(
    {
        *("unknown", "not_recipient", "no_part", "field", "withdrawn", "expired"),
        *("key_destroyed", "with_handover"),
    }
)
#: The version of the words the client signs.
RELEASE_TEXT = "2026-11-23"
#: The same for words that go with a handover.
HANDOVER_TEXT = "2026-11-23.handover"
RELEASE_DAYS, MOST_RELEASE_DAYS = 30, 90
