"""How old a person's check of a directory record may be: the ages, and the calendar behind them.

Source: the directory's own rule. After six months a page says that it may be out of date and its
agency is asked to check; after twelve it stays listed, but no client is sent there.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Age = Literal["checked", "check_now", "out_of_date"]

STALE_AFTER_MONTHS = 6
OUT_OF_DATE_AFTER_MONTHS = 12

#: Every age but the first, with the months after which a record comes to it.
STEPS: dict[Age, int] = {
    "check_now": STALE_AFTER_MONTHS,
    "out_of_date": OUT_OF_DATE_AFTER_MONTHS,
}


def months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def passes_on(since: date, months: int) -> date:
    """Return the first day on which so many whole months have passed since a day."""
    years, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    last = monthrange(years, month + 1)[1]
    if since.day <= last:
        return date(years, month + 1, since.day)
    return date(years, month + 1, last) + timedelta(days=1)


def age_on(since: date, today: date) -> Age:
    """Return the age of what a person last checked on a day; tomorrow's check is as good."""
    if since <= months_before(today, OUT_OF_DATE_AFTER_MONTHS):
        return "out_of_date"
    return "check_now" if since <= months_before(today, STALE_AFTER_MONTHS) else "checked"
