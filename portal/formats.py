"""How a language writes dates and spans of time, as filters of the templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_timedelta


def formats(lang: str) -> dict[str, Callable[..., str]]:
    """Return `day` (ISO date), `moment` (ISO date and time) and `span` (seconds) of a language."""

    def day(value: str | date) -> str:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return format_date(moment, "long", locale=lang)

    def moment(value: str) -> str:
        return format_datetime(datetime.fromisoformat(value), "medium", locale=lang)

    def span(seconds: float) -> str:
        return format_timedelta(timedelta(seconds=seconds), threshold=1.01, locale=lang)

    return {"day": day, "moment": moment, "span": span}
