"""Sheets to take along: the list of counties, and each county's pack as a file."""

from __future__ import annotations

from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.limits import refuse_many
from portal.offline.counties import in_order
from portal.offline.packs import POLICY, Packs
from portal.ports import parts
from portal.rendering import render
from shared.errors import Unavailable

TYPE = "text/html; charset=utf-8"
ENDING = ".html"


def packs(request: Request) -> Packs:
    """Return the packs."""
    return cast(Packs, parts(request).extras["packs"])


async def offline_page(request: Request) -> Response:
    """List each county with its pack in each language; ?state= chooses among very many."""
    areas = await packs(request).areas()
    counties = in_order(areas, request.query_params.get("state", ""))
    return render(request, "offline/list.html", counties=counties)


async def offline_file(request: Request) -> Response:
    """Send a county's pack; 404 for what is none, 503 before there is a directory."""
    name = str(request.path_params["name"])
    if not name.endswith(ENDING):
        raise HTTPException(404)
    refuse_many(request, parts(request).whole_lists)
    bundle, lang, area = parts(request), request.state.lang, name.removesuffix(ENDING)
    if bundle.snapshot.age_s() is None:
        raise Unavailable("directory", "is still being made", "try again in a minute")
    pack = await packs(request).pack(area, lang, bundle.clock().date())
    if pack is None:
        raise HTTPException(404)
    if request.headers.get("if-none-match") == pack.etag:
        return Response(status_code=304, headers={"etag": pack.etag})
    headers = {
        "content-type": TYPE,
        "content-security-policy": POLICY,
        "content-disposition": f'attachment; filename="local-help-{area.lower()}-{lang}.html"',
        "etag": pack.etag,
    }
    return Response(pack.body, headers=headers)
