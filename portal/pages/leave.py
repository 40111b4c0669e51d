"""Leaving quickly, and the way back."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.leaving import clear_flag, set_flag
from portal.ports import parts
from portal.rendering import render

#: "cookies" would take the flag of the same answer with it, and a second answer for the flag is a
#: second wait on a slow line: each cookie that came is ended by name instead. "cache" takes 100 to
#: 200 ms, and no page of ours is in the cache.
CLEAR = '"storage"'
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


async def leave(request: Request) -> Response:
    """Go elsewhere at once: cookies and storage are cleared, and Back leads elsewhere too."""
    bundle = parts(request)
    response = RedirectResponse(bundle.settings.exit_url, 303)
    response.headers["clear-site-data"] = CLEAR
    for name in filter(_NAME.fullmatch, request.cookies):
        response.delete_cookie(name)
    set_flag(response, secure=bundle.settings.secure_cookies)
    return response


async def closed(request: Request) -> Response:
    """Show a page that says nothing but how to open the site again."""
    return render(request, "closed.html")


async def come_back(request: Request) -> Response:
    """Open the site again."""
    response = RedirectResponse(request.state.prefix or "/", 303)
    clear_flag(response, secure=parts(request).settings.secure_cookies)
    return response
