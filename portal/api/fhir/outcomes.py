"""Answers of the FHIR face: resources as application/fhir+json, refusals as OperationOutcomes."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

Json = dict[str, Any]
BASE = "/api/fhir"
MEDIA_TYPE = "application/fhir+json"
#: Status of an answer -> IssueType (HL7 FHIR R4, value set issue-type).
ISSUES: dict[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    429: "throttled",
    503: "transient",
}
#: What to do, where a refusal does not say so itself.
ADVICE: dict[int, str] = {
    401: "send an API key: Authorization: Bearer",
    404: "see GET [base]/metadata for what there is",
    405: "see GET [base]/metadata for what this address does",
    413: "send a smaller body",
    415: f"send {MEDIA_TYPE}",
    429: "wait as many seconds as Retry-After says",
    500: "try again later",
}


def is_fhir(path: str) -> bool:
    """Say whether an address is of the FHIR face."""
    return path == BASE or path.startswith(f"{BASE}/")


def resource(body: Json, status: int = 200, **headers: str) -> Response:
    """Return a resource; `headers` with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(msgspec.json.encode(body), status, named, MEDIA_TYPE)


def outcome(status: int, title: str, field: str = "", rule: str = "", advice: str = "") -> Response:
    """Return an OperationOutcome that names the field, its rule and what to do."""
    advice = advice or ADVICE.get(status, "")
    said = ": ".join(part for part in (" ".join(filter(None, (field, rule))), advice) if part)
    issue: Json = {
        "severity": "error",
        "code": ISSUES.get(status, "exception"),
        "details": {"text": title},
        "diagnostics": said or title,
    }
    if field and field != "body":
        issue["expression"] = [field]
    return resource({"resourceType": "OperationOutcome", "issue": [issue]}, status)
