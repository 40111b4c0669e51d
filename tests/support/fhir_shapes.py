"""What FHIR R4 and SDOH-CC say the resources we answer with must look like, as a table.

Source: HL7 FHIR R4 4.0.1, the definitions of each resource and data type; the profiles' rules are
from the .fsh files of HL7 SDOH Clinical Care. Where `fhirclient` is installed (its models are made
of the R4 definitions) it reads every resource as well.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from typing import Any

Json = dict[str, Any]
#: Name, then "!" required, "*" a list, "+" a list of at least one; then its type.
_TABLE: dict[str, str] = {
    "Resource": "resourceType!:code id:id meta:Meta",
    "Meta": "versionId:id lastUpdated:instant profile*:uri",
    "Identifier": "system:uri value:string",
    "Coding": "system:uri code:code display:string",
    "CodeableConcept": "coding*:Coding text:string",
    "Reference": "reference:string type:uri identifier:Identifier",
    "Period": "start:dateTime end:dateTime",
    "ContactPoint": "system:code value:string",
    "Extension": "url!:uri valueCode:code valueCodeableConcept:CodeableConcept"
    " extension*:Extension",
    "Task": "identifier*:Identifier status!:code statusReason:CodeableConcept"
    " businessStatus:CodeableConcept intent!:code priority:code code:CodeableConcept"
    " focus:Reference for:Reference authoredOn:dateTime lastModified:dateTime requester:Reference"
    " owner:Reference restriction:TaskRestriction input*:TaskInput",
    "TaskRestriction": "period:Period",
    "TaskInput": "type!:CodeableConcept valueReference!:Reference",
    "ServiceRequest": "extension*:Extension identifier*:Identifier status!:code intent!:code"
    " category*:CodeableConcept priority:code code:CodeableConcept subject!:Reference"
    " authoredOn:dateTime requester:Reference",
    "Consent": "status!:code scope!:CodeableConcept category+:CodeableConcept patient:Reference"
    " dateTime:dateTime organization*:Reference sourceReference:Reference"
    " policyRule:CodeableConcept provision:Provision",
    "Provision": "type:code period:Period actor*:Actor purpose*:Coding code*:CodeableConcept",
    "Actor": "role!:CodeableConcept reference!:Reference",
    "Organization": "active:boolean name:string telecom*:ContactPoint",
    "HealthcareService": "extension*:Extension active:boolean providedBy:Reference"
    " category*:CodeableConcept type*:CodeableConcept name:string telecom*:ContactPoint"
    " communication*:CodeableConcept",
    "OperationOutcome": "issue+:Issue",
    "Issue": "severity!:code code!:code details:CodeableConcept diagnostics:string"
    " expression*:string",
    "Bundle": "type!:code total:unsignedInt link*:Link entry*:Entry",
    "Link": "relation!:string url!:uri",
    "Entry": "fullUrl:uri resource:Any search:SearchMode response:EntryResponse",
    "SearchMode": "mode:code",
    "EntryResponse": "status!:string location:uri etag:string lastModified:instant",
    "CapabilityStatement": "status!:code date!:dateTime kind!:code implementation:Implementation"
    " fhirVersion!:code format+:code patchFormat*:code rest*:Rest",
    "Implementation": "description!:string url:uri",
    "Rest": "mode!:code security:Security resource*:RestResource interaction*:Interaction",
    "Security": "description:string",
    "RestResource": "type!:code supportedProfile*:uri documentation:string"
    " interaction*:Interaction versioning:code readHistory:boolean updateCreate:boolean"
    " conditionalCreate:boolean searchParam*:SearchParam",
    "Interaction": "code!:code",
    "SearchParam": "name!:string type!:code",
}
_TIME = r"T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
_PRIMITIVES = {
    "string": r"[ \r\n\t\S]+",
    "code": r"[^\s]+(\s[^\s]+)*",
    "uri": r"\S+",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "dateTime": rf"\d{{4}}(-\d\d(-\d\d({_TIME})?)?)?",
    "instant": rf"\d{{4}}-\d\d-\d\d{_TIME}",
}
#: Required bindings of R4 and of the profiles.
CODES = {
    "Task.status": "draft requested accepted rejected cancelled in-progress on-hold failed"
    " completed entered-in-error",
    "Task.intent": "order",
    "Task.priority": "routine urgent asap stat",
    "ServiceRequest.status": "draft active on-hold revoked completed entered-in-error unknown",
    "ServiceRequest.intent": "order",
    "ServiceRequest.priority": "routine urgent asap stat",
    "Consent.status": "draft proposed active rejected inactive entered-in-error",
    "Provision.type": "deny permit",
    "ContactPoint.system": "phone fax email pager url sms other",
    "Issue.severity": "fatal error warning information",
    "Issue.code": "invalid structure required value invariant security login unknown expired"
    " forbidden suppressed processing not-supported duplicate multiple-matches not-found deleted"
    " too-long code-invalid extension too-costly business-rule conflict transient lock-error"
    " no-store exception timeout incomplete throttled informational",
    "Bundle.type": "searchset transaction-response",
    "SearchMode.mode": "match include outcome",
    "Interaction.code": "read vread update patch delete history-instance history-type create"
    " search-type transaction batch search-system history-system",
    "RestResource.versioning": "no-version versioned versioned-update",
    "SearchParam.type": "number date string token reference composite quantity uri special",
}
#: What the profiles require besides, from their .fsh files.
PROFILED = {
    "Task": "code focus for authoredOn requester intent",
    "ServiceRequest": "category code subject",
    "Consent": "patient dateTime organization sourceReference policyRule",
    "HealthcareService": "extension active category type name",
    "Organization": "active name",
}
NESTED = ("Bundle", "OperationOutcome", "CapabilityStatement")


def check(resource: Json) -> Json:
    """Return a resource that is as R4 and its profile have it; AssertionError tells what is not."""
    kind = resource["resourceType"]
    _object(kind, kind, resource, _fields("Resource") | _fields(kind))
    for name in PROFILED.get(kind, "").split():
        assert name in resource, f"{kind}.{name} is missing"
    if "statusReason" in resource:
        assert resource["statusReason"]["text"], "the profile requires statusReason.text"
    for entry in resource.get("entry", ()) if kind == "Bundle" else ():
        if "resource" in entry:
            check(entry["resource"])
    _read_elsewhere(kind, resource)
    return resource


def _fields(of: str) -> dict[str, tuple[str, str]]:
    found = {}
    for written in _TABLE[of].split():
        name, _, kind = written.partition(":")
        found[name.rstrip("!*+")] = (kind, name[len(name.rstrip("!*+")) :])
    return found


def _object(path: str, of: str, told: Any, fields: dict[str, tuple[str, str]]) -> None:
    assert isinstance(told, dict), f"{path} is no object"
    assert told, f"{path} is empty"
    assert not told.keys() - fields.keys(), f"{path} has {told.keys() - fields.keys()}"
    for name, (kind, many) in fields.items():
        here = f"{path}.{name}"
        if name not in told:
            assert many not in ("!", "+"), f"{here} is missing"
            continue
        values = told[name] if many in ("*", "+") else [told[name]]
        assert isinstance(values, list), f"{here} is no list"
        assert values, f"{here} is an empty list"
        for value in values:
            _value(here, kind, value)
            if known := CODES.get(f"{of}.{name}"):
                assert value in known.split(), f"{here}: {value}"


def _value(path: str, kind: str, value: Any) -> None:
    if kind in _TABLE:
        _object(path, kind, value, _fields(kind))
    elif kind == "boolean":
        assert isinstance(value, bool), path
    elif kind == "unsignedInt":
        assert type(value) is int, path
        assert value >= 0, path
    elif kind != "Any":
        assert isinstance(value, str), path
        assert re.fullmatch(_PRIMITIVES[kind], value), f"{path}: {value!r}"


def _read_elsewhere(kind: str, resource: Json) -> None:
    name = f"fhirclient.models.{kind.lower()}"
    if importlib.util.find_spec("fhirclient") is not None:
        model = getattr(importlib.import_module(name), kind)
        assert model(resource, strict=True).as_json() is not None
