"""What services keep, in dicts, moved by the services' own rules and read by their own views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.referrals.stream import Stream, Terms, read
from services.registry import capacity
from shared.crypto.sealing import new_identity
from shared.errors import NotFound
from shared.events.catalogue import type_of
from shared.storage.claims import Claim
from tests.support.portal_fakes import FakePortal
from tests.support.referral_network import MemoryLedger
from tests.support.staff_network import CARDS

Json = dict[str, Any]


class StaffLedger(MemoryLedger):
    """The streams with what happened, as the real store gives them."""

    def __init__(self, clock: Callable[[], datetime], terms: Terms) -> None:
        super().__init__(clock, terms)
        self.commits: dict[str, list[Json]] = {}

    def open(self, stream: str, arrival: Any, *, cause: str, actor: str = "") -> Stream:
        return super().open(stream, arrival, cause=cause)

    def _keep(self, stream: str, state: Json, events: list[Any], cause: str) -> None:
        super()._keep(stream, state, events, cause)
        told = [{"type": _wire_name(one), "data": msgspec.to_builtins(one)} for one in events]
        commit = {"at": self.clock(), "actor": "", "events": told}
        self.commits.setdefault(stream, []).append(commit)

    def history(self, stream: str) -> list[Json]:
        return self.commits.get(stream, [])

    def of_agency(self, name: str, agency: str) -> list[Stream]:
        return [read(one) for one in self.states.values() if agency in one.get(name, [])]

    def histories(self, streams: Sequence[str]) -> dict[str, list[Json]]:
        return {id: self.history(id) for id in streams}

    def with_part(self, agency: str, since: str, first: str, most: int) -> list[Stream]:
        every = [read(one) for id, one in sorted(self.states.items()) if id >= first]
        return [one for one in every if agency in (*one.involved, *one.offered_to)][:most]

    def orphans(self) -> Json:
        open_streams = [one for one in self.states.values() if read(one).is_open]
        return {"open": len(open_streams), "without_owner_or_deadline": 0}


def _wire_name(event: Any) -> str:
    return type_of(type(event)).name


class MemoryCodes:
    """The verifiers of stream codes in a list."""

    def __init__(self) -> None:
        self.rows: list[Json] = []

    def keep(self, stream: str, claim: Claim) -> None:
        private = claim.private
        row = {name: private[name] for name in ("locator", "salt", "verifier")}
        self.rows.append({"stream": stream, **row})

    def verifiers(self, locator: str) -> list[Json]:
        return [
            {name: row[name] for name in ("stream", "salt", "verifier")}
            for row in self.rows
            if row["locator"] == locator
        ]


class MemoryStaff:
    """What accounts keeps, in dicts."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Json]] = {
            kind: {} for kind in ("agency", "account", "session", "key", "link")
        }

    def __getattr__(self, name: str) -> Any:
        """add_<kind>(row), <kind>(id), end_session(id) and account_at(locator)."""
        verb, _, kind = name.partition("_")
        if verb == "add":
            return lambda row: self.kept[kind].setdefault(row["_id"], row)
        if name in self.kept:
            return lambda id: self.kept[name].get(id)
        raise AttributeError(name)

    def accounts(self, ids: Sequence[str]) -> list[Json]:
        return [row for id, row in self.kept["account"].items() if id in ids]

    def account_at(self, locator: str) -> Json | None:
        found = self.kept["account"].values()
        return next((row for row in found if row["locator"] == locator), None)

    def link_at(self, locator: str) -> Json | None:
        found = self.kept["link"].values()
        return next((row for row in found if row["locator"] == locator), None)

    def links(self, agency: str) -> list[Json]:
        return [row for row in self.kept["link"].values() if row["agency"] == agency]

    def end_link(self, id: str, agency: str, actor: str) -> bool:
        row = self.kept["link"].get(id, {})
        if row.get("agency") == agency:
            row["ended_by"] = actor
        return row.get("agency") == agency

    def end_session(self, id: str) -> None:
        self.kept["session"].pop(id, None)

    def staff_of(self, agency: str) -> list[Json]:
        return [row for row in self.kept["account"].values() if row["agency"] == agency]

    def end_account(self, id: str, actor: str) -> bool:
        is_live = "ended_by" not in self.kept["account"][id]
        self.kept["account"][id].setdefault("ended_by", actor)
        return is_live

    def end_what_it_opened(self, id: str, actor: str) -> None:
        for row in self.kept["link"].values():
            if row.get("actor") == id:
                row.setdefault("ended_by", actor)

    def set_claim(self, id: str, claim: str, actor: str) -> None:
        self._exchange(self.kept["account"][id], claim, actor)

    def set_lock(self, agency: str, claim: str, replaced: str, actor: str) -> None:
        row = self.kept["agency"][agency]
        if row["claim"] == replaced:
            self._exchange(row, claim, actor)

    def _exchange(self, row: Json, claim: str, actor: str) -> None:
        if claim not in (row["claim"], *row.get("former", ())):
            for name in ("former", "left_over"):
                row[name] = [*row.get(name, ()), row["claim"]]
            row |= {"claim": claim, "changed_by": actor}

    def erased(self, row: Json) -> None:
        row["left_over"] = []

    def end_sessions(self, account: str, but: str = "") -> None:
        kept = self.kept["session"]
        for id, row in list(kept.items()):
            if row["account"] == account and row["claim"] != but:
                del kept[id]

    def begin_again(self, id: str) -> None:
        self.kept["account"][id].pop("ended_by")

    def keys(self, agency: str) -> list[Json]:
        return [row for row in self.kept["key"].values() if row["agency"] == agency]

    def end_key(self, id: str, agency: str, actor: str) -> bool:
        row = self.kept["key"].get(id, {})
        if row.get("agency") == agency:
            row["ended_by"] = actor
        return row.get("agency") == agency


