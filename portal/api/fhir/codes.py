"""Our codes beside those of FHIR R4 and HL7 SDOH Clinical Care (SDOH-CC), as tables. No I/O.

Sources: HL7 FHIR R4 4.0.1 (Task, ServiceRequest, Consent, HealthcareService); HL7 FHIR US SDOH
Clinical Care, 2.3 and the capacity status of 3.0 (value sets SDOHCC-ValueSetReferralTaskStatus and
SDOHCC-ValueSetCapacityStatus, code system SDOHCC-CodeSystemTemporaryCodes).
"""

from __future__ import annotations

from typing import Any

from shared.vocabulary import DECLINE_REASONS, NEEDS

Json = dict[str, Any]
FHIR_VERSION = "4.0.1"
SDOH = "http://hl7.org/fhir/us/sdoh-clinicalcare"
SDOH_CODES = f"{SDOH}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
CAPACITY = f"{SDOH}/StructureDefinition/SDOHCC-ExtensionHealthcareServiceCapacityStatus"
#: Profiles the answers fit. Not that of ServiceRequest, whose code must be of US value sets that
#: have none for most of our needs.
PROFILES = {
    "Task": f"{SDOH}/StructureDefinition/SDOHCC-TaskForReferralManagement",
    "Consent": f"{SDOH}/StructureDefinition/SDOHCC-Consent",
    "HealthcareService": (
        f"{SDOH}/StructureDefinition/SDOHCC-HealthcareServiceForReferralManagement"
    ),
}

#: Where our own codes and ids are from: a name each, the same in every deployment.
OURS = "urn:anydoor"
NEED, BUSINESS, REASON = f"{OURS}:need", f"{OURS}:business-status", f"{OURS}:reason"
FIELD, PURPOSE = f"{OURS}:release-field", f"{OURS}:release-purpose"
WORDING, POLICY = f"{OURS}:release-wording", f"{OURS}:policy"
STREAM, REFERRAL = f"{OURS}:stream", f"{OURS}:referral"
#: An extension of ServiceRequest: one code about the client, as `open_stream` takes it.
CLIENT = f"{OURS}:client:"
CLIENT_FIELDS = ("age_group", "origin", "gender", "language", "area", "safe_now", "contact_way")

UNSPECIFIED = "sdoh-category-unspecified"
#: Our need -> SDOH category. What has no category of its own there is unspecified; every need is
#: told with our own code, too. intimate-partner-violence, elder-abuse and incarceration-status are
#: about who somebody is, not about what she asks for, so no need is mapped to them.
SDOH_CATEGORY: dict[str, str] = {
    "safety": UNSPECIFIED,
    "emergency_housing": "homelessness",
    "food_clothing": "food-insecurity",
    "translation": "language-access",
    "legal_guardianship": UNSPECIFIED,
    "transitional_housing": "homelessness",
    "long_term_housing": "housing-instability",
    "permanency_placement": UNSPECIFIED,
    "legal_assistance": UNSPECIFIED,
    "advocacy": UNSPECIFIED,
    "medical_care": UNSPECIFIED,
    "dental_care": UNSPECIFIED,
    "mental_health": UNSPECIFIED,
    "substance_abuse_treatment": UNSPECIFIED,
    "transportation": "transportation-insecurity",
    "life_skills": UNSPECIFIED,
    "education": "educational-attainment",
    "financial_assistance": "financial-insecurity",
    "job_training_employment": "employment-status",
    "child_care": UNSPECIFIED,
    "reunification_repatriation": UNSPECIFIED,
    "identity_documents": UNSPECIFIED,
    "crisis_intervention": UNSPECIFIED,
    "case_management": UNSPECIFIED,
}
SDOH_NAMES: dict[str, str] = {
    UNSPECIFIED: "SDOH Category Unspecified",
    "food-insecurity": "Food Insecurity",
    "housing-instability": "Housing Instability",
    "homelessness": "Homelessness",
    "transportation-insecurity": "Transportation Insecurity",
    "financial-insecurity": "Financial Insecurity",
    "educational-attainment": "Educational Attainment",
    "employment-status": "Employment Status",
    "language-access": "Language Access",
}

