"""Organizations that look alike, found in the stored records, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from services.registry import likeness, pairs
from services.registry.domain import Json, id_of, stream_of
from services.registry.likeness import Seen
from services.registry.store import Ledger
from shared.hsds import Tier

#: A person works through a list; more pairs than these wait until some are decided.
MOST_LISTED = 100
MOST_DECIDED = 100
MOST_SERVICES = 3
#: What the coordinator may see.
TIERS: tuple[Tier, ...] = ("public", "partner", "coordinator")
FIELDS = ("name", "organization_id", "website", "url", "phones.number", "addresses")


class Pairs:
    """Pairs of organizations. `coordinator` is the agency that decides about them."""

    def __init__(self, ledger: Ledger, coordinator: str) -> None:
        self._ledger, self._coordinator = ledger, coordinator

    def possible(self, agency: str) -> Json:
        """Return {pairs, total, decided}: what looks alike and was not decided, and what was."""
        pairs.must_coordinate(agency, self._coordinator)
        decided = {tuple(one["organizations"]): one for one in self._states("pair")}
        found = [one for one in likeness.alike(self._seen()) if one.pair not in decided]
        told = [
            {
                "organizations": list(one.pair),
                "why": sorted(one.why),
                "services": [list(two) for two in sorted(one.services)[:MOST_SERVICES]],
            }
            for one in found[:MOST_LISTED]
        ]
        newest = sorted(decided.values(), key=lambda one: one["decided_at"], reverse=True)
        names = ("organizations", "verdict", "decided_at")
        before = [{name: one[name] for name in names} for one in newest[:MOST_DECIDED]]
        return {"pairs": told, "total": len(found), "decided": before}

    def decide(
        self, organizations: tuple[str, str], verdict: pairs.Verdict, agency: str, by: Json
    ) -> Json:
        """Keep what a person of the coordinating agency said; `by` is {command_id, actor}."""
        pairs.must_coordinate(agency, self._coordinator)
        pair = pairs.ordered(*organizations)
        self._ledger.must_be_listed("first", pair[:1])
        self._ledger.must_be_listed("second", pair[1:])
        say = partial(
            pairs.decide, pair=pair, verdict=verdict, at=self._ledger.clock(), actor=by["actor"]
        )
        self._ledger.command(stream_of("pair", ":".join(pair)), say, **by)
        return {"organizations": list(pair), "verdict": verdict}

    def _seen(self) -> Iterator[Seen]:
        """Yield the records the coordinator may see; a confidential place tells no address."""
        open_to = {
            "state.is_withdrawn": False,
            "state.profile.tier": {"$in": [*TIERS, None]},
        }
        owners = {one["hsds"]["id"] for one in self._states("organization", open_to)}
        at: dict[str, Json] = {
            stream_of("location", one["hsds"]["id"]): one
            for one in self._states("location", open_to)
            if not one["profile"].get("confidential")
        }
        for one in self._states("organization", open_to):
            yield _as_seen(one["hsds"], one["hsds"]["id"])
        for one in at.values():
            owner = one["hsds"].get("organization_id", "")
            if owner in owners:
                yield _as_seen(one["hsds"], owner)
        for one in self._states("service", open_to):
            owner = one["hsds"]["organization_id"]
            if owner in owners:
                hidden = bool(one["profile"].get("confidential"))
                near = [] if hidden else [at[it] for it in one.get("related", ()) if it in at]
                yield _as_seen(one["hsds"], owner, one["hsds"]["id"], near)

    def _states(self, kind: str, where: Json | None = None) -> Iterator[Json]:
        between = {"$gte": f"{kind}:", "$lt": f"{kind};"}
        if kind == "pair":
            rows = self._ledger.streams.states.find({"_id": between}, {"state": 1})
        else:
            wanted = [f"state.hsds.{name}" for name in FIELDS]
            shown = [*wanted, "state.profile.confidential", "state.related"]
            rows = self._ledger.streams.states.find(
                {"_id": between, **(where or {})}, dict.fromkeys(shown, 1)
            )
        for row in rows:
            state = row["state"]
            if kind != "pair":
                state.setdefault("profile", {})
                state["hsds"]["id"] = id_of(row["_id"])
            yield state


def _as_seen(hsds: Json, owner: str, service: str = "", near: list[Json] | None = None) -> Seen:
    addresses = [*hsds.get("addresses", ())]
    for one in near or ():
        addresses += one["hsds"].get("addresses", ())
    return Seen(
        organization=owner,
        name=hsds.get("name", ""),
        service=service,
        phones=tuple(one.get("number", "") for one in hsds.get("phones", ())),
        websites=tuple(hsds[name] for name in ("website", "url") if hsds.get(name)),
        addresses=tuple(
            (one.get("address_1", ""), one.get("postal_code", "")[:5] or one.get("city", ""))
            for one in addresses
        ),
    )
