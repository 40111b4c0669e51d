"""Needs and referrals for other systems: read in rows, searched, and moved on a known version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.referrals import offers, progress
from services.referrals.domain import Move
from services.referrals.store import Ledger
from services.referrals.stream import Occasion, Stream, Terms, moment, stamp
from services.referrals.task_rows import rejected_row, rows, version_of
from services.referrals.views import relation
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.events import Event
from shared.fields import check_code, check_ids
from shared.ids import derived_id
from shared.vocabulary import DECLINE_REASONS

Json = dict[str, Any]
MOST = 200
#: How many streams one page looks through at the most; a page may then be short, with a next one.
LOOKED = 500
#: After every id there can be.
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
#: The moves that need a code of DECLINE_REASONS.
WITH_REASON = frozenset({"decline", "fail"})


class Filters(NamedTuple):
    """Which rows: `states` are "kind:state", `ids` "stream/id"; "" and [] are all."""

    states: Sequence[str] = ()
    owner: str = ""
    requester: str = ""
    ids: Sequence[str] = ()
    since: str = ""
    until: str = ""

    def fits(self, row: Json) -> bool:
        """Say whether a row is asked for, but for its times."""
        return (
            (not self.states or f"{row['kind']}:{row['state']}" in self.states)
            and self.owner in ("", row["owner"])
            and self.requester in ("", row["requester"])
            and (not self.ids or key_of(row) in self.ids)
        )

    def fits_times(self, row: Json) -> bool:
        """Say whether a row last changed when it is asked for."""
        at = str(row.get("at", row["opened_at"]))
        return self.since <= at and (not self.until or at < self.until)


class Asked(NamedTuple):
    """One move of a need or referral: `version` is the row's the asker knows, "" for any."""

    stream: str
    id: str
    move: str
    agency: str
    reason: str = ""
    version: str = ""


class TaskDesk:
    """Rows of needs and referrals, as an agency sees them."""

    def __init__(self, ledger: Ledger, terms: Terms) -> None:
        self._ledger, self._terms = ledger, terms

    def of_stream(self, stream: str, agency: str) -> list[Json]:
        """Return the rows of a stream; NotFound when the agency has no part in it."""
        check_ids(stream=stream, agency=agency)
        found = self._ledger.get(stream)
        if found is None or not relation(found, agency, self._terms):
            raise NotFound("stream", "is not known", "check the id")
        return self._told([found], agency)

    def page(self, agency: str, filters: Filters, kind: str, after: str, size: int) -> Json:
        """Return {rows, total, next}: a page by stream and id; `next` is "" on the last, `total`
        None unless this is the only one that had to be looked through.

        `kind` is "task" for all rows, "request" for one a need.
        """
        check_ids(agency=agency)
        check_code("kind", kind, KINDS)
        if not 1 <= size <= MOST:
            raise Invalid("size", f"is not 1 to {MOST}", "ask for less")
        _check_time("since", filters.since)
        _check_time("until", filters.until)
        first, _, last = after.partition("/")
        first += "~" if last == LAST else ""  # that stream is done
        found = self._ledger.with_part(agency, filters.since, first, LOOKED + 1)
        streams = {one.id: one for one in found[:LOOKED]}
        fit = self._fitting(list(streams.values()), agency, filters, kind)
        if filters.since or filters.until:
            told = self._told([streams[id] for id in {row["stream"] for row in fit}], agency)
            fit = _among(told, fit, filters.fits_times)
        fit.sort(key=key_of)
        rest = [row for row in fit if key_of(row) > after]
        shown = rest[:size]
        told = self._told([streams[id] for id in {row["stream"] for row in shown}], agency)
        goes_on = f"{found[LOOKED - 1].id}/{LAST}" if len(found) > LOOKED else ""
        return {
            "rows": sorted(_among(told, shown), key=key_of),
            "total": None if after or goes_on else len(fit),
            "next": key_of(shown[-1]) if len(rest) > size else goes_on,
        }

    def _fitting(
        self, streams: list[Stream], agency: str, filters: Filters, kind: str
    ) -> list[Json]:
        """The rows that fit but for their times, which take the history to know."""
        told_of = KINDS[kind]
        return [
            row
            for one in streams
            for row in told_of(rows(one, agency, self._terms, ()))
            if filters.fits(row)
        ]

    def move(self, command_id: str, asked: Asked, actor: str) -> Json:
        """Make a move once a command id and return the row after it, as the agency leaves it.

        Raises Stale when the row is not at the version named any more, and what the move raises.
        """
        _check(command_id, asked, actor)
        before = self._ledger.get(asked.stream)
        seen = self._row(before, asked) if before else None

        def guarded(now: Stream, occasion: Occasion) -> list[Event]:
            if not relation(now, asked.agency, self._terms):
                raise NotFound("stream", "is not known", "check the id")
            is_same = before is not None and _part(now, asked.id) == _part(before, asked.id)
            if asked.version and not (seen and seen["version"] == asked.version and is_same):
                raise Stale("version", "is not the newest", "read it again, then decide")
            return _move(asked)(now, occasion)

        parts = (asked.stream, asked.id, asked.agency, asked.move, asked.reason)
        cause = derived_id("task", command_id, *parts)
        after = self._ledger.apply(asked.stream, guarded, cause=cause, actor=actor)
        found = self._row(after, asked)
        return found or self._left(after, asked)

    def _row(self, stream: Stream, asked: Asked) -> Json | None:
        told = self._told([stream], asked.agency)
        return next((row for row in told if row["id"] == asked.id), None)

    def _left(self, stream: Stream, asked: Asked) -> Json:
        """The row as the agency leaves it that has no part in the stream any more."""
        history = self._ledger.histories([stream.id])[stream.id]
        if asked.id in stream.needs:
            told = rows(stream, self._terms.coordinator, self._terms, history)
            row = next(one for one in told if one["id"] == asked.id)
            return {**row, "version": version_of(row)}
        row = rejected_row(stream, asked.id, asked.agency, self._terms, history)
        return {**row, "version": version_of(row)}

    def _told(self, streams: list[Stream], agency: str) -> list[Json]:
        """The rows of streams with their times and versions."""
        histories = self._ledger.histories([one.id for one in streams])
        told = [row for one in streams for row in rows(one, agency, self._terms, histories[one.id])]
        return [{**row, "version": version_of(row)} for row in told]


