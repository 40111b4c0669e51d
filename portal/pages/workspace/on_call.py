"""Whom to call now, area by area, and when in the coming week nobody is there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.on_call import coverage, numbers
from portal.pages.workspace.frame import or_nothing, show, when_between
from portal.pages.workspace.names import areas
from portal.ports import Parts, parts
from portal.staff import staff_parts

WEEK = timedelta(days=7)


async def on_call(request: Request) -> Response:
    """Show who is on call in each area, until when, what number to call, and the week's gaps."""
    bundle, at = parts(request), parts(request).clock().isoformat()
    known = areas(request)
    asked = (coverage(bundle, area, at) for area in known)
    answers = dict(zip(known, await asyncio.gather(*map(or_nothing, asked)), strict=True))
    found = {answer["agency"] for answer in answers.values() if answer and answer["agency"]}
    names = await staff_parts(request).names.organizations(found)
    cards = (or_nothing(bundle.backend.call("registry", "organization", id=id)) for id in found)
    held = dict(zip(found, await asyncio.gather(*cards), strict=True))
    return show(
        request,
        "on_call.html",
        areas=[
            {"area": known[area], **_line(bundle, answers[area], names, held)}
            | _gaps(request.state.lang, answers[area])
            for area in known
        ],
    )


def _line(
    bundle: Parts, answer: Any, names: Mapping[str, str], cards: Mapping[str, Any]
) -> dict[str, Any]:
    if answer is None:
        return {"silent": True}
    agency = answer["agency"] or ""
    return {
        "silent": False,
        "agency": names.get(agency, ""),
        "until": answer["until"] or "",
        "phones": numbers(bundle, answer.get("phone_setting", ""), cards.get(agency)),
    }


def _gaps(lang: str, answer: Any) -> dict[str, Any]:
    gaps: Sequence[Mapping[str, str]] = answer["gaps"] if answer else []
    return {
        "is_never_covered": any(_length(gap) >= WEEK for gap in gaps),
        "gaps": ", ".join(when_between(lang, gap["begins"], gap["ends"]) for gap in gaps),
    }


def _length(gap: Mapping[str, str]) -> timedelta:
    return datetime.fromisoformat(gap["ends"]) - datetime.fromisoformat(gap["begins"])