class MemoryTips:
    """The tips in a dict, moved by the real rules."""

    def __init__(self) -> None:
        self.states: dict[str, Json] = {}
        self.causes: set[str] = set()

    def change(self, tip: str, move: Any, *, cause: str, actor: str = "") -> Json:
        if cause not in self.causes:
            done = move(self.states.get(tip))
            if done is not None:
                self.states[tip] = done[0]
                self.causes.add(cause)
        return self.states[tip]

    def load(self, tip: str) -> Json | None:
        return self.states.get(tip)

    def waiting(self, agency: str) -> list[Json]:
        over = ("closed", "withdrawn")
        return [
            one
            for one in self.states.values()
            if one["owner"] == agency and one["state"] not in over
        ]


class MemoryCapacities:
    """What agencies report, by the registry's own rules."""

    def __init__(self) -> None:
        self.states: dict[str, Json] = {}
        self.commands: dict[str, Json] = {}

    def report(
        self,
        command_id: str,
        service: str,
        available: int,
        actor: str,
        maximum: int | None = None,
        unit: Any = None,
    ) -> Json:
        if service not in {card.id for card in CARDS}:
            raise NotFound("service", "is not in the directory", "list it first")
        at, before = datetime.now(UTC), self.states.get(service)
        if command_id in self.commands:
            return self.commands[command_id]
        after, _ = capacity.report(
            before, service, available=available, maximum=maximum, unit=unit, at=at
        )
        self.states[service] = after
        known = {name: after[name] for name in ("service", "unit", "available", "maximum")}
        told = {**known, "free": available, "outward": capacity.outward(after, at)}
        return self.commands.setdefault(command_id, told)


class MemoryReleaseKeys:
    """The keys of releases in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}

    def make(self, release: str, until: datetime) -> str:
        return self.kept.setdefault(release, new_identity())[1]

    def keep(self, release: str, until: datetime) -> None:
        assert release in self.kept

    def identity(self, release: str, at: datetime) -> str:
        return self.kept.get(release, ("", ""))[0]

    def destroy(self, release: str) -> None:
        self.kept.pop(release, None)


class ClaimsNow:
    """The portal's claims as a service reads them."""

    def __init__(self, portal: FakePortal) -> None:
        self._kept = portal.claims.kept

    def get(self, id: str) -> Claim | None:
        return self._kept.get(id)

    def erase(self, id: str) -> None:
        self._kept.pop(id, None)

    def replace_box(self, id: str, box: bytes) -> None:
        self._kept[id] = replace(self._kept[id], box=box)
