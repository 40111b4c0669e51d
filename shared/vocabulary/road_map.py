"""The questions of the road map: none asks who somebody is, and each may be left open.

An answer is a code, or several where `is_many`. No answer and "unknown" are the same: what is not
known widens what the road map names, it never narrows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary.needs import NEEDS
from shared.vocabulary.people import AGE_GROUPS, SAFE_NOW


@dataclass(frozen=True)
class Question:
    """One question, a hint below it, and its answers by code."""

    code: str
    text: str
    answers: dict[str, str]
    hint: str = ""
    is_many: bool = False


UNSURE = {"unknown": "I am not sure"}

_TABLE = (
    Question("safe_now", "Are you safe right now?", SAFE_NOW),
    Question("age_group", "How old are you?", AGE_GROUPS),
    Question(
        "what_happened",
        "What happened to you?",
        {
            "forced_work": "Someone made me work, or held back my pay or my papers",
            "sold_for_sex": "Someone made me sell sex, or I sold sex before I was 18",
            "other_harm": "I was hurt in another way",
            **UNSURE,
        },
        "Choose all that fit. You do not have to say more.",
        is_many=True,
    ),
    Question(
        "papers",
        "Which papers do you have?",
        {
            "citizen": "I am a US citizen",
            "green_card": "A green card",
            "certified": "A certification letter from HHS",
            "eligibility_letter": "An eligibility letter for people under 18 from HHS",
            "continued_presence": "Continued presence",
            "t_visa": "A T visa, or a notice that my T application is bona fide",
            "t_asked": "I asked for a T visa and wait",
            "u_visa": "A U visa, or I asked for one",
            "asylum": "Asylum or refugee papers",
            "asylum_asked": "I asked for asylum and wait",
            "other_visa": "Another visa or permit",
            "none": "I am not a citizen and have no papers, or they are no longer valid",
            **UNSURE,
        },
        "Choose all that fit. Nobody is told what you choose.",
        is_many=True,
    ),
    Question(
        "police",
        "Have you talked with the police or a government agency about what happened?",
        {
            "talked": "Yes",
            "would": "No, but I would",
            "would_not": "No, and I do not want to",
            "cannot": "I cannot: it would hurt me too much",
            **UNSURE,
        },
        "You can get help without talking with the police.",
    ),
    Question(
        "state",
        "Which state are you in?",
        {"US-NY": "New York", "US-CA": "California", "other": "Another state", **UNSURE},
    ),
    Question(
        "about",
        "Does any of this fit you?",
        {
            "man": "I am a man or a boy",
            "with_children": "I have children with me",
            "pregnant": "I am pregnant",
            "disability": "I have a disability or an illness",
            "far_from_town": "I live far from a town",
            "family_abroad": "My family is in another country",
            "family_of_survivor": "I am in the family of someone this happened to",
            **UNSURE,
        },
        "Choose all that fit.",
        is_many=True,
    ),
    Question(
        "needs",
        "What do you need?",
        {**{code: need.label for code, need in NEEDS.items()}, **UNSURE},
        "Choose all that fit.",
        is_many=True,
    ),
)
#: The questions in the order they are asked.
ROAD_MAP: dict[str, Question] = {one.code: one for one in _TABLE}
