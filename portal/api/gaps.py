"""Which needs find no service, for the coordinating agency's programs."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

from portal.api.asking import answer, ask
from shared.errors import Invalid
from shared.fields import check_area, check_code, check_month
from shared.vocabulary import NEEDS

FILTERS = ("first", "last", "area", "need", "split")
SPLITS = ("population", "language", "area")


async def gaps(request: Request) -> Response:
    """Return needs asked for against services that could answer, small counts hidden."""
    return answer({"gaps": await ask(request, "referrals", "gaps", **filters_of(request, SPLITS))})


def filters_of(request: Request, splits: Collection[str]) -> dict[str, str]:
    """Return the filters of a report; Invalid names one that does not fit, and it stays here."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in FILTERS:
            raise Invalid("query", "holds what is no filter", f"use {', '.join(FILTERS)}")
        if name in found:
            raise Invalid(name, "comes twice", "send it once")
        found[name] = value
    for name in ("first", "last"):
        check_month(name, found.get(name, ""))
    check_area("area", found.get("area", ""))
    for name, known in (("need", NEEDS), ("split", splits)):
        if found.get(name):
            check_code(name, found[name], known)
    return found