#: State of a referral -> Task.status. "rejected" is what an agency sees that declined just now.
REFERRAL_STATUS: dict[str, str] = {
    "requested": "requested",
    "accepted": "accepted",
    "in_progress": "in-progress",
    "on_hold": "on-hold",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "rejected": "rejected",
}
#: Step of a need -> (Task.status, businessStatus): the platform accepted it, works on it, waits
#: for a service that can help. Each step is one the client herself is told.
NEED_STATUS: dict[str, tuple[str, str]] = {
    "waiting": ("accepted", "waiting"),
    "looking": ("in-progress", "looking"),
    "still_looking": ("on-hold", "unmet"),
    "accepted": ("in-progress", "placed"),
    "in_progress": ("in-progress", "begun"),
    "paused": ("in-progress", "paused"),
    "done": ("completed", ""),
    "ended": ("cancelled", ""),
}
#: Task.businessStatus in words.
BUSINESS_NAMES: dict[str, str] = {
    "waiting": "Waits for a case manager",
    "looking": "Looking for a service",
    "offered": "Offered to an agency that has not answered",
    "unmet": "No service is left to ask",
    "placed": "A service accepted",
    "begun": "The service began",
    "paused": "The service pauses",
}
#: Step of a need, or state of a referral -> ServiceRequest.status.
REQUEST_STATUS: dict[str, str] = {
    **dict.fromkeys(("waiting", "looking", "still_looking", "paused"), "active"),
    **dict.fromkeys(("requested", "accepted", "in_progress", "on_hold"), "active"),
    **dict.fromkeys(("done", "completed"), "completed"),
    **dict.fromkeys(("ended", "cancelled", "failed", "rejected"), "revoked"),
}
#: The statuses a search may name: of SDOHCC-ValueSetReferralTaskStatus, and of request-status.
TASK_STATUSES = frozenset(
    [
        "draft",
        "requested",
        "accepted",
        "rejected",
        "cancelled",
        "in-progress",
        "on-hold",
        "failed",
        "completed",
        "entered-in-error",
    ]
)
REQUEST_STATUSES = frozenset(
    ["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]
)
STATUS_SYSTEMS = {"Task": "task-status", "ServiceRequest": "request-status"}
#: From which Task.status of a referral its agency may go where, and by which move.
REFERRAL_MOVES: dict[str, dict[str, str]] = {
    "requested": {"accepted": "accept", "rejected": "decline", "cancelled": "cancel"},
    "accepted": {
        "in-progress": "start",
        "on-hold": "hold",
        "completed": "complete",
        "failed": "fail",
        "cancelled": "cancel",
    },
    "in-progress": {
        "on-hold": "hold",
        "completed": "complete",
        "failed": "fail",
        "cancelled": "cancel",
    },
    "on-hold": {
        "in-progress": "resume",
        "completed": "complete",
        "failed": "fail",
        "cancelled": "cancel",
    },
}
#: A need is only ended: everything else about it follows from its referrals.
NEED_MOVES: dict[str, dict[str, str]] = {
    status: {"cancelled": "end_need"} for status in ("accepted", "in-progress", "on-hold")
}
#: Targets that need Task.statusReason with a code of DECLINE_REASONS.
NEED_REASON = frozenset({"rejected", "failed"})
#: Our decline reasons that SDOH-CC has a code for, too.
SDOH_REASONS: dict[str, str] = {"no_capacity": "no-capacity", "waitlist": "waitlist"}

#: Outward capacity -> code of SDOHCC-ValueSetCapacityStatus; unknown is "call to find out".
CAPACITY_STATUS: dict[str, str] = {
    "has": "capacity",
    "none": "no-capacity",
    "none_with_waitlist": "waitlist",
    "assessment_needed": "additional-assessment-required",
    "unknown": "additional-assessment-required",
}
CAPACITY_NAMES: dict[str, str] = {
    "capacity": "Has Capacity",
    "no-capacity": "No Capacity",
    "waitlist": "No Capacity - Has Waitlist",
    "additional-assessment-required": "Additional Assessment Required",
}
#: State of a release -> Consent.status.
CONSENT_STATUS: dict[str, str] = {
    "given": "active",
    "withdrawn": "inactive",
    "expired": "inactive",
    "passed": "inactive",
}


def coding(system: str, code: str, display: str = "") -> Json:
    """Return a Coding."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def sdoh_coding(category: str) -> Json:
    """Return the Coding of an SDOH category."""
    return coding(SDOH_CODES, category, SDOH_NAMES[category])


def need_concept(need: str) -> Json:
    """Return a need as a CodeableConcept."""
    label = NEEDS[need].label
    return {"coding": [coding(NEED, need, label)], "text": label}


def reason_concept(reason: str) -> Json:
    """Return why an agency said no, with the code SDOH-CC has for it, if any."""
    codings = [coding(REASON, reason, DECLINE_REASONS[reason])]
    if reason in SDOH_REASONS:
        code = SDOH_REASONS[reason]
        codings.append(coding(SDOH_CODES, code, CAPACITY_NAMES[code]))
    return {"coding": codings, "text": DECLINE_REASONS[reason]}


def states_of(status: str) -> list[str]:
    """Return the "kind:state" of the rows that are told with a Task.status."""
    of_referrals = [f"referral:{state}" for state, one in REFERRAL_STATUS.items() if one == status]
    return of_referrals + [f"need:{step}" for step, one in NEED_STATUS.items() if one[0] == status]


def requests_of(status: str) -> list[str]:
    """Return the "kind:state" of the rows that are told with a ServiceRequest.status."""
    found = [f"need:{step}" for step in NEED_STATUS if REQUEST_STATUS[step] == status]
    states = [one for one in REFERRAL_STATUS if REQUEST_STATUS[one] == status]
    return [*found, *(f"referral:{state}" for state in states)]
