"""The directory to take along: what it is, how old, and the files themselves."""

from __future__ import annotations

from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from portal.limits import refuse_many
from portal.open_data.files import HSDS, PACKED_SHEET, SHEET
from portal.open_data.making import OpenData
from portal.ports import parts
from portal.rendering import render
from shared.errors import Unavailable

TYPES = {SHEET: "text/csv; charset=utf-8", HSDS: "application/gzip"}


def open_data(request: Request) -> OpenData:
    """Return the files of the directory."""
    return cast(OpenData, parts(request).extras["open_data"])


async def directory_page(request: Request) -> Response:
    """Say what the files are, how old and how large."""
    made = open_data(request).made
    age_s = 0.0 if made is None else (parts(request).clock() - made.at).total_seconds()
    return render(
        request,
        "directory.html",
        made=made,
        age_minutes=max(1, round(age_s / 60)),
        sheet=SHEET,
        packed_sheet=PACKED_SHEET,
        hsds=HSDS,
    )


async def directory_file(request: Request) -> Response:
    """Send a file as it was made; 404 for one that is none, 503 before there are any."""
    name = str(request.path_params["name"])
    if name not in TYPES:
        raise HTTPException(404)
    refuse_many(request, parts(request).whole_lists)
    made = open_data(request).made
    if made is None:
        raise Unavailable("directory", "is still being made", "try again in a minute")
    headers = {"vary": "accept-encoding"}
    sent = name
    if name == SHEET and "gzip" in request.headers.get("accept-encoding", ""):
        sent, headers["content-encoding"] = PACKED_SHEET, "gzip"
    file = made.files[sent]
    headers |= {"etag": file.etag, "content-length": str(file.size)}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers={"etag": file.etag, "vary": "accept-encoding"})
    return FileResponse(file.path, 200, headers, TYPES[name], filename=name)
