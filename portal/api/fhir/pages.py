"""What answers about referrals in FHIR: reads, searches, moves and orders."""

from __future__ import annotations

import functools
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.api.asking import IDEMPOTENCY, act, actor, ask, command_id, holder
from portal.api.fhir import codes, incoming, resources, search
from portal.api.fhir.ordering import Order, order
from portal.api.fhir.outcomes import outcome, resource
from portal.api.fhir.resources import fhir_id, ids_of, status_of
from portal.page import Handler
from shared.errors import AnydoorError, IllegalMove, Invalid, NotFound, Stale
from shared.ids import derived_id

Json = dict[str, Any]
#: Targets after which the agency that sent them may not see the Task any more.
LEAVING = {"rejected": "decline", "failed": "fail", "cancelled": "cancel"}
#: A field of the referrals service -> where an order, and where a Task, says it.
OF_ORDER = {
    **{name: f"ServiceRequest.extension({name})" for name in codes.CLIENT_FIELDS},
    **dict.fromkeys(("needs", "need_type"), "ServiceRequest.code"),
    "stream": "ServiceRequest.subject.identifier",
}
OF_TASK = {
    **dict.fromkeys(("offer", "agency"), "Task.owner"),
    **dict.fromkeys(("referral", "need"), "Task.status"),
    "reason": "Task.statusReason",
    "version": "http.If-Match",
    "stream": "id",
}


def answers(handler: Handler) -> Handler:
    """Return a handler that answers JSON only, tells where in a resource a refusal is about, and
    answers 422 for a move the graph does not have."""

    @functools.wraps(handler)
    async def answered(request: Request) -> Response:
        search.check_accepts(request)
        try:
            return await handler(request)
        except AnydoorError as error:
            fields = OF_ORDER if request.method == "POST" else OF_TASK
            status = 422 if isinstance(error, IllegalMove) else error.status
            where = fields.get(error.field, error.field)
            return outcome(status, type(error).__name__, where, error.rule, error.advice)

    return answered


@answers
async def read_task(request: Request) -> Response:
    """Return a Task with its version as ETag; 304 when If-None-Match names it."""
    return _told(request, resources.task(await _row(request, _own_path(request))))


@answers
async def read_request(request: Request) -> Response:
    """Return a ServiceRequest: a need, as far as the agency knows of it."""
    stream, need = _own_path(request)
    rows = await ask(request, "referrals", "tasks_of", stream=stream)
    about = [row for row in rows if row["need"] == need]
    if not about:
        raise NotFound("id", "is not here", "take it from the focus of a Task")
    best = next((row for row in about if row["kind"] == "need"), about[-1])
    return _told(request, resources.service_request(best))


@answers
async def read_consent(request: Request) -> Response:
    """Return a release as a Consent, for whom it names and for who leads the stream."""
    stream, release = _own_path(request)
    seen = await ask(request, "referrals", "stream", stream=stream)
    found = seen.get("releases", {}).get(release)
    if found is None:
        raise NotFound("id", "is not here", "take it from the releases of the stream")
    return resource(resources.consent(stream, release, found))


def searching(kind: str) -> Handler:
    """Return what answers a search of Tasks or ServiceRequests."""
    render = resources.task if kind == "Task" else resources.service_request

    @answers
    async def searched(request: Request) -> Response:
        found = search.read(request, kind)
        asked = search.rows_asked(found)
        told: Json = {"rows": [], "total": 0, "next": ""}
        if asked is not None:
            told = await ask(request, "referrals", "task_page", **asked)
        after = told["next"] and fhir_id(*told["next"].split("/"))
        shown = [render(row) for row in told["rows"]]
        return resource(search.bundle(request, found, shown, told["total"], after))

    return searched


@answers
async def update_task(request: Request) -> Response:
    """Move a Task to the status its new content has; nothing else of it can change."""
    ids = _own_path(request)
    given = await incoming.document(request, "Task")
    if given.get("id") != request.path_params["id"]:
        raise search.wrong("Task.id", "is not that of the address", "send the Task you read")
    return await _moved(request, await _row_or_none(request, *ids), given)


