"""Rows and records as FHIR R4 resources: ids, codes and times; no name of a client, ever. No I/O.

Who a client is, is told as a logical reference by the id of her stream and nothing else. Task and
ServiceRequest ids are the stream's and their own id in 32 hex digits each: FHIR ids have at most
64 characters (HL7 FHIR R4, datatypes: id).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.api.fhir import codes
from portal.api.fhir.codes import coding
from shared.directory import ServiceCard
from shared.errors import NotFound
from shared.vocabulary.releases import SHOWN_FIELDS, SHOWN_PURPOSES

Json = dict[str, Any]
SNOMED_SOCIAL = coding("http://snomed.info/sct", "410606002", "Social service procedure")
FULFILL = coding(codes.TASK_CODES, "fulfill", "Fulfill the focal request")
#: HSDS and card phone types -> ContactPoint.system.
PHONES = {"voice": "phone", "text": "sms", "fax": "fax"}


def fhir_id(stream: str, id: str) -> str:
    """Return the FHIR id of a need, a referral or a release of a stream."""
    return UUID(stream).hex + UUID(id).hex


def ids_of(id: str) -> tuple[str, str]:
    """Return (stream, own id) of a FHIR id; NotFound when it cannot be one."""
    is_hex = len(id) == 64 and all(letter in "0123456789abcdef" for letter in id)
    if not is_hex:
        raise NotFound("id", "is not here", "take it from a search or a notice")
    return str(UUID(id[:32])), str(UUID(id[32:]))


def reference(kind: str, id: str) -> Json:
    """Return a reference to a resource of this server."""
    return {"reference": f"{kind}/{id}", "type": kind}


def client(stream: str) -> Json:
    """Return who it is for: known by the id of her stream, and by nothing else."""
    return {"type": "Patient", "identifier": {"system": codes.STREAM, "value": stream}}


def status_of(row: Json) -> str:
    """Return the Task.status of a row."""
    if row["kind"] == "need":
        return codes.NEED_STATUS[row["state"]][0]
    return codes.REFERRAL_STATUS[row["state"]]


def task(row: Json) -> Json:
    """Return a need or a referral as a Task: of the platform, or of the agency that was asked."""
    system = codes.NEED if row["kind"] == "need" else codes.REFERRAL
    found: Json = {
        "resourceType": "Task",
        **_head(row, row["id"]),
        "identifier": [{"system": system, "value": row["id"]}],
        "status": status_of(row),
        "intent": "order",
        "priority": "urgent" if row["urgent"] else "routine",
        "code": {"coding": [FULFILL]},
        "focus": reference("ServiceRequest", fhir_id(row["stream"], row["need"])),
        "for": client(row["stream"]),
        "authoredOn": row.get("made_at", row["opened_at"]),
        "lastModified": row.get("at", row["opened_at"]),
        "requester": reference("Organization", row["requester"]),
    }
    found["meta"]["profile"] = [codes.PROFILES["Task"]]
    if row["reason"] and found["status"] in codes.NEED_REASON:
        found["statusReason"] = codes.reason_concept(row["reason"])
    if business := business_of(row):
        words = codes.BUSINESS_NAMES[business]
        found["businessStatus"] = {"coding": [coding(codes.BUSINESS, business, words)]}
    if row["owner"]:
        found["owner"] = reference("Organization", row["owner"])
    if "lease_until" in row:
        found["restriction"] = {"period": {"end": row["lease_until"]}}
    if row["service"]:
        kind = {"coding": [coding(codes.SDOH_CODES, "additional-content", "Additional Content")]}
        service = reference("HealthcareService", row["service"])
        found["input"] = [{"type": kind, "valueReference": service}]
    return found


def business_of(row: Json) -> str:
    """Return the code of Task.businessStatus of a row, "" for none."""
    if row["kind"] == "need":
        return codes.NEED_STATUS[row["state"]][1]
    return str(row["business"])


def service_request(row: Json) -> Json:
    """Return what is asked for: the need, as the row's reader knows of it."""
    category = codes.SDOH_CATEGORY[row["need_type"]]
    found: Json = {
        "resourceType": "ServiceRequest",
        **_head(row, row["need"]),
        "identifier": [{"system": codes.NEED, "value": row["need"]}],
        "status": codes.REQUEST_STATUS[row["state"]],
        "intent": "order",
        "category": [{"coding": [SNOMED_SOCIAL]}, {"coding": [codes.sdoh_coding(category)]}],
        "priority": "urgent" if row["urgent"] else "routine",
        "code": codes.need_concept(row["need_type"]),
        "subject": client(row["stream"]),
        "authoredOn": row.get("made_at", row["opened_at"]),
        "requester": reference("Organization", row["requester"]),
    }
    if about := row.get("client"):
        found["extension"] = [
            {"url": f"{codes.CLIENT}{name}", "valueCode": value} for name, value in about.items()
        ]
    return found


