"""A page that no person checked for six months says that it may be out of date."""

from __future__ import annotations

from datetime import date

import pytest

from portal.service_words import may_be_old
from shared.directory import ServiceCard


@pytest.mark.parametrize(
    ("verified_on", "today", "expected"),
    [
        ("2026-05-22", date(2026, 11, 22), True),
        ("2026-05-23", date(2026, 11, 22), False),
        ("2027-08-29", date(2028, 2, 28), False),
        ("2027-08-29", date(2028, 2, 29), True),
        ("2027-08-31", date(2028, 2, 29), False),
        ("2027-08-31", date(2028, 3, 1), True),
        ("2026-07-10", date(2027, 1, 10), True),
        ("2027-01-01", date(2026, 11, 22), False),
        ("", date(2026, 11, 22), False),
    ],
)
def test_six_whole_months_to_the_day(verified_on: str, today: date, expected: bool) -> None:
    card = ServiceCard(
        id="s", organization="o", organization_name="O", name="S", verified_on=verified_on
    )
    assert may_be_old(card, today) is expected
