"""What the terms of a directory mean here: our own codes, and a reviewed table for others' names.

Ours (profile HSDS-HT) are written "group:value", for instance "need:emergency_housing". Names of
other taxonomies are mapped only where a person read the term and it says one need; broad ones
("Housing", "Care", "Health") say none, and stay attributes without a need.
"""

from __future__ import annotations

import re
from typing import Any

from shared.hsds import TIERS
from shared.vocabulary import AGE_GROUPS, CAN_COME, GENDERS, LANGUAGES, NEEDS, ORIGINS

#: Need codes by the name of a term, in lower case. Reviewed against the DC directory's terms.
_BY_NEED: dict[str, str] = {
    "safety": "immediate safety; help escape violence; safe housing; domestic violence shelters",
    "emergency_housing": "emergency shelter; temporary shelter; homeless shelters",
    "transitional_housing": "short-term housing; transitional housing; sober living;"
    " independent living",
    "long_term_housing": "long-term housing; help find housing; help pay for housing;"
    " housing vouchers; public housing; housing advice",
    "food_clothing": "food; free meals; food pantry; emergency food; food delivery; clothing;"
    " help pay for food; government food benefits; baby clothes; clothes for school;"
    " clothes for work; clothing vouchers; diapers & formula; food benefits",
    "translation": "translation & interpretation; interpretation; interpreters",
    "legal_guardianship": "guardianship",
    "permanency_placement": "adoption & foster care; adoption & foster placement;"
    " adoption & foster parenting",
    "legal_assistance": "legal; advocacy & legal aid; representation; citizenship & immigration;"
    " workplace rights; discrimination & civil rights; legal services; immigration assistance",
    "advocacy": "navigating the system; one-on-one support; help fill out forms; victim advocacy",
    "medical_care": "medical care; primary care; checkup & test; disease screening;"
    " hiv treatment; std/sti treatment & prevention; sexual & reproductive health;"
    " women's health; maternity care; vaccinations; help find healthcare; vision care;"
    " prescription assistance; hospital treatment; pregnancy tests; postnatal care",
    "dental_care": "dental care",
    "mental_health": "mental health care; counseling; mental health evaluation;"
    " medications for mental health; anger management; bereavement; support groups",
    "substance_abuse_treatment": "addiction & recovery; substance abuse counseling; detox;"
    " 12-step; medications for addiction; drug testing; peer recovery coaching; substance abuse",
    "transportation": "transit; transportation; transportation for healthcare; bus passes;"
    " help pay for transit; help pay for gas; transportation for school",
    "life_skills": "daily life skills; parenting education; nutrition education;"
    " financial education",
    "education": "education; ged/high-school equivalency; basic literacy; tutoring;"
    " english as a second language (esl); college readiness; alternative education;"
    " special education; help find school; more education",
    "financial_assistance": "money; financial assistance; emergency payments;"
    " help pay for utilities; help pay for healthcare; help pay for childcare;"
    " government benefits; disability benefits; unemployment benefits; financial aid & loans;"
    " help pay for school; help pay for work expenses",
    "job_training_employment": "work; help find work; job placement; supported employment;"
    " skills & training; specialized training; resume development; interview training;"
    " job skills; job readiness; vocational training; apprenticeship; computer class",
    "child_care": "childcare; preschool; head start; after school care; before school care;"
    " help find childcare; daytime care",
    "reunification_repatriation": "help find missing persons; family reunification",
    "identity_documents": "identification recovery; getting photo id",
    "crisis_intervention": "crisis intervention; psychiatric emergency services; help hotlines",
    "case_management": "case management",
}
NEED_BY_TERM: dict[str, str] = {
    name.strip(): need for need, names in _BY_NEED.items() for name in names.split(";")
}

#: Terms that say whom a service is for.
GENDER_BY_TERM: dict[str, str] = {
    "women/girls": "woman",
    "men/boys": "man",
    "transgender/gender non-conforming": "nonbinary",
}

POPULATIONS = {
    f"{age}/{origin}"
    for age in AGE_GROUPS.keys() - {"unknown"}
    for origin in ORIGINS.keys() - {"unknown"}
}
ROUTING = ("on_call", "open_24_7", "walk_in", "remote", "warm_handoff")

#: A service area: country or state, then the county or region (ISO 3166 style).
AREA = re.compile(r"[A-Z]{2}-[A-Za-z0-9-]{1,40}")
_DAYS = re.compile(r"[1-9][0-9]{0,3}")

#: The values each group of our own codes may have.
_GROUPS: dict[str, frozenset[str]] = {
    "need": frozenset(NEEDS),
    "population": frozenset(POPULATIONS),
    "gender": frozenset(GENDERS.keys() - {"unknown"}),
    "language": frozenset(LANGUAGES),
    "tier": frozenset({*TIERS, "confidential"}),
    "routing": frozenset(ROUTING),
    "can_come": frozenset(CAN_COME),
}


def code_of(term: dict[str, Any]) -> tuple[str, str]:
    """Return (group, value) of a term, ("", "") when it says nothing of ours.

    The group "?" is a code that looks like ours and is not in its list. A tier nobody can read
    is ("tier", "own"): what is meant to be hidden must not become public by a typing error.
    """
    group, _, value = str(term.get("code", "")).partition(":")
    if group == "area":
        return (group if AREA.fullmatch(value) else "?", value)
    if group == "stay":
        return (group if _DAYS.fullmatch(value) else "?", value)
    if group in _GROUPS:
        is_known = value.lower() in _GROUPS[group]
        unknown = ("tier", "own") if group == "tier" else ("?", value)
        return (group, value.lower()) if is_known else unknown
    return _by_name(str(term.get("name", "")).lower(), str(term.get("taxonomy", "")).lower())


def _by_name(name: str, taxonomy: str) -> tuple[str, str]:
    if name in GENDER_BY_TERM:
        return "gender", GENDER_BY_TERM[name]
    if name in NEED_BY_TERM and "eligibility" not in taxonomy:
        return "need", NEED_BY_TERM[name]
    return "", ""
