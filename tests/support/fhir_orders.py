"""Orders as referral sources send them: transactions of ServiceRequests, each with its Task."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from portal.api.fhir import codes
from shared.ids import new_id

Json = dict[str, Any]
#: Nobody who is known here yet.
NEW: Json = {"extension": [{"url": codes.ABSENT, "valueCode": "masked"}]}


def known(stream: str) -> Json:
    """A client whose stream is known."""
    return {"type": "Patient", "identifier": {"system": codes.STREAM, "value": stream}}


def client_codes(**about: str) -> list[Json]:
    """Codes about a new client."""
    return [{"url": f"{codes.CLIENT}{name}", "valueCode": code} for name, code in about.items()]


def an_order(*needs: str, whom: Json = NEW, **about: str) -> Json:
    """A transaction for these needs."""
    entries: list[Json] = []
    for need in needs:
        url = f"urn:uuid:{new_id()}"
        request: Json = {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": {"coding": [codes.coding(codes.NEED, need)]},
            "subject": deepcopy(whom),
            "authoredOn": "2026-11-23T08:00:00Z",
        }
        if about:
            request["extension"] = client_codes(**about)
        task: Json = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [codes.coding(codes.TASK_CODES, "fulfill")]},
            "focus": {"reference": url},
            "for": deepcopy(whom),
        }
        for kind, resource in (("ServiceRequest", request), ("Task", task)):
            entries.append(
                {
                    "fullUrl": url if kind == "ServiceRequest" else f"urn:uuid:{new_id()}",
                    "resource": resource,
                    "request": {"method": "POST", "url": kind},
                }
            )
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
