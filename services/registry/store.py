"""The registry's streams in MongoDB, in the registry's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from services.registry import capacity, cards, changelog, membership, records, upkeep
from services.registry.domain import Json, Kind, Move, id_of, stream_of, written
from services.registry.showing import Shown, Whole, named_by
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.hsds import Tier
from shared.ids import derived_id
from shared.storage.commits import Change, State, Streams

Decide = Callable[[Json | None], Move | None]
AT_ONCE = 200
FOUND_BY = (
    *("related", "place_ids", "reported_at", "membership.changes_on", "waits_since"),
    *("organization", "changes_on"),
)


class Ledger:
    """Streams changed by moves, each once a cause."""

    def __init__(self, streams: Streams, clock: Clock) -> None:
        self.streams = streams
        self.clock = clock

    def prepare(self) -> None:
        """Make the indexes; safe to call at every start."""
        for field in FOUND_BY:
            self.streams.states.create_index(f"state.{field}", sparse=True)
        due = ["state.is_withdrawn", "state.upkeep.changes_on"]
        self.streams.states.create_index(due, partialFilterExpression={due[1]: {"$exists": True}})
        of_records = {"state.is_withdrawn": {"$exists": True}}
        owner = "state.hsds.organization_id"
        for fields in (["state.is_withdrawn", "state.profile.tier", "_id", owner], [owner, "_id"]):
            self.streams.states.create_index(fields, partialFilterExpression=of_records)

    def load(self, kind: str, id: str) -> Json | None:
        """Return one state."""
        found = self.streams.load(stream_of(kind, id))
        return None if found is None else found.state

    def load_all(self, kind: str, ids: Sequence[str]) -> dict[str, State]:
        """Return those states that exist, by id."""
        found = self.load_streams([stream_of(kind, one) for one in ids])
        return {id_of(stream): state for stream, state in found.items()}

    def load_streams(self, streams: Iterable[str]) -> dict[str, State]:
        """Return those states that exist, by stream."""
        wanted = sorted(set(streams))
        return self.streams.load_many(wanted) if wanted else {}

    def changes(self, streams: Iterable[str]) -> dict[str, list[Json]]:
        """Return the change logs of records and of the places in them, by id."""
        where = {"stream": {"$in": sorted(set(streams))}}
        told = {"stream": 1, "changes": 1, "at": 1}
        in_order = [("stream", 1), ("version", 1)]
        return changelog.logs(self.streams.commits.find(where, told, sort=in_order))

    def page(self, kind: str, after: str, size: int) -> list[str]:
        """Return the next ids of a kind, in their order."""
        between = {"$gt": stream_of(kind, after), "$lt": f"{kind};"}  # ";" is what follows ":"
        rows = self.streams.states.find({"_id": between}, {"_id": 1}).sort("_id", 1).limit(size)
        return [id_of(row["_id"]) for row in rows]

    def move(
        self, stream: str, decide: Decide, *, cause: str, actor: str = "", correlation: str = ""
    ) -> Json:
        """Make a move once per cause and return the state after it."""
        change = self._change(stream, decide)
        return self.streams.change(
            stream, change, cause=cause, actor=actor, correlation=correlation
        )

    def try_all(self, moves: Sequence[tuple[str, Decide, str]], actor: str) -> list[bool]:
        """Make those moves (stream, decide, cause) that fit what is there; say which those were.

        One read and one write, however many; the others are for `move`, one by one.
        """
        wanted = [(stream, self._change(stream, decide), cause) for stream, decide, cause in moves]
        return self.streams.try_all(wanted, actor)

    def _change(self, stream: str, decide: Decide) -> Callable[[Json | None], Change | None]:
        def change(state: Json | None) -> Change | None:
            move = decide(state)
            return None if move is None else Change(*upkeep.touched(stream, move, self.clock()))

        return change

    def command(self, stream: str, decide: Decide, command_id: str, actor: str) -> Json:
        """Make a person's move once per command and stream."""
        cause = derived_id(command_id, stream)
        return self.move(stream, decide, cause=cause, actor=actor, correlation=command_id)

    def must_be_listed(self, field: str, organizations: Sequence[str]) -> None:
        """Raise Invalid when one of the organizations is not in the directory."""
        found = self.load_all("organization", organizations)
        listed = {one for one, state in found.items() if records.is_listed(state.state)}
        if not listed.issuperset(organizations):
            raise Invalid(field, "is not in the directory", "list it first")


