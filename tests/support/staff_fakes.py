"""The workspace on stand-ins: the services' own rules and answers, with nothing kept on disk.

Bridgewater does case management, North Star has beds, Harbor Light coordinates and does triage.
Everybody's password and every agency's passphrase is `WORDS`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from portal.api.routes import SCOPES
from portal.passwords import secret_hash
from portal.staff import with_staff
from portal.tickets import Ticket
from services.referrals.stream import Stream
from services.tips.domain import receive
from shared.clock import now
from shared.crypto import codes, signin
from shared.crypto.sealing import lock_identity, new_identity, seal
from shared.events.doors import TipSubmitted
from shared.ids import derived_id, new_id
from shared.storage.claims import Claim
from tests.support.memory_records import MemoryRecords
from tests.support.memory_services import (
    ClaimsNow,
    MemoryCapacities,
    MemoryCodes,
    MemoryStaff,
    MemoryTips,
    StaffLedger,
)
from tests.support.memory_suggestions import MemorySuggestions
from tests.support.portal_fakes import FakePortal, make_portal
from tests.support.referral_network import Network
from tests.support.service_answers import answer_for
from tests.support.staff_network import BRIDGEWATER, CARDS, HARBOR_LIGHT, NORTH_STAR
from tests.support.subscription_fakes import FakeSubscriptions

Json = dict[str, Any]
WORDS = "correct horse battery"
#: Argon2id as cheap as it goes: what is tested is not its cost.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


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
    suggestions: MemorySuggestions = field(default_factory=MemorySuggestions)
    codes: MemoryCodes = field(default_factory=MemoryCodes)
    records: MemoryRecords = field(default_factory=MemoryRecords)
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

    def program(self, scopes: Sequence[str] = (), agency: str = NORTH_STAR) -> TestClient:
        """Return an agency's program with its own key, of every scope unless some are named."""
        id, secret = new_id(), secrets.token_urlsafe(32)
        kept = Claim(f"key-{id}", "key", {"hash": secret_hash(secret)}, b"", now())
        self.portal.claims.kept[kept.id] = kept
        row: Json = {"_id": id, "agency": agency, "claim": kept.id, "actor": "seed"}
        row |= {"scopes": list(scopes or SCOPES)}
        self.staff.add_key(row)
        return TestClient(self.app, headers={"authorization": f"Bearer {id}.{secret}"})

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
        FakeSubscriptions(ClaimsNow(portal), HARBOR_LIGHT),
    )
    answer_for(made)
    _hire(made)
    portal.parts = portal.app.state.parts = with_staff(portal.parts)
    return made


ROLES = ("case_manager", "intake", "triage", "coordinator", "supervisor", "agency_admin")
SLUGS = {"bridgewater": BRIDGEWATER, "north-star": NORTH_STAR, "harbor-light": HARBOR_LIGHT}


def sign_in_name(role: str, slug: str) -> str:
    """Return the sign-in name of somebody with one role at an agency."""
    return f"staff.{role}@{slug}.example.org"


@cache
def _key(agency: str) -> tuple[str, str, bytes]:
    """An agency's identity, its recipient, and the identity under `WORDS`; locking takes 0.1 s."""
    identity, recipient = new_identity()
    return identity, recipient, lock_identity(identity, WORDS)


def _hire(made: Workplace) -> None:
    pepper, kept = made.portal.parts.boxes.pepper, made.portal.claims.kept
    hashed = CHEAP.hash(WORDS)
    for slug, agency in SLUGS.items():
        made.identities[agency], recipient, locked = _key(agency)
        claim = derived_id("identity", agency)
        kept[claim] = Claim(claim, "identity", {}, locked, now())
        made.staff.add_agency({"_id": agency, "recipient": recipient, "claim": claim})
        for role in ROLES:
            name = sign_in_name(role, slug)
            account, claim = derived_id("account", name), derived_id("password", name)
            kept[claim] = Claim(claim, "password", {"hash": hashed}, b"", now())
            row = {"_id": account, "agency": agency, "roles": [role], "claim": claim}
            made.staff.add_account({**row, "locator": signin.locator(name, pepper)})