def _head(row: Json, id: str) -> Json:
    meta = {"versionId": row["version"], "lastUpdated": row.get("at", row["opened_at"])}
    return {"id": fhir_id(row["stream"], id), "meta": meta}


def consent(stream: str, id: str, release: Json) -> Json:
    """Return a release: who may be shown which fields, what for and until when; none of them."""
    who = [coding(codes.PARTICIPATION, "IRCP", "information recipient")]
    fields = release["fields"]
    return {
        "resourceType": "Consent",
        "id": fhir_id(stream, id),
        "meta": {"profile": [codes.PROFILES["Consent"]]},
        "status": codes.CONSENT_STATUS[release["state"]],
        "scope": {"coding": [coding(codes.CONSENT_SCOPE, "patient-privacy", "Privacy Consent")]},
        "category": [
            {"coding": [coding(codes.ACT_CODE, "IDSCL", "information disclosure")]},
        ],
        "patient": client(stream),
        "dateTime": release["given_at"],
        "organization": [reference("Organization", release["by"])],
        "sourceReference": {
            "type": "DocumentReference",
            "identifier": {"system": codes.WORDING, "value": release["wording"]},
        },
        "policyRule": {"coding": [coding(codes.POLICY, "34-usc-12291-b-2")]},
        "provision": {
            "type": "permit",
            "period": {
                "start": release["given_at"],
                "end": release["ended_at"] or release["until"],
            },
            "actor": [
                {
                    "role": {"coding": who},
                    "reference": reference("Organization", release["recipient"]),
                }
            ],
            "purpose": [
                coding(codes.PURPOSE, release["purpose"], SHOWN_PURPOSES[release["purpose"]])
            ],
            "code": [{"coding": [coding(codes.FIELD, f, SHOWN_FIELDS[f])]} for f in fields],
        },
    }


def organization(record: Json) -> Json:
    """Return an HSDS organization, as everybody may see it."""
    found: Json = {
        "resourceType": "Organization",
        "id": record["id"],
        "active": True,
        "name": record["name"].strip() or record["id"],
    }
    telecom = [
        {"system": PHONES.get(phone.get("type", "voice"), "other"), "value": phone["number"]}
        for phone in record.get("phones", ())
    ]
    if record.get("website"):
        telecom.append({"system": "url", "value": record["website"]})
    return {**found, **({"telecom": telecom} if telecom else {})}


def healthcare_service(card: ServiceCard) -> Json:
    """Return a service, as everybody may see it, with whether it has room."""
    needs = [need for need in card.needs if need in codes.SDOH_CATEGORY]
    categories = dict.fromkeys(codes.SDOH_CATEGORY[need] for need in needs)
    sdoh = [codes.sdoh_coding(one) for one in categories or (codes.UNSPECIFIED,)]
    ours = [one for need in needs for one in codes.need_concept(need)["coding"]]
    is_active = card.status == "active"
    found: Json = {
        "resourceType": "HealthcareService",
        "id": card.id,
        "extension": [_capacity(card)],
        "active": is_active,
        "providedBy": reference("Organization", card.organization),
        "category": [{"coding": [coding(codes.CATEGORY, "sdoh", "SDOH"), *sdoh]}],
        "type": [{"coding": ours or sdoh}],
        "name": card.name.strip() or card.id,
    }
    if is_active:  # the profile is for services that are
        found["meta"] = {"profile": [codes.PROFILES["HealthcareService"]]}
    if card.phones:
        found["telecom"] = [
            {"system": PHONES.get(phone.kind, "other"), "value": phone.number}
            for phone in card.phones
        ]
    if card.languages:
        spoken = [{"coding": [coding("urn:ietf:bcp:47", one)]} for one in card.languages]
        found["communication"] = spoken
    return found


def _capacity(card: ServiceCard) -> Json:
    room = codes.CAPACITY_STATUS[card.capacity.outward]
    status = {"coding": [coding(codes.SDOH_CODES, room, codes.CAPACITY_NAMES[room])]}
    told = {"url": "capacityStatus", "valueCodeableConcept": status}
    return {"url": codes.CAPACITY, "extension": [told]}
