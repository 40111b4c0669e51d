"""The whole portal on stand-ins: a backend and an intake in memory, each breakable.

The keys, codes, seals, pages, frame and saved copy are the real ones.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from portal.app import compose
from portal.boxes import Boxes
from portal.facets import FacetBoxes
from portal.intake import Accepted, ClaimDraft
from portal.limits import WrongCodes
from portal.offline.packs import Packs
from portal.open_data.files import Made, write
from portal.open_data.making import OpenData
from portal.page import Page
from portal.pages.services import Finding
from portal.ports import Parts
from portal.recipients import Recipients
from portal.rendering import Renderer
from portal.result_items import ResultItems
from portal.routes import PAGES
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.staticfiles import StaticFiles
from services.library.roadmap import road_map
from services.library.rulebook import load as load_rules
from shared.crypto.sealing import new_identity
from shared.errors import NotFound, Unavailable
from shared.events import Event
from shared.events.doors import HelpRequested, TipSubmitted
from shared.settings import Settings
from shared.storage.claims import Claim
from tests.support.portal_samples import changes

TRIAGE = "agency-triage"


class FakeClaims:
    """Claims in a dict. `down` makes reading fail as a dead database does."""

    def __init__(self) -> None:
        self.kept: dict[str, Claim] = {}
        self.down = False

    async def get(self, id: str) -> Claim | None:
        if self.down:
            raise TimeoutError
        return self.kept.get(id)

    def keep(self, id: str, kind: str, box: bytes) -> None:
        """Put a claim there as a service does."""
        self.kept[id] = Claim(id, kind, {}, box, datetime.now(UTC))

    async def put(self, id: str, kind: str, private: dict[str, Any], box: bytes = b"") -> None:
        self.kept.setdefault(id, Claim(id, kind, private, box, datetime.now(UTC)))


class FakeIntake:
    """Accepts once per command id. `down` is both disks full; `where` is what it says."""

    def __init__(self, claims: FakeClaims) -> None:
        self.claims = claims
        self.accepted: dict[str, list[Event]] = {}
        self.where: str = "mongo"
        self.down = False

    async def accept(
        self, events: Sequence[Event], claim: ClaimDraft | None, command_id: str
    ) -> Accepted:
        if self.down:
            raise Unavailable("", "cannot be kept right now", "please call instead")
        if command_id not in self.accepted:
            self.accepted[command_id] = list(events)
            if claim is not None:
                await self.claims.put(claim.id, claim.kind, claim.private, claim.box)
        return Accepted(self.where)  # type: ignore[arg-type]

    def events(self, cls: type[Event]) -> list[Any]:
        """Return what was accepted, of one class."""
        every = itertools.chain.from_iterable(self.accepted.values())
        return [one for one in every if isinstance(one, cls)]


class FakeBackend:
    """The services: referrals and tips know what the intake accepted, as soon as `hears` is true.

    `down` makes every call time out, `silent` those of some services; `answers` holds other
    answers by "service.method".
    """

    def __init__(self, intake: FakeIntake, triage_recipient: str) -> None:
        self.intake = intake
        self.down = False
        self.silent: set[str] = set()
        self.hears = True
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Callable[..., Any]] = {
            "accounts.recipient": lambda agency: {"recipient": triage_recipient, "claim": ""},
            "accounts.link_at": lambda locator: None,
            "referrals.verifiers": lambda locator: self._verifiers("stream", locator),
            "tips.verifiers": lambda locator: self._verifiers("tip", locator),
            "referrals.client_view": lambda stream: self._view(stream),
            "tips.reporter_view": lambda tip: self._view(tip),
            "search.changes_after": lambda revision, limit: changes(revision),
            "registry.describe_services": lambda ids: [],
            "library.road_map": partial(road_map, load_rules()),
            "registry.organization": lambda id: {
                "id": id,
                "name": "Bridgewater Case Management",
                "phones": [{"number": "1-555-555-0130", "kind": "voice"}],
            },
        }

    async def call(
        self, service: str, method: str, /, *, deadline_s: float | None = None, **arguments: Any
    ) -> Any:
        self.calls.append((service, method, arguments))
        if self.down or service in self.silent:
            raise Unavailable(service, "did not answer in time", "try again later")
        return self.answers[f"{service}.{method}"](**arguments)

    async def health(self) -> dict[str, bool]:
        names = ("rabbitmq", "registry", "library", "tips", "referrals", "search", "accounts")
        return dict.fromkeys(names, not self.down)

    def _verifiers(self, kind: str, locator: str) -> list[dict[str, str]]:
        if not self.hears:
            return []
        wanted: type[Event] = HelpRequested if kind == "stream" else TipSubmitted
        rows = []
        for event in self.intake.events(wanted):
            private = self.intake.claims.kept[event.claim].private
            if private["locator"] == locator:
                id = getattr(event, kind)
                rows.append({kind: id, "salt": private["salt"], "verifier": private["verifier"]})
        return rows

    def _view(self, id: str) -> dict[str, Any]:
        if id not in self.views:
            raise NotFound("id", "is not here", "check it")
        return self.views[id]


@dataclass
class FakePortal:
    """The app and what stands behind it."""

    app: Starlette
    parts: Parts
    backend: FakeBackend
    intake: FakeIntake
    claims: FakeClaims
    snapshot: DirectorySnapshot
    identities: dict[str, str] = field(default_factory=dict)

    def sent(self, cls: type[Event]) -> list[Any]:
        """Return the accepted events of one class."""
        return self.intake.events(cls)


@cache
def _rendering() -> tuple[StaticFiles, Renderer]:
    """The files and the templates, loaded once: it takes longer than most tests."""
    static = StaticFiles()
    return static, Renderer(Settings(), static)


def make_portal(
    folder: Path, pages: Sequence[Page] = PAGES, exit_url: str = "/health/live", **settings: Any
) -> FakePortal:
    """Return a portal on fakes; `folder` is for its copy of the triage key."""
    claims = FakeClaims()
    intake = FakeIntake(claims)
    keys = {name: new_identity() for name in ("hub", "recovery", "triage")}
    recipients = {name: recipient for name, (_, recipient) in keys.items()}
    backend = FakeBackend(intake, recipients["triage"])
    settings |= {"snapshot_dir": folder, "exit_url": exit_url}
    told = Settings(triage_agency=TRIAGE, accept_deadline_s=0.5, **settings)
    snapshot = DirectorySnapshot(told, backend, poll_every_s=0.05)
    static, renderer = _rendering()
    # The engine is not there, so every search is answered from the saved copy.
    finding = Finding(Search(told, snapshot), snapshot, FacetBoxes(renderer), ResultItems(renderer))
    parts = Parts(
        settings=told,
        backend=backend,
        intake=intake,
        claims=claims,
        snapshot=snapshot,
        renderer=renderer,
        static=static,
        boxes=Boxes(b"\x07" * 32, recipients["hub"], recipients["recovery"]),
        recipients=Recipients(backend, TRIAGE, folder),
        wrong_codes=WrongCodes(),
        checks={"mongodb": _is_up, "meilisearch": _is_up},
        extras={
            "services": finding,
            "open_data": OpenData(told, snapshot, make_here),
            "packs": Packs(told, snapshot, renderer),
        },
    )

    app = compose(parts, pages, partial(_following, snapshot, parts.extras["open_data"]))
    identities = {name: identity for name, (identity, _) in keys.items()}
    return FakePortal(app, parts, backend, intake, claims, snapshot, identities)


@asynccontextmanager
async def _following(
    snapshot: DirectorySnapshot, open_data: OpenData, app: Starlette
) -> AsyncIterator[None]:
    await snapshot.start()
    while snapshot.age_s() is None:  # noqa: ASYNC110 - it has no signal of its own
        await asyncio.sleep(0.01)
    await open_data.make()
    yield
    await snapshot.close()


async def make_here(copy: Path, folder: Path, making: str) -> Made | None:
    """Make the directory's files without a process, which takes longer than most tests."""
    return await asyncio.to_thread(write, copy, folder, making, lambda: True)


async def _is_up() -> bool:
    return True
