"""The workspace on stand-ins: the services' own rules and answers, with nothing kept on disk.

Bridgewater does case management, North Star has beds, Harbor Light coordinates and does triage.
Everybody's password and every agency's passphrase is `WORDS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from argon2 import PasswordHasher

from portal.staff import with_staff
from portal.tickets import Ticket
from services.accounts.entrypoints import Accounts
from services.referrals.desk import Desk
from services.referrals.entrypoints import Referrals
from services.referrals.reading import Reading
from services.referrals.stream import Stream, Terms, read
from services.registry import capacity
from services.tips.domain import receive
from services.tips.entrypoints import Triage
from shared.clock import now
from shared.crypto import codes, signin
from shared.crypto.sealing import lock_identity, new_identity, seal
from shared.directory import Capacity, ServiceCard
from shared.errors import NotFound
from shared.events.doors import TipSubmitted
from shared.ids import derived_id, new_id
from shared.storage.claims import Claim
from tests.support.portal_fakes import TRIAGE, FakePortal, make_portal
from tests.support.referral_network import MemoryLedger, Network
from tests.support.subscription_fakes import FakeSubscriptions

Json = dict[str, Any]
WORDS = "correct horse battery"
#: Argon2id as cheap as it goes: what is tested is not its cost.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def agency_id(slug: str) -> str:
    """Return the id of a sample agency."""
    return derived_id("fake", "organization", slug)


BRIDGEWATER, NORTH_STAR, LAKESHORE = map(agency_id, ("bridgewater", "north-star", "lakeshore"))
HARBOR_LIGHT = TRIAGE
NAMES = {
    BRIDGEWATER: "Bridgewater Case Management",
    NORTH_STAR: "North Star Shelter",
    LAKESHORE: "Lakeshore Legal Aid",
    HARBOR_LIGHT: "Harbor Light Coordination",
}
BEDS = derived_id("fake", "service", "north-star")


def _card(slug: str, agency: str, name: str, *needs: str) -> ServiceCard:
    return ServiceCard(
        id=derived_id("fake", "service", slug),
        organization=agency,
        organization_name=NAMES[agency],
        name=name,
        needs=list(needs),
        languages=["en", "es"],
        areas=["XS-lakeshore"],
        member=True,
        capacity=Capacity(outward="has", updated_at="2026-11-22T10:00:00+00:00"),
        version=1,
    )


CARDS = [
    _card("bridgewater", BRIDGEWATER, "Case management", "case_management"),
    _card("north-star", NORTH_STAR, "North Star beds", "emergency_housing", "food_clothing"),
    _card("lakeshore", LAKESHORE, "T visa clinic", "legal_assistance"),
]


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

    def orphans(self) -> Json:
        open_streams = [one for one in self.states.values() if read(one).is_open]
        return {"open": len(open_streams), "without_owner_or_deadline": 0}


def _wire_name(event: Any) -> str:
    from shared.events.catalogue import type_of

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
            kind: {} for kind in ("agency", "account", "session", "key")
        }

    def __getattr__(self, name: str) -> Any:
        """add_<kind>(row), <kind>(id), end_session(id) and account_at(locator)."""
        verb, _, kind = name.partition("_")
        if verb == "add":
            return lambda row: self.kept[kind].setdefault(row["_id"], row)
        if name in self.kept:
            return lambda id: self.kept[name].get(id)
        raise AttributeError(name)

    def account_at(self, locator: str) -> Json | None:
        found = self.kept["account"].values()
        return next((row for row in found if row["locator"] == locator), None)

    def end_session(self, id: str) -> None:
        self.kept["session"].pop(id, None)


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

    def report(
        self, command_id: str, service: str, available: int, maximum: int, unit: Any, actor: str
    ) -> Json:
        if service not in {card.id for card in CARDS}:
            raise NotFound("service", "is not in the directory", "list it first")
        at, before = datetime.now(UTC), self.states.get(service)
        after, _ = capacity.report(
            before, service, available=available, maximum=maximum, unit=unit, at=at
        )
        self.states[service] = after
        known = {name: after[name] for name in ("service", "unit", "available", "maximum")}
        return {**known, "free": available, "outward": capacity.outward(after, at)}


class _ClaimsNow:
    """The portal's claims as a service reads them."""

    def __init__(self, portal: FakePortal) -> None:
        self._kept = portal.claims.kept

    def get(self, id: str) -> Claim | None:
        return self._kept.get(id)

    def erase(self, id: str) -> None:
        self._kept.pop(id, None)


