"""Refusals and failures as pages that still give the phone numbers, or as problem details.

APIs answer RFC 9457 `application/problem+json` with the field and the rule. Neither ever shows a
trace, and a log line names the kind of failure and its place, never what a person typed.
"""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.fhir.outcomes import is_fhir, outcome
from portal.i18n import N_
from portal.rendering import render
from shared.errors import AnydoorError

log = logging.getLogger(__name__)

#: Heading and advice by status; a status that is not here is shown as 400 or 500.
WORDS: dict[int, tuple[str, str]] = {
    400: (N_("We could not read that"), N_("Go back and try again.")),
    401: (N_("Please sign in"), N_("Sign in and try again.")),
    403: (N_("You cannot open this page"), N_("Go to the first page and start again.")),
    404: (
        N_("This page is not here"),
        N_("Check the address, or start again from the first page."),
    ),
    405: (N_("This page works in another way"), N_("Go to the first page and start again.")),
    409: (N_("Things have changed"), N_("Open the page again to see how it is now.")),
    413: (
        N_("That is too much text at once"),
        N_("Please go back and write less. Nothing was sent."),
    ),
    415: (N_("We cannot read this kind of file"), N_("Please use the form on the page.")),
    422: (N_("Something does not fit"), N_("Go back and check what you wrote.")),
    429: (
        N_("Too many tries"),
        N_("Please wait ten minutes and try again. Or call or text now: a person will help."),
    ),
    500: (
        N_("Something went wrong on our side"),
        N_("It is not your fault. Please try again in a few minutes, or call or text."),
    ),
    503: (
        N_("This does not work right now"),
        N_("Please try again in a few minutes, or call or text now."),
    ),
}


def is_api(request: Request) -> bool:
    """Say whether a program is asking, so that the answer is problem details."""
    return str(request.scope["path"]).startswith(("/api/", "/health/", "/directory/"))


def refusal(request: Request, error: AnydoorError) -> Response:
    """Return a service's refusal as a page or as problem details with its field and rule."""
    if is_api(request):
        told = (error.field, error.rule, error.advice)
        return _told(request, error.status, type(error).__name__, *told)
    return failure_page(request, error.status)


def _told(request: Request, status: int, title: str, *why: str) -> Response:
    """A refusal as the API that was asked tells it."""
    say = outcome if is_fhir(str(request.scope["path"])) else problem
    return say(status, title, *why)


def problem(status: int, title: str, field: str = "", rule: str = "", advice: str = "") -> Response:
    """Return RFC 9457 problem details."""
    body = {"type": "about:blank", "title": title, "status": status}
    told = {"field": field, "rule": rule, "advice": advice}
    body.update({name: text for name, text in told.items() if text})
    return JSONResponse(body, status, media_type="application/problem+json")


def failure_page(request: Request, status: int) -> Response:
    """Return the page for a status: what happened in plain words, and whom to call."""
    known = status if status in WORDS else (500 if status >= 500 else 400)
    heading, advice = WORDS[known]
    return render(request, "error.html", status=status, heading=heading, advice=advice)


async def http_failure(request: Request, error: Exception) -> Response:
    """Answer an HTTPException (404, 405, 413, ...)."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = getattr(error, "headers", None) or {}
    if is_api(request):
        answer = _told(request, status, WORDS.get(status, WORDS[400])[0])
    else:
        answer = failure_page(request, status)
    answer.headers.update(headers)
    return answer


class Failures:
    """The last catch: whatever breaks becomes the page with the phone numbers, and a log line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def note_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception:
            page = scope.get("state", {}).get("page")
            route = "unknown" if page is None else page.path
            log.exception("a page failed", extra={"route": route, "method": scope["method"]})
            if started:
                raise
            request = Request(scope, receive)
            if is_api(request):
                answer = _told(request, 500, WORDS[500][0])
            else:
                answer = failure_page(request, 500)
            await answer(scope, receive, send)
