"""The questions of "ask someone to help you", one step a page, as data.

Only the needs must be answered. Each text is there twice where a helper asks for somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.forms import Field
from portal.i18n import N_
from shared.vocabulary import (
    AGE_GROUPS,
    CONTACT_WAYS,
    GENDERS,
    LANGUAGES,
    NEEDS,
    ORIGINS,
    SAFE_NOW,
)


@dataclass(frozen=True)
class Step:
    """One page of the form. With one field, its label is the page's heading."""

    name: str
    heading: str
    fields: tuple[Field, ...]
    hint: str = ""


#: What the client may ask us to keep away, as codes.
AVOID: dict[str, str] = {
    "police": N_("Police"),
    "immigration": N_("Immigration officers"),
    "home_country": N_("People from my home country"),
    "men": N_("Men who work there"),
    "women": N_("Women who work there"),
    "family": N_("My family"),
    "faith": N_("Religious groups"),
}
AVOID_FOR_FRIEND = {
    **AVOID,
    "home_country": N_("People from their home country"),
    "family": N_("Their family"),
}

#: What the client may wish of a place, in words that fit whoever asks.
WISHES: dict[str, str] = {
    "with_children": N_("Children come along"),
    "pets": N_("A pet comes along"),
    "no_id": N_("No ID or papers"),
    "step_free": N_("No stairs: a wheelchair, or walking is hard"),
    "women_staff": N_("A woman to talk to"),
    "men_staff": N_("A man to talk to"),
    "secular": N_("No religion"),
    "no_sobriety": N_("No need to be sober"),
    "felony": N_("Open to people with a police record"),
}

#: Needs in groups, so that the list can be read. A need that is in none comes under "Other help".
NEED_GROUPS: dict[str, tuple[str, ...]] = {
    N_("Today"): (
        "safety",
        "emergency_housing",
        "food_clothing",
        "translation",
        "crisis_intervention",
    ),
    N_("A home"): ("transitional_housing", "long_term_housing"),
    N_("Law and papers"): ("legal_assistance", "identity_documents", "reunification_repatriation"),
    N_("Health"): ("medical_care", "dental_care", "mental_health", "substance_abuse_treatment"),
    N_("Work, school and money"): (
        "job_training_employment",
        "education",
        "financial_assistance",
        "transportation",
        "life_skills",
    ),
    N_("Children and young people"): ("child_care", "legal_guardianship", "permanency_placement"),
    N_("A person beside me"): ("case_management", "advocacy"),
}
OTHER = N_("Other help")


def need_groups() -> list[tuple[str, dict[str, str]]]:
    """Return (heading, {code: label}) for every need of the vocabulary."""
    grouped = {code for codes in NEED_GROUPS.values() for code in codes}
    groups = [
        (heading, {code: NEEDS[code].label for code in codes if code in NEEDS})
        for heading, codes in NEED_GROUPS.items()
    ]
    rest = {code: need.label for code, need in NEEDS.items() if code not in grouped}
    return [*groups, (OTHER, rest)] if rest else groups


WITH_PERSON = Field(
    "with_person",
    N_("Are you with this person now?"),
    kind="one",
    choices={"with": N_("Yes, we are together"), "apart": N_("No, I am not with them")},
)
CONSENT = Field(
    "consent",
    N_("Did this person say yes to asking for help?"),
    N_("We help only when the person wants it. A parent or guardian may say yes for a child."),
    kind="one",
    choices={"yes": N_("Yes"), "no": N_("No, or I have not asked")},
    required=N_("Say whether this person said yes"),
)


def steps(areas: Sequence[tuple[str, str]], *, friend: bool) -> list[Step]:
    """Return the questions in their order. `areas` are (code, name) of where services are."""
    ask = _for_friend if friend else _for_self
    first = [Step("who_asks", N_("You and the person you help"), (WITH_PERSON, CONSENT))]
    return [*(first if friend else []), *ask(dict(areas))]


def _for_self(known: dict[str, str]) -> list[Step]:
    return [
        Step("safe", N_("Are you safe right now?"), (_safe(N_("Are you safe right now?")),)),
        Step("needs", N_("What do you need?"), (_needs(N_("What do you need?")),)),
        Step(
            "who",
            N_("About you"),
            (
                Field("age_group", N_("How old are you?"), kind="one", choices=AGE_GROUPS),
                Field(
                    "origin",
                    N_("Where are you from?"),
                    N_("Some help depends on this. We do not tell immigration or the police."),
                    kind="one",
                    choices=ORIGINS,
                ),
                Field("gender", N_("Are you a woman or a man?"), kind="one", choices=GENDERS),
            ),
            N_("You can skip any question. It helps us find a place that fits you."),
        ),
        _language(N_("What language do you want to speak?")),
        _area(N_("Where are you?"), known),
        _way(N_("How can we reach you safely?"), CONTACT_WAYS),
        _contact(N_("How to reach you")),
        _avoid(N_("Is there anyone we must keep away from you?"), AVOID, known),
        _wishes(N_("What must a place be able to do for you?")),
        _note(N_("Is there anything else we should know?")),
    ]