@dataclass
class Workplace:
    """The portal with a workspace, and what stands behind it."""

    portal: FakePortal
    network: Network
    ledger: StaffLedger
    tips: MemoryTips
    staff: MemoryStaff
    capacities: MemoryCapacities
    subscriptions: FakeSubscriptions
    identities: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Any:
        return self.portal.app

    def deliver(self) -> None:
        """Let what happened be carried to whoever reads it."""
        self.network.deliver()

    def open_stream(self, id: str = "stream-1", **told: Any) -> Stream:
        """A Spanish-speaking man asks for help in the portal."""
        needs = told.pop("needs", ["emergency_housing", "legal_assistance"])
        told = {"gender": "man", "age_group": "adult", "origin": "foreign_national", **told}
        self.network.open(id, needs, **told)
        self.deliver()
        return self.network.stream(id)

    def seal_contact(self, stream: str, agency: str = BRIDGEWATER) -> str:
        """Keep what a client wrote, sealed to an agency, and return its claim."""
        said = {
            "contact": "1-555-555-0142",
            "when_safe": "Mornings. Hang up if a man answers.",
            "message_ok": False,
            "note": "I am with my sister.",
            "language": "",
            "asked_by": "self",
        }
        claim = derived_id("contact", stream)
        box = seal(json.dumps(said).encode(), [self.recipient(agency)])
        self.portal.claims.kept[claim] = Claim(claim, "help", {}, box, now())
        return claim

    def send_tip(self, text: str = "A locked house. Men come at night.", **wishes: bool) -> str:
        """A community member sends a tip that may open a door; return its id."""
        id, code = new_id(), codes.new_code()
        self.receipts[id] = code
        boxes = self.portal.parts.boxes
        words = {"text": text, "contact": ""}
        draft = boxes.tip_claim(Ticket(id, code), words, self.recipient(HARBOR_LIGHT))
        kept = Claim(draft.id, "tip", draft.private, draft.box, now())
        self.portal.claims.kept[draft.id] = kept
        sent = TipSubmitted(
            tip=id, claim=draft.id, area="XS-lakeshore", **{"wants_door": True, **wishes}
        )
        move = partial(receive, sent=sent, owner=HARBOR_LIGHT, at=now(), open_within_s=14_400)
        self.tips.change(id, move, cause=f"sent {id}")
        return id

    def recipient(self, agency: str) -> str:
        """Return whom to seal to for an agency."""
        found: str = self.staff.kept["agency"][agency]["recipient"]
        return found

    def stream(self, id: str = "stream-1") -> Stream:
        """Return a stream as it is."""
        return self.network.stream(id)

    def give_code(self, stream: str) -> str:
        """Return a code that opens a stream."""
        code, salt = codes.new_code(), codes.new_salt()
        pepper = self.portal.parts.boxes.pepper
        row = {
            "stream": stream,
            "locator": codes.locator(code, pepper),
            "salt": salt,
            "verifier": codes.verifier(code, salt, pepper),
        }
        self.codes.rows.append(row)
        return code

    @property
    def codes(self) -> MemoryCodes:
        found: MemoryCodes = self.network.codes  # type: ignore[attr-defined]
        return found


def make_workplace(folder: Path, **settings: Any) -> Workplace:
    """Return a workspace with staff of every role in every agency."""
    portal = make_portal(folder, coordinator_agency=HARBOR_LIGHT, **settings)
    network = Network(CARDS)
    network.now = now()
    terms = msgspec.structs.replace(network.ledger.terms, coordinator=HARBOR_LIGHT)
    ledger = StaffLedger(lambda: network.now, terms)
    network.ledger = network.offering._ledger = ledger
    network.offering._terms = terms
    made = Workplace(
        portal,
        network,
        ledger,
        MemoryTips(),
        MemoryStaff(),
        MemoryCapacities(),
        FakeSubscriptions(_ClaimsNow(portal)),
    )
    network.codes = MemoryCodes()  # type: ignore[attr-defined]
    _answer(made)
    _hire(made)
    portal.parts = portal.app.state.parts = with_staff(portal.parts)
    return made


