"""Reading a reply in nameko's wire format: the result, or the refusal the service raised."""

from __future__ import annotations

from typing import Any

import msgspec

from shared.errors import AnydoorError, Invalid, NotFound, Unavailable, rebuild


def open_answer(service: str, body: bytes) -> Any:
    """Return the result in a reply to a call of `service`, or raise the refusal in it."""
    answer = msgspec.json.decode(body)
    error = answer.get("error")
    if error is None:
        return answer["result"]
    raise _refusal(service, error)


def _refusal(service: str, error: dict[str, Any]) -> AnydoorError:
    name = str(error.get("exc_type"))
    known = rebuild(name, list(error.get("exc_args") or []))
    if known is not None:
        return known
    if name == "MethodNotFound":
        return NotFound("method", "this service has no such call", "check the name")
    if name in ("IncorrectSignature", "MalformedRequest"):
        return Invalid("request", "does not have the fields of this call", "check the names")
    return Unavailable(service, "could not do this", "try again later")
