"""Who is on call in an area, for programs: police, hospitals, agencies, at any hour."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from portal.api.asking import answer
from portal.on_call import coverage, numbers
from portal.ports import parts
from shared.errors import Invalid, NotFound

LONGEST_MOMENT = 40


async def on_call(request: Request) -> Response:
    """Return {area, at, agency, name, until, phones, gaps}: whom to call, and the week's gaps.

    When nobody is on call `agency` is null and `phones` is the hotline's.
    """
    bundle, area, at = parts(request), _area(request), _at(request)
    found = await coverage(bundle, area, at)
    agency, name = found["agency"], ""
    phones = [str(bundle.settings.hotline_phone)]
    if agency:
        card = await bundle.backend.call("registry", "organization", id=agency)
        name, phones = card["name"], numbers(bundle, found["phone_setting"], card)
    now = {"area": area, "at": at, "agency": agency, "name": name, "until": found["until"]}
    return answer({**now, "phones": phones, "gaps": found["gaps"]})


def _area(request: Request) -> str:
    """Return the area asked about; a code nobody serves is refused, not called uncovered."""
    area, known = request.query_params.get("area", ""), dict(parts(request).snapshot.areas())
    if not area:
        raise Invalid("area", "is missing", "add the code of an area, such as US-NY-Erie")
    if known and area not in known:
        raise NotFound("area", "is not an area of this network", "check its code")
    return area


def _at(request: Request) -> str:
    """Return the moment asked about, now when none is given."""
    given = request.query_params.get("at")
    if given is None:
        return parts(request).clock().isoformat()
    try:
        at = datetime.fromisoformat(given) if len(given) <= LONGEST_MOMENT else None
    except ValueError:
        at = None
    if at is None or at.utcoffset() is None:
        rule = "is not a moment with its offset"
        raise Invalid("at", rule, "write it as 2026-03-08T06:30:00Z, a plus sign as %2B")
    return at.isoformat()
