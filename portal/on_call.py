"""Whom to call in an area, and when nobody is there: one answer for staff and for programs."""

from __future__ import annotations

import asyncio
from typing import Any

from portal.ports import Parts

#: Settings that hold a number to call. A rota names one; any other name stays unsaid.
PHONES = ("emergency_phone", "hotline_phone")


async def coverage(bundle: Parts, area: str, at: str) -> dict[str, Any]:
    """Return {agency, until, phone_setting, gaps} of an area at a moment (ISO 8601, with offset).

    `gaps` are the spans of the week from then on that nobody covers: [{begins, ends}], UTC.
    """
    now, gaps = await asyncio.gather(
        bundle.backend.call("registry", "on_call", area=area, at=at),
        bundle.backend.call("registry", "on_call_gaps", area=area, at=at),
    )
    return {**now, "gaps": gaps}


def numbers(bundle: Parts, setting: str, card: Any) -> list[str]:
    """Return the numbers to call: of the rota's setting, then those its agency shows to all."""
    shown = [phone.get("number") for phone in (card or {}).get("phones", [])]
    first = [getattr(bundle.settings, setting)] if setting in PHONES else []
    return list(dict.fromkeys(str(number) for number in [*first, *shown] if number))
