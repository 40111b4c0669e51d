"""What every answer carries and every request must fit, before a page sees it.

Sources: W3C Content Security Policy 3, Fetch Metadata Request Headers, RFC 6797 (HSTS). Nothing
is kept by the browser: the pages are read on shared and watched phones.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import NotAllowed

MAX_BODY = 64 * 1024
MOST_DIGITS = 15

#: `data:` is for the empty icon, which spares a request and a picture in the tab.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
HSTS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds the headers an answer does not set itself."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        headers = {**HEADERS, "strict-transport-security": HSTS} if secure else HEADERS
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] += [one for one in self.headers if one[0] not in there]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def check_request(request: Request, access: str, max_body: int) -> None:
    """Refuse a body that is too long and a form that was sent from another site.

    Raises HTTPException 400 or 413, and NotAllowed for the other site.
    """
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise HTTPException(400)
    if len(length) > MOST_DIGITS or int(length) > max_body:
        raise HTTPException(413)
    if request.method in ("GET", "HEAD") or access in ("key", "public_or_key"):
        return
    if comes_from_elsewhere(request, must_prove=access == "session"):
        raise NotAllowed("form", "was not sent from this site", "open the page and send it again")


def comes_from_elsewhere(request: Request, *, must_prove: bool) -> bool:
    """Say whether another site made this browser send the request.

    Browsers say so in Sec-Fetch-Site; older ones name the Origin. A public form stands without
    either, a signed-in one does not: `must_prove`.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("origin")
    if origin in (None, "null"):
        return must_prove
    return origin != f"{request.url.scheme}://{request.headers.get('host', '')}"


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Return the body; HTTPException 413 as soon as it is longer than `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413)
    return bytes(body)
