"""What the pages need from the rest of the portal, as one small bundle made by `portal.app`.

The tests hand in fakes of the same shape, so the whole portal runs without a broker or database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from starlette.requests import Request

from portal.limits import Visits, list_pages, whole_lists
from shared.clock import Clock, now
from shared.directory import ServiceCard
from shared.events import Event
from shared.settings import Settings
from shared.storage.claims import Claim

if TYPE_CHECKING:
    from portal.boxes import Boxes
    from portal.intake import Accepted, ClaimDraft
    from portal.limits import WrongCodes
    from portal.recipients import Recipients
    from portal.rendering import Renderer
    from portal.staticfiles import StaticFiles


class Backend(Protocol):
    """Calls to the services; each raises shared.errors, Unavailable when there is no answer."""

    async def call(
        self, service: str, method: str, /, *, deadline_s: float | None = None, **arguments: Any
    ) -> Any: ...

    async def health(self) -> Mapping[str, Any]: ...


class Intake(Protocol):
    """Where what people bring is made safe before they are told so.

    `accept` is the same twice for one command id. It raises Unavailable only when neither MongoDB
    nor the spool on disk takes it.
    """

    async def accept(
        self, events: Sequence[Event], claim: ClaimDraft | None, command_id: str
    ) -> Accepted: ...


class ClaimStore(Protocol):
    """Reading of claims (shared.storage.AsyncClaims)."""

    async def get(self, id: str) -> Claim | None: ...

    async def put(self, id: str, kind: str, private: dict[str, Any], box: bytes = b"") -> None: ...


class Snapshot(Protocol):
    """The portal's own copy of the directory and the library; answers with everything else down.

    Guides are dicts with slug, title, kind, audience, topics, needs, lang, summary, body
    (Markdown), source [{name, url}], checked_on, review_by, jurisdiction, translation.
    """

    def guides(self, lang: str) -> list[dict[str, Any]]: ...

    def guide(self, slug: str, lang: str) -> dict[str, Any] | None: ...

    def service(self, id: str) -> ServiceCard | None: ...

    def services_of(self, organization: str) -> list[ServiceCard]: ...

    def bodies(self) -> list[bytes]: ...

    def areas(self) -> list[tuple[str, str]]: ...

    def age_s(self) -> float | None: ...


@dataclass(frozen=True)
class Identity:
    """Who is signed in: ids only. `session` is the hash the services know the session by."""

    account: str
    agency: str
    roles: frozenset[str] = frozenset()
    session: str = ""


@dataclass(frozen=True)
class KeyHolder:
    """An agency's program that showed an API key."""

    key: str
    agency: str
    scopes: frozenset[str] = frozenset()


async def nobody(request: Request) -> None:
    """Know nobody: what a portal without a workspace answers."""
    return


@dataclass(frozen=True)
class Parts:
    """Everything a page may use, at `request.app.state.parts`.

    `identify` says who is signed in, `identify_key` whose API key this is; None is nobody.
    `whole_lists` and `list_pages` limit who reads without a key.
    `checks` say whether a component answers, by name, beside those `backend.health` knows.
    """

    settings: Settings
    backend: Backend
    intake: Intake
    claims: ClaimStore
    snapshot: Snapshot
    renderer: Renderer
    static: StaticFiles
    boxes: Boxes
    recipients: Recipients
    wrong_codes: WrongCodes
    identify: Callable[[Request], Awaitable[Identity | None]] = nobody
    identify_key: Callable[[Request], Awaitable[KeyHolder | None]] = nobody
    checks: Mapping[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)
    clock: Clock = now
    whole_lists: Visits = field(default_factory=whole_lists)
    list_pages: Visits = field(default_factory=list_pages)
    extras: dict[str, Any] = field(default_factory=dict)


def parts(request: Request) -> Parts:
    """Return the bundle of the running portal."""
    found: Parts = request.app.state.parts
    return found