class Directory:
    """Records as others see them, page by page and by id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def services(self, ids: Sequence[str]) -> list[Any]:
        """Return the cards of those services that may be seen, in the order asked."""
        found = self._ledger.load_all("service", ids)
        around = {one for it in found.values() for one in cards.streams_around(it.state)}
        near = self._ledger.load_streams(around)
        known = cards.Around(
            {stream: it.state for stream, it in near.items()},
            {stream: it.version for stream, it in near.items()},
        )
        at = self._ledger.clock()
        asked = [found[one] for one in dict.fromkeys(ids) if one in found]
        told = [cards.service_card(it.state, it.version, known, at) for it in asked]
        return [card for card in told if card is not None]

    def services_after(self, after: str, size: int) -> Json:
        """Return a page of cards; one with fewer than `size` need not be the last."""
        ids = self._ledger.page("service", after, size)
        return {"services": self.services(ids), "next": ids[-1] if len(ids) == size else ""}

    def organizations_after(self, after: str, size: int) -> Json:
        """Return a page of organization cards."""
        ids = self._ledger.page("organization", after, size)
        found = self._ledger.load_all("organization", ids)
        told = [cards.organization_card(found[one].state, found[one].version) for one in ids]
        shown = [card for card in told if card is not None]
        return {"organizations": shown, "next": ids[-1] if len(ids) == size else ""}

    def records_after(self, kind: Whole, after: str, size: int, tier: Tier) -> Json:
        """Return a page of whole records as a tier may have them, {records, next}."""
        ids = self._ledger.page(kind, after, size)
        found = self._ledger.load_all(kind, ids)
        states = [found[one].state for one in ids]
        near = self._ledger.load_streams({one for state in states for one in named_by(state)})
        owners = self._ledger.load_streams(
            {one for it in near.values() for one in named_by(it.state)}
        )
        around = {stream: it.state for stream, it in (near | owners).items()}
        told = [stream_of(kind, one) for one in ids] if tier == "own" else []
        changes = self._ledger.changes(told)
        shown = Shown(tier, around, changes).page(kind, states)
        return {"records": shown, "next": ids[-1] if len(ids) == size else ""}

    def organization(self, id: str) -> Json:
        """Return an organization with its membership, trainings and agreements."""
        found = self._ledger.load_all("organization", [id]).get(id)
        card = cards.organization_card(found.state, found.version) if found else None
        if found is None or card is None:
            raise NotFound("organization", "is not in the directory", "search for another")
        papers = {
            name: [{"id": one, **paper} for one, paper in found.state.get(name, {}).items()]
            for name in ("trainings", "agreements")
        }
        return {**card, "membership": membership.told(found.state), **papers}

    def given_at(self, locations: Sequence[str]) -> dict[str, list[records.Given]]:
        """Return the services given at each of these locations."""
        where = {"state.related": {"$in": [stream_of("location", one) for one in locations]}}
        services = [row.state for row in self._ledger.streams.find(where)]
        return {
            one: [records.given_by(it) for it in services if records.is_given_at(it, one)]
            for one in locations
        }

    def withdraw(self, kind: Kind, id: str, command_id: str, actor: str) -> None:
        """Take a record out of the directory, an organization with all its services."""
        stream, decide = self._withdrawal(kind, id)
        self._ledger.command(stream, decide, command_id, actor)
        if kind == "organization":
            where = {"state.related": stream, "state.hsds.organization_id": id}
            for row in self._ledger.streams.find(where):
                self._ledger.command(row.stream, _withdraw_with_owner, command_id, actor)

    def _withdrawal(self, kind: Kind, id: str) -> tuple[str, Decide]:
        if kind == "location":
            here = self.given_at([id])[id]
            return stream_of(kind, id), lambda state: records.withdraw_location(state, here)
        if kind == "service_at_location":
            holders = self._ledger.streams.find({"state.place_ids": id}, limit=1)
            if not holders:
                raise records.not_listed(kind)
            return holders[0].stream, lambda state: records.withdraw_place(state, id)
        alone = {
            "organization": records.withdraw_organization,
            "service": records.withdraw_service,
        }
        return stream_of(kind, id), alone[kind]


def _withdraw_with_owner(state: Json | None) -> Move | None:
    return records.withdraw_service(state) if records.is_listed(state) else None


class Capacities:
    """Units of services. Those who ask for one service's units wait in line within a process."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lines = [Lock() for _ in range(64)]

    def report(self, service: str, given: Json, command_id: str, actor: str) -> Json:
        """Take an agency's report ({available, maximum, unit}) and return what is known now."""
        record = self._ledger.load("service", service)
        if not records.is_listed(record):
            raise NotFound("service", "is not in the directory", "list it first")
        at = self._ledger.clock()
        stream = stream_of("capacity", service)
        with self._line(stream):
            after = self._ledger.command(
                stream,
                lambda state: capacity.report(state, service, at=at, **given),
                command_id,
                actor,
            )
        names = ("service", "unit", "available", "maximum", "reported_at")
        known = {name: after[name] for name in names}
        return {**known, "free": capacity.free(after, at), "outward": capacity.outward(after, at)}

    def reserve(self, service: str, offer: str, until: datetime) -> Json:
        """Hold one unit for an offer; return {reserved, outward}, false when its lease is over."""
        at = self._ledger.clock()
        record = self._ledger.load("service", service)
        if record is None:
            raise NotFound("service", "is not in the directory", "ask another service")
        if not records.is_listed(record) or record["hsds"]["status"] != "active":
            return {"reserved": False, "outward": "none"}
        stream = stream_of("capacity", service)
        with self._line(stream):
            state = self._ledger.load("capacity", service)
            if state is not None and capacity.reserve(state, offer, until, at):
                state = self._ledger.move(
                    stream,
                    lambda now: capacity.reserve(now, offer, until, at) if now else None,
                    cause=derived_id("reserve", service, offer, written(until)),
                )
        return capacity.answer(state, record["profile"]["needs"], offer, at)

    def settle(self, service: str, decide: Decide, cause: str, correlation: str) -> None:
        """Let what became of an offer act on its service's units, once per event."""
        stream = stream_of("capacity", service)
        with self._line(stream):
            self._ledger.move(stream, decide, cause=cause, correlation=correlation)

    def forget_old(self, after_s: float) -> None:
        """Stop telling numbers nobody confirmed for `after_s` seconds."""
        before = self._ledger.clock() - timedelta(seconds=after_s)
        where = {
            "state.reported_at": {"$lt": written(before)},
            "state.is_unknown": False,
            "state.unit": {"$ne": "none"},
        }
        for row in self._ledger.streams.find(where, limit=AT_ONCE):
            self._ledger.move(
                row.stream,
                lambda state: capacity.go_unknown(state, before) if state else None,
                cause=derived_id("capacity.went_unknown", row.stream, str(row.version)),
            )

    def _line(self, stream: str) -> Lock:
        return self._lines[hash(stream) % len(self._lines)]


class Members:
    """Trainings, agreements, and the membership they give."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(self, organization: str, command_id: str, actor: str, decide: Decide) -> Json:
        """Record a paper of an organization and return its membership after that."""
        stream = stream_of("organization", organization)
        after = self._ledger.command(stream, decide, command_id, actor)
        return {"organization": organization, "membership": membership.told(after)}

    def review(self) -> None:
        """Let today's date act on memberships."""
        today = self._ledger.clock().date()
        where = {"state.membership.changes_on": {"$lte": today.isoformat()}}
        for row in self._ledger.streams.find(where, limit=AT_ONCE):
            self._ledger.move(
                row.stream,
                lambda state: membership.review(state, today) if state else None,
                cause=derived_id("membership", row.stream, str(row.version)),
            )
