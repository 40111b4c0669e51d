"""Exit that Back cannot undo.

Leaving sets a flag for ten minutes. While it is set, every page answers with a way elsewhere, so
pressing Back shows nothing, with scripts or without. Somebody who comes back on purpose types the
address, lands on a page that says nothing, and opens the site again with one press.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.ports import parts

if TYPE_CHECKING:
    from portal.page import Page

#: The name says nothing; the value is nothing.
FLAG = "x"
FLAG_SECONDS = 600
CLOSED = "/closed"


def has_left(request: Request, page: Page) -> bool:
    """Say whether this browser pressed Exit a moment ago and the page must not show."""
    is_for_all = page.access.kind in ("public", "public_or_key")
    return FLAG in request.cookies and is_for_all and not page.stays_after_exit


def send_away(request: Request) -> Response:
    """Return the way elsewhere for a page asked for after Exit.

    The first page asked for by its typed address leads to the quiet page with the way back.
    Back sends the headers of the first visit again, so every other page leads outside.
    """
    typed = request.headers.get("sec-fetch-site", "none") == "none"
    if typed and request.scope["path"] == "/":
        return RedirectResponse(CLOSED, 303)
    return RedirectResponse(parts(request).settings.exit_url, 303)


def set_flag(response: Response, *, secure: bool) -> None:
    """Remember for ten minutes that this browser left."""
    response.set_cookie(
        FLAG, "1", max_age=FLAG_SECONDS, path="/", httponly=True, secure=secure, samesite="lax"
    )


def clear_flag(response: Response, *, secure: bool) -> None:
    """Forget that this browser left."""
    response.delete_cookie(FLAG, path="/", httponly=True, secure=secure, samesite="lax")
