"""Codes for who a client is, how she came in and how to reach her. "unknown" is always allowed."""

from __future__ import annotations

AGE_GROUPS: dict[str, str] = {
    "adult": "18 or older",
    "minor": "Under 18",
    "unknown": "I am not sure",
}
ORIGINS: dict[str, str] = {
    "foreign_national": "From another country",
    "domestic": "US citizen or green card holder",
    "unknown": "I am not sure, or I would rather not say",
}
GENDERS: dict[str, str] = {
    "woman": "Woman or girl",
    "man": "Man or boy",
    "nonbinary": "Another gender",
    "unknown": "I would rather not say",
}
DOORS: dict[str, str] = {
    "portal_self": "Asked for herself in the portal",
    "portal_friend": "A friend or helper asked in the portal",
    "hotline": "Called the hotline",
    "agency": "Walked into an agency",
    "law_enforcement": "Came through law enforcement",
    "tip": "Came from a tip",
}
CONTACT_WAYS: dict[str, str] = {
    "none": "Do not contact me. I will come back here",
    "call": "Call me",
    "text": "Text me",
    "email": "Email me",
    "friend": "Contact someone I trust",
}
SAFE_NOW: dict[str, str] = {
    "yes": "Yes, I am safe right now",
    "no": "No, I am not safe",
    "unknown": "I am not sure",
}
#: Who can come all the same, as a service says it and as a client may wish it of one.
CAN_COME: dict[str, str] = {
    "no_id": "No ID needed",
    "felony": "With a police record",
    "no_sobriety": "No need to be sober",
    "with_children": "With children",
    "pets": "With pets",
    "step_free": "In a wheelchair, no steps",
    "women_staff": "Who wants a woman to talk to",
    "men_staff": "Who wants a man to talk to",
    "secular": "Without taking part in religion",
}
#: Those of them that decide whether somebody may stay. A service that names one of them has said
#: what it thinks of all: one it does not name keeps people out.
ADMISSION = ("no_id", "felony", "no_sobriety", "with_children", "pets")