def _for_friend(known: dict[str, str]) -> list[Step]:
    ways = {
        "none": N_("Do not contact anyone. We will come back here"),
        "call": N_("Call the person"),
        "text": N_("Text the person"),
        "email": N_("Email the person"),
        "friend": N_("Contact me, the helper"),
    }
    return [
        Step("safe", N_("Are they safe right now?"), (_safe(N_("Are they safe right now?")),)),
        Step("needs", N_("What do they need?"), (_needs(N_("What do they need?")),)),
        Step(
            "who",
            N_("About the person"),
            (
                Field("age_group", N_("How old are they?"), kind="one", choices=AGE_GROUPS),
                Field(
                    "origin",
                    N_("Where are they from?"),
                    N_("Some help depends on this. We do not tell immigration or the police."),
                    kind="one",
                    choices=ORIGINS,
                ),
                Field("gender", N_("Are they a woman or a man?"), kind="one", choices=GENDERS),
            ),
            N_("You can skip any question. It helps us find a place that fits."),
        ),
        _language(N_("What language do they want to speak?")),
        _area(N_("Where are they?"), known),
        _way(N_("How can we reach them safely?"), ways),
        _contact(N_("How to reach them")),
        _avoid(N_("Is there anyone we must keep away from them?"), AVOID_FOR_FRIEND, known),
        _wishes(N_("What must a place be able to do for them?")),
        _note(N_("Is there anything else we should know?")),
    ]


def _safe(label: str) -> Field:
    return Field(
        "safe_now",
        label,
        N_("If you are in danger, call or text the number at the top now."),
        kind="one",
        choices=SAFE_NOW,
    )


def _needs(label: str) -> Field:
    return Field(
        "needs",
        label,
        N_("Choose all that fit. You can change this later."),
        kind="many",
        choices={code: need.label for code, need in NEEDS.items()},
        required=N_("Choose at least one kind of help"),
    )


def _language(label: str) -> Step:
    tongues = {code: language.autonym for code, language in LANGUAGES.items()}
    return Step(
        "language",
        label,
        (
            Field("language", label, kind="one", choices=tongues, choices_are_languages=True),
            Field("other_language", N_("Another language or dialect"), limit=100),
        ),
    )


def _area(label: str, areas: dict[str, str]) -> Step:
    hint = N_("Only the area. Please do not give an address.")
    choices = {**areas, "unknown": N_("I am not sure")}
    return Step("area", label, (Field("area", label, hint, kind="one", choices=choices),))


def _way(label: str, ways: dict[str, str]) -> Step:
    hint = N_("We only use the way you choose.")
    return Step("way", label, (Field("contact_way", label, hint, kind="one", choices=ways),))


def _contact(heading: str) -> Step:
    return Step(
        "contact",
        heading,
        (
            Field("contact", N_("Phone number or email"), limit=200),
            Field(
                "when_safe",
                N_("When is it safe? Who may answer?"),
                N_("For example: mornings only. Hang up if a man answers."),
                limit=300,
            ),
            Field(
                "message_ok",
                N_("Can we leave a message?"),
                kind="one",
                choices={"yes": N_("Yes"), "no": N_("No, do not leave a message")},
            ),
        ),
        N_("Only the worker who helps you can read this."),
    )


def _avoid(label: str, choices: dict[str, str], areas: dict[str, str]) -> Step:
    hint = N_("Choose all that fit, or none.")
    unsafe = N_("Is there an area that is not safe?")
    where = Field("avoid_area", unsafe, kind="many", choices=areas)
    who = Field("avoid", label, hint, kind="many", choices=choices)
    return Step("avoid", N_("Keep away"), (who, where) if areas else (who,))


def _wishes(label: str) -> Step:
    hint = N_("Choose all that fit, or none. The places we ask are told.")
    return Step("wishes", label, (Field("wishes", label, hint, kind="many", choices=WISHES),))


def _note(label: str) -> Step:
    hint = N_("Only the worker who helps you can read this. You can leave it empty.")
    return Step("note", label, (Field("note", label, hint, kind="text", limit=2_000),))
