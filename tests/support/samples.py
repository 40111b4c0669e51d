"""`python -m tests.support.samples`: writes the sample of each event that has none yet.

Samples are append-only: one that is there is never written again, so old shapes stay readable.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from shared.events import EventType, all_types
from shared.ids import derived_id

SAMPLES = Path(__file__).parents[1] / "contract" / "samples"
#: Fields that are codes rather than ids.
CODES: dict[str, Any] = {
    "door": "portal_self",
    "needs": ["safety", "emergency_housing"],
    "need_type": "emergency_housing",
    "age_group": "adult",
    "origin": "foreign_national",
    "gender": "unknown",
    "language": "es",
    "lang": "es",
    "area": "XS-lakeshore",
    "safe_now": "no",
    "contact_way": "none",
    "avoid": ["police"],
    "urgency": "urgent",
    "outward": "has",
    "reason": "no_capacity",
    "kind": "referral",
    "fields": ["description"],
    "action": "assign_case_manager",
    "by": "triage",
    "to": "referrals",
    "lease_until": "2026-11-22T20:15:00+00:00",
    "guide": "safety-planning",
}


def sample(kind: EventType) -> dict[str, Any]:
    """Return a plausible event of this kind."""
    data: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind.cls):
        if field.type is bool:
            data[field.name] = True
        elif field.type is int:
            data[field.name] = 1
        else:
            data[field.name] = CODES.get(field.name, derived_id("sample", field.name, kind.name))
    return {
        "specversion": "1.0",
        "id": derived_id("sample", "event", kind.name),
        "source": f"/anydoor/{kind.source}",
        "type": kind.name,
        "time": "2026-11-22T20:00:00+00:00",
        "subject": derived_id("sample", "stream", kind.name),
        "datacontenttype": "application/json",
        "dataschema": f"/events/{kind.name}",
        "streamversion": 1,
        "sequence": 1,
        "correlationid": derived_id("sample", "correlation", kind.name),
        "causationid": derived_id("sample", "causation", kind.name),
        "data": data,
    }


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    for known in all_types():
        path = SAMPLES / f"{known.name}.json"
        if not path.exists():
            path.write_text(json.dumps(sample(known), indent=1) + "\n")
            print(f"wrote {path.name}")