@answers
async def patch_task(request: Request) -> Response:
    """Move a Task to the status a JSON Patch gives it."""
    row = await _row_or_none(request, *_own_path(request))
    current = {} if row is None else resources.task(row)
    return await _moved(request, row, await incoming.patched(request, current))


async def _moved(request: Request, row: Json | None, given: Json) -> Response:
    """Make the move that leads to the status of a Task as it is to be.

    A Task that left the agency by this very command is answered again, as it left.
    """
    version, wanted = incoming.version_named(request), incoming.change(given)
    if row is None:
        move = LEAVING.get(wanted.status, "")
        if IDEMPOTENCY not in request.headers or not move:
            raise NotFound("id", "is not here", "it is not with your agency")
    else:
        is_newest = version in ("", row["version"])
        if is_newest:
            incoming.check_same(given, resources.task(row), wanted.status)
        if status_of(row) == wanted.status:
            if not is_newest and IDEMPOTENCY not in request.headers:
                raise Stale("http.If-Match", "is not the newest version", "read the Task again")
            return _told(request, resources.task(row))
        move = _move(row, wanted.status)
    stream, id = _own_path(request)
    asked = {"stream": stream, "id": id, "move": move, "version": version}
    after = await act(request, "referrals", "move_task", reason=wanted.reason, **asked)
    return _told(request, resources.task(after))


@answers
async def take_order(request: Request) -> Response:
    """Open a stream for a new client, or record one more need of a stream."""
    given = order(await incoming.document(request, "Bundle"), holder(request).agency)
    once = _once(request, given)
    if given.stream:
        asked = {"stream": given.stream, "need_type": given.needs[0]}
        opened = await ask(request, "referrals", "record_need", **asked, **once)
    else:
        about = {"door": "agency", "needs": given.needs, **given.client}
        opened = await ask(request, "referrals", "open_stream", **about, **once)
    stream = opened["stream"]
    rows = await ask(request, "referrals", "tasks_of", stream=stream)
    newest = {row["need_type"]: row for row in rows if row["kind"] == "need"}
    entries = [_created(kind, newest[need]) for kind, need in given.entries]
    told = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return resource(told)


def _once(request: Request, given: Order) -> Json:
    """The ids of the command: one for one Idempotency-Key, or one identifier, of a key."""
    command = command_id(request)
    if given.once and IDEMPOTENCY not in request.headers:
        command = derived_id("fhir", holder(request).key, given.once)
    return {"command_id": command, "actor": actor(request)}


def _created(kind: str, row: Json) -> Json:
    told = {
        "status": "201 Created",
        "location": f"{kind}/{fhir_id(row['stream'], row['need'])}",
        "etag": f'W/"{row["version"]}"',
        "lastModified": row.get("at", row["opened_at"]),
    }
    return {"response": told}


def _move(row: Json, target: str) -> str:
    """Return the move that leads to a status; Invalid names the statuses that are legal now."""
    now = status_of(row)
    table = codes.NEED_MOVES if row["kind"] == "need" else codes.REFERRAL_MOVES
    legal = table.get(now, {})
    if target not in legal:
        advice = f"legal now: {', '.join(sorted(legal))}" if legal else "no move is legal any more"
        raise Invalid("Task.status", f"{target} is not legal: it is {now}", advice)
    return legal[target]


def _own_path(request: Request) -> tuple[str, str]:
    return ids_of(str(request.path_params["id"]))


async def _row_or_none(request: Request, stream: str, id: str) -> Json | None:
    try:
        rows = await ask(request, "referrals", "tasks_of", stream=stream)
    except NotFound:
        return None
    return next((row for row in rows if row["id"] == id), None)


async def _row(request: Request, ids: tuple[str, str]) -> Json:
    found = await _row_or_none(request, *ids)
    if found is None:
        raise NotFound("id", "is not here", "take it from a search or a notice")
    return found


def _told(request: Request, body: Json) -> Response:
    etag = f'W/"{body["meta"]["versionId"]}"'
    if request.method in ("GET", "HEAD") and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return resource(body, ETag=etag)
