"""What every page of the workspace does alike: who asks, what was posted, refusals kept kind.

A refused form comes back with what was typed and the service's advice. When a service does not
answer, the page says what still works and offers to send the same form again: its command_id makes
that harmless.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial, wraps
from typing import Any

from babel.dates import format_datetime, format_skeleton
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.forms import Posted, Problem, read_form, summary
from portal.page import Handler
from portal.pages.workspace.field_words import FIELDS
from portal.pages.workspace.words import DONE
from portal.ports import Identity, parts
from portal.rendering import render
from shared.errors import AnydoorError, Unavailable
from shared.fields import check_ids
from shared.ids import new_id

#: Fields that are never sent back to the browser.
SECRET = frozenset(
    {
        *("password", "passphrase", "release_passphrase", "along_passphrase"),
        *("new_words", "new_words_again"),
    }
)
_BEGINS_A_SENTENCE = frozenset(
    [
        "is",
        "was",
        "has",
        "does",
        "do",
        "needs",
        "holds",
        "may",
        "must",
        "neither",
        "cannot",
        "says",
        "wrote",
    ]
)
Again = Callable[[list[Problem], int], Awaitable[Response]]


def staff(handler: Handler) -> Handler:
    """Make a handler a workspace page: the form is read, refusals and silence get a page."""

    @wraps(handler)
    async def page(request: Request) -> Response:
        request.state.posted = await _form(request) if request.method == "POST" else Posted()
        try:
            return await handler(request)
        except Unavailable as error:
            return _nobody_answers(request, error)
        except AnydoorError as error:
            return show(request, "refused.html", status=error.status, problem=told(error))

    return page


async def _form(request: Request) -> Posted:
    return await read_form(request, request.state.page.max_body)


def who(request: Request) -> Identity:
    """Return who is signed in on this page."""
    identity: Identity = request.state.identity
    return identity


def posted(request: Request) -> Posted:
    """Return the form that came with the request, empty on a GET."""
    form: Posted = request.state.posted
    return form


def show(
    request: Request,
    template: str,
    *,
    status: int = 200,
    problems: Iterable[Problem] = (),
    **context: Any,
) -> Response:
    """Return a page from a template of templates/workspace.

    It finds `command_id()` (a fresh one for each form), `when(at)`, `coordinates` (whether it is
    for the agency that coordinates), `done` (what was just done, or "") and the problems as
    `portal.forms.summary` gives them.
    """
    return render(
        request,
        f"workspace/{template}",
        status=status,
        carry=None if request.method in ("GET", "HEAD") else [],
        command_id=new_id,
        coordinates=belongs_to_coordinator(request),
        when=partial(when, request.state.lang),
        done=DONE.get(request.query_params.get("done", ""), ""),
        **summary(list(problems)),
        **context,
    )


def belongs_to_coordinator(request: Request) -> bool:
    """Say whether who is signed in belongs to the agency that coordinates the network."""
    identity: Identity | None = getattr(request.state, "identity", None)
    return identity is not None and identity.agency == parts(request).settings.coordinator_agency


def when(lang: str, at: str) -> str:
    """Return a moment in words, in the deployment's own time zone (the process's, TZ)."""
    local = datetime.fromisoformat(at).astimezone()
    return str(format_datetime(local, "d MMM, HH:mm", locale=lang))


def day_of(lang: str, day: str) -> str:
    """Return a day of the coming months in words, as a language writes it, "March 3"."""
    return str(format_skeleton("MMMMd", date.fromisoformat(day), locale=lang))


def when_between(lang: str, begins: str, ends: str) -> str:
    """Return a span of the coming week in words, "Tue 02:00 – 06:00", in the same time zone."""
    first, last = (datetime.fromisoformat(at).astimezone() for at in (begins, ends))
    named = "HH:mm" if first.date() == last.date() else "EEE HH:mm"
    return (
        f"{format_datetime(first, 'EEE HH:mm', locale=lang)} – "
        f"{format_datetime(last, named, locale=lang)}"
    )


def go(request: Request, path: str, done: str = "") -> Response:
    """Lead the browser to a page, which says what was done."""
    query = f"?done={done}" if done else ""
    return RedirectResponse(f"{request.state.prefix}{path}{query}", 303)


async def ask(request: Request, service: str, method: str, /, **arguments: Any) -> Any:
    """Return what a service answers this agency."""
    agency = who(request).agency
    return await parts(request).backend.call(service, method, agency=agency, **arguments)


async def act(request: Request, service: str, method: str, /, **arguments: Any) -> Any:
    """Give a service a command of this agency's, once per command_id of the form."""
    return await ask(
        request,
        service,
        method,
        command_id=posted(request).first("command_id") or new_id(),
        actor=who(request).account,
        **arguments,
    )


async def settle(
    request: Request, command: Awaitable[Any], *, to: str, done: str, again: Again
) -> Response:
    """Carry a command out and go on to a page; a refusal shows the form `again` with its advice.

    Silence is not a refusal: Unavailable passes through.
    """
    try:
        await command
    except Unavailable:
        raise
    except AnydoorError as error:
        return await again([refused(error)], error.status)
    return go(request, to, done)


def refused(error: AnydoorError) -> Problem:
    """Return a service's refusal as a problem of the field it names."""
    return Problem(error.field.split("[")[0] or "form", told(error))


def told(error: AnydoorError) -> str:
    """Return a refusal as a sentence or two."""
    field = FIELDS.get(error.field.split("[")[0], error.field.replace("_", " "))
    joint = " " if error.rule.split(" ")[0] in _BEGINS_A_SENTENCE else ": "
    rule = f"{field}{joint}{error.rule}" if field else error.rule
    sentences = (part[:1].upper() + part[1:] for part in (rule, error.advice) if part)
    return ". ".join(sentences)


def path_id(request: Request, name: str) -> str:
    """Return an id of the address; Invalid names it when it cannot be one."""
    value = str(request.path_params[name])
    check_ids(**{name: value})
    return value


async def or_nothing(answer: Awaitable[Any]) -> Any:
    """Return an answer, None when the service does not answer: the page says so in that place."""
    try:
        return await answer
    except Unavailable:
        return None


def chosen(values: Mapping[str, str], code: str) -> str:
    """Return the words of a code, or the code itself when it is none we know."""
    return values.get(code, code.replace("_", " "))


def _nobody_answers(request: Request, error: Unavailable) -> Response:
    form = posted(request)
    secret = any(name in SECRET for name, _ in form.pairs)
    return show(
        request,
        "unavailable.html",
        status=error.status,
        again=[] if secret else form.pairs,
    )
