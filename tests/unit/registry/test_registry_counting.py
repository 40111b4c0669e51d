"""A report that does not say what is counted: it is as the agency last told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.registry import capacity
from shared.errors import Invalid

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_what_is_counted_is_as_last_told_when_a_report_does_not_say() -> None:
    """The front desk's link tells only how many are free."""
    with pytest.raises(Invalid) as refused:
        capacity.report(None, "s", available=1, at=NOW)
    assert refused.value.field == "maximum"
    counted, _ = capacity.report(None, "s", available=1, maximum=4, unit="bed", at=NOW)
    for _ in range(2):
        asking, _ = capacity.report(counted, "s", available=0, maximum=0, unit="none", at=NOW)
        counted, _ = capacity.report(asking, "s", available=3, at=NOW)
        assert (counted["available"], counted["maximum"], counted["unit"]) == (3, 4, "bed")
    with pytest.raises(Invalid) as refused:
        capacity.report(counted, "s", available=5, at=NOW)
    assert refused.value.field == "available"


@pytest.mark.parametrize(
    ("told", "field"), [({"maximum": 4}, "unit"), ({"unit": "bed"}, "maximum")]
)
def test_half_of_what_is_counted_is_refused(told: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        capacity.report(None, "s", available=1, at=NOW, **told)
    assert refused.value.field == field