def one_a_need(found: list[Json]) -> list[Json]:
    """Return one row for each need: its own where it may be seen, or its newest referral's."""
    newest = {row["need"]: row for row in found if row["kind"] == "referral"}
    needs = {row["need"]: row for row in found if row["kind"] == "need"}
    return list({**newest, **needs}.values())


def key_of(row: Json) -> str:
    """Return what names a row among all: its stream and its id."""
    return f"{row['stream']}/{row['id']}"


def _among(
    told: list[Json], wanted: list[Json], fits: Callable[[Json], bool] = lambda _: True
) -> list[Json]:
    keys = {key_of(row) for row in wanted}
    return [row for row in told if key_of(row) in keys and fits(row)]


def _check_time(field: str, value: str) -> None:
    """Raise Invalid unless a value is a moment as rows are stamped with, or empty."""
    try:
        fits = not value or stamp(moment(value)) == value
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise Invalid(field, "is not a moment in UTC", "write it as the rows have it")


def _check(command_id: str, asked: Asked, actor: str) -> None:
    ids = {"stream": asked.stream, "id": asked.id, "agency": asked.agency}
    check_ids(command_id=command_id, actor=actor, **ids)
    check_code("move", asked.move, MOVES)
    if asked.move in WITH_REASON:
        check_code("reason", asked.reason, DECLINE_REASONS)


def _part(stream: Stream, id: str) -> Any:
    return stream.referrals.get(id) or stream.needs.get(id)


def _advance(asked: Asked) -> Move:
    def move(stream: Stream, occasion: Occasion) -> list[Event]:
        return progress.advance(
            stream, occasion, move=asked.move, referral=asked.id, agency=asked.agency
        )

    return move


def _answer(asked: Asked) -> Move:
    """Accept or decline the offer this agency holds of a referral now."""

    def move(stream: Stream, occasion: Occasion) -> list[Event]:
        one = stream.referrals.get(asked.id)
        if one is None or one.offer is None or one.offer.agency != asked.agency:
            raise Conflict("offer", "is not with your agency now", "read it again")
        if asked.move == "accept":
            return offers.accept(stream, occasion, offer=one.offer.id, agency=asked.agency)
        return offers.decline(
            stream, occasion, offer=one.offer.id, agency=asked.agency, reason=asked.reason
        )

    return move


def _end(asked: Asked) -> Move:
    """Complete, fail or cancel a referral, or end a need."""

    def move(stream: Stream, occasion: Occasion) -> list[Event]:
        by = asked.agency
        if asked.move == "end_need":
            return progress.end_need(stream, occasion, need=asked.id, agency=by)
        if asked.move == "fail":
            return progress.fail(
                stream, occasion, referral=asked.id, agency=by, reason=asked.reason
            )
        if asked.move == "complete":
            return progress.complete(stream, occasion, referral=asked.id, agency=by)
        return progress.cancel(stream, occasion, referral=asked.id, agency=by)

    return move


#: Which rows a list is of.
KINDS: dict[str, Callable[[list[Json]], list[Json]]] = {"task": list, "request": one_a_need}
#: What makes each move.
MOVES: dict[str, Callable[[Asked], Move]] = {
    **dict.fromkeys(("accept", "decline"), _answer),
    **dict.fromkeys(("start", "hold", "resume"), _advance),
    **dict.fromkeys(("complete", "fail", "cancel", "end_need"), _end),
}


def _move(asked: Asked) -> Move:
    return MOVES[asked.move](asked)
