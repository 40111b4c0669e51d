"""Whom to call now, area by area."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.pages.workspace.frame import or_nothing, show
from portal.pages.workspace.names import areas
from portal.ports import Parts, parts
from portal.staff import staff_parts

#: Settings that hold a number to call. A rota names one; any other name stays unsaid.
PHONES = ("emergency_phone", "hotline_phone")


async def on_call(request: Request) -> Response:
    """Show who is on call in each area, until when, and what number to call."""
    bundle, at = parts(request), parts(request).clock().isoformat()
    known = areas(request)
    asked = (bundle.backend.call("registry", "on_call", area=area, at=at) for area in known)
    answers = dict(zip(known, await asyncio.gather(*map(or_nothing, asked)), strict=True))
    found = {answer["agency"] for answer in answers.values() if answer and answer["agency"]}
    names = await staff_parts(request).names.organizations(found)
    phones = dict(
        zip(found, await asyncio.gather(*(_phones(bundle, id) for id in found)), strict=True)
    )
    return show(
        request,
        "on_call.html",
        areas=[_line(bundle, known[area], answers[area], names, phones) for area in known],
    )


def _line(
    bundle: Parts, area: str, answer: Any, names: dict[str, str], phones: dict[str, list[str]]
) -> dict[str, Any]:
    if answer is None:
        return {"area": area, "silent": True}
    agency, setting = answer["agency"] or "", answer.get("phone_setting", "")
    numbers = phones.get(agency, [])
    if setting in PHONES:
        numbers = [str(getattr(bundle.settings, setting)), *numbers]
    return {
        "area": area,
        "silent": False,
        "agency": names.get(agency, ""),
        "until": answer["until"] or "",
        "phones": list(dict.fromkeys(numbers)),
    }


async def _phones(bundle: Parts, agency: str) -> list[str]:
    """Return the numbers an organization shows to everybody."""
    card = await or_nothing(bundle.backend.call("registry", "organization", id=agency))
    return [str(phone["number"]) for phone in (card or {}).get("phones", []) if phone.get("number")]