def _answer(made: Workplace) -> None:
    """Let the services' own entrypoints answer, on what is kept in memory."""
    portal, network = made.portal, made.network
    claims: Any = _ClaimsNow(portal)
    ledger: Any = made.ledger
    terms = ledger.terms
    workings = SimpleNamespace(
        desk=Desk(ledger, made.codes, claims, terms),  # type: ignore[arg-type]
        reading=Reading(ledger, network.roster, lambda: network.now, terms),
        ledger=ledger,
        codes=made.codes,
    )
    there = SimpleNamespace(clock=now, claims=claims, settings=portal.parts.settings)
    holders = {
        "referrals": _on(Referrals(), workings=workings),
        "tips": _on(Triage(), backbone=_with(there, tips=made.tips)),
        "accounts": _on(Accounts(), backbone=_with(there, staff=made.staff)),
    }
    answers = portal.backend.answers
    for service, entrypoints in holders.items():
        for method in _commands(type(entrypoints)):
            if (service, method) not in KEPT:
                answer = _answered(getattr(entrypoints, method), made.deliver)
                answers[f"{service}.{method}"] = answer
    answers["registry.report_capacity"] = made.capacities.report
    answers["registry.organization"] = _organization
    answers["registry.describe_services"] = lambda ids: [
        msgspec.to_builtins(card) for card in CARDS if card.id in ids
    ]
    answers["registry.on_call"] = _on_call
    answers.update(made.subscriptions.answers())


#: What the public pages' stand-ins answer.
KEPT = {("tips", "verifiers"), ("tips", "reporter_view"), ("referrals", "client_view")}


def _with(there: SimpleNamespace, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**vars(there), **more)


def _on(entrypoints: Any, **given: Any) -> Any:
    """Give an entrypoint class what nameko would inject."""
    for name, part in given.items():
        setattr(entrypoints, name, part)
    return entrypoints


def _commands(cls: type) -> list[str]:
    return [
        name
        for name, member in vars(cls).items()
        if callable(member) and not name.startswith(("_", "on_", "act_on", "keep_"))
    ]


def _answered(call: Callable[..., Any], deliver: Callable[[], None]) -> Callable[..., Any]:
    def answer(**arguments: Any) -> Any:
        try:
            return call(**arguments)
        finally:
            deliver()

    return answer


def _organization(id: str) -> Json:
    if id not in NAMES:
        raise NotFound("organization", "is not in the directory", "search for another")
    return {"id": id, "name": NAMES[id], "phones": [{"number": "1-555-555-0130"}]}


def _on_call(area: str, at: str) -> Json:
    covered = area == "XS-lakeshore"
    agency = HARBOR_LIGHT if covered else None
    until = "2026-11-23T08:00:00.000+00:00" if covered else None
    return {"agency": agency, "until": until, "phone_setting": "hotline_phone" if covered else ""}


ROLES = ("case_manager", "intake", "triage", "coordinator", "supervisor", "agency_admin")
SLUGS = {"bridgewater": BRIDGEWATER, "north-star": NORTH_STAR, "harbor-light": HARBOR_LIGHT}


def sign_in_name(role: str, slug: str) -> str:
    """Return the sign-in name of somebody with one role at an agency."""
    return f"staff.{role}@{slug}.example.org"


def _hire(made: Workplace) -> None:
    pepper, kept = made.portal.parts.boxes.pepper, made.portal.claims.kept
    hashed = CHEAP.hash(WORDS)
    for slug, agency in SLUGS.items():
        identity, recipient = new_identity()
        made.identities[agency] = identity
        claim = derived_id("identity", agency)
        kept[claim] = Claim(claim, "identity", {}, lock_identity(identity, WORDS), now())
        made.staff.add_agency({"_id": agency, "recipient": recipient, "claim": claim})
        for role in ROLES:
            name = sign_in_name(role, slug)
            account, claim = derived_id("account", name), derived_id("password", name)
            kept[claim] = Claim(claim, "password", {"hash": hashed}, b"", now())
            row = {"_id": account, "agency": agency, "roles": [role], "claim": claim}
            made.staff.add_account({**row, "locator": signin.locator(name, pepper)})
