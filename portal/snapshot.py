"""The portal's own copy of the directory and the library: pages are made from it, whatever is down.

Every two seconds the search service is asked what changed. What it says is written to a file, so
that a portal that starts alone still has the last copy, and held in memory, so that a page costs
no call. `age_s` says how old the copy is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from portal.named_places import NamedPlaces
from portal.owners import Owned, Owners
from portal.ports import Backend
from portal.saved_copy import UNKNOWN, Contents, SavedFile, Told, mark_of
from portal.wishes import Findings, Meaning, Near, Spot, Wish
from shared.directory import Capacity, ServiceCard
from shared.errors import AnydoorError
from shared.settings import Settings

log = logging.getLogger(__name__)
Json = dict[str, Any]

POLL_EVERY_S = 1.0
PAGE = 400
CALL_DEADLINE_S = 10.0
#: How often the file learns that nothing changed.
NOTE_EVERY_S = 30.0

_cards = msgspec.json.Decoder(ServiceCard)


class DirectorySnapshot:
    """Answers at once from memory; `start` loads the last copy and begins to follow."""

    def __init__(
        self,
        settings: Settings,
        backend: Backend,
        clock: Callable[[], float] = time.time,
        poll_every_s: float = POLL_EVERY_S,
    ) -> None:
        self._path = self.path_in(settings)
        self._backend = backend
        self._clock = clock
        self._poll_every_s = poll_every_s
        self._file: SavedFile | None = None
        self._now = Contents()
        self._owners = Owners({})
        self._named = NamedPlaces()
        self._noted_at = 0.0
        self._following: asyncio.Task[None] | None = None

    @staticmethod
    def path_in(settings: Settings) -> Path:
        """Return the file of an instance's copy."""
        return settings.snapshot_dir / f"{settings.instance or 'portal'}.sqlite3"

    @property
    def epoch(self) -> str:
        """Which making of the search service's records this is a copy of; "" for none."""
        return self._now.epoch

    @property
    def mark(self) -> str:
        """What is another one whenever the copy is; "" while there is none."""
        return mark_of(self._now.epoch, self._now.revision)

    async def start(self) -> None:
        """Load the copy of last time and follow what changes from now on."""
        self._file = await asyncio.to_thread(SavedFile, self._path)
        await self._reload(self._file)
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following and close the file."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None
        if self._file is not None:
            file, self._file = self._file, None
            await asyncio.to_thread(file.close)

    # what pages ask

    def age_s(self) -> float | None:
        """Return how many seconds ago the copy was known to be current; None without a copy."""
        return max(0.0, self._clock() - self._now.checked_at) if self._now.checked_at else None

    def service(self, id: str) -> ServiceCard | None:
        """Return a service with its newest capacity, None when there is none of this id."""
        told = self.told_of(id)
        return None if told is None else card_of(told)

    def told_of(self, id: str) -> Told | None:
        """Return what a service's card is made of: quick, and the same while the card is."""
        body = self._now.services.get(id)
        return None if body is None else (body, self._now.capacity.get(id, UNKNOWN))

    def services_of(self, organization: str) -> list[ServiceCard]:
        """Return the services of an organization, by name."""
        cards = (self.service(one.id) for one in self.owned_by(organization))
        return sorted((card for card in cards if card is not None), key=lambda card: card.name)

    def owned_by(self, organization: str) -> list[Owned]:
        """Return which services an organization has: quick, however many they are."""
        return self._owners.of(organization)

    def ids(self) -> list[str]:
        """Return the ids of all services, in their order."""
        return sorted(self._now.services)

    def bodies(self) -> list[bytes]:
        """Return the cards of all services in JSON; their capacity may be old."""
        return list(self._now.services.values())

    def guides(self, lang: str) -> list[Json]:
        """Return the guides of a language, by title."""
        found = [guide for guide in self._now.guides.values() if guide["lang"] == lang]
        return sorted(found, key=lambda guide: str(guide["title"]))

    def guide(self, slug: str, lang: str) -> Json | None:
        """Return a guide in a language, None when there is none."""
        return self._now.guides.get(f"guide:{slug}:{lang}")

    def areas(self) -> list[tuple[str, str]]:
        """Return (code, name) of every service area, by name."""
        return self._named.areas

    def place_named(self, name: str) -> Spot | None:
        """Return a town, a county or a postal code, a typo forgiven; None if none is known by
        that name."""
        return self._named.named(name)

    def places(self) -> Mapping[str, Spot]:
        """Return every place by its name as `portal.phrases` writes words."""
        return self._named.words

    def around(self, spot: Spot, miles: int) -> Near:
        """Return a place as a search asks for it; `miles` is how far it may be, 0 for any."""
        return self._named.around(spot, miles)

    async def search(self, wish: Wish, lang: str, meaning: Meaning, near: Near | None) -> Findings:
        """Return what the saved copy finds; nothing when there is none."""
        if self._file is None:
            return Findings(is_saved_copy=True)
        return await asyncio.to_thread(self._file.search, wish, lang, meaning, near)

    async def guides_about(self, text: str, lang: str, most: int) -> list[str]:
        """Return slugs of guides in a language or English with words of the text, best first."""
        if self._file is None:
            return []
        return await asyncio.to_thread(self._file.guides_about, text, lang, most)

    # following

    async def _follow(self) -> None:
        told = ""
        while True:
            try:
                await self.catch_up()
                told = ""
            except AnydoorError as error:
                if told != error.rule:
                    log.warning("snapshot is not current", extra={"error": error.rule})
                told = error.rule
            except Exception as error:
                kind = type(error).__name__
                if told != kind:
                    log.exception("snapshot is not current", extra={"error": kind})
                told = kind
            await asyncio.sleep(self._poll_every_s)

    async def catch_up(self) -> None:
        """Take what changed since last time; raises Unavailable when search does not answer."""
        page = await self._page(self._now.revision)
        if page["epoch"] == "":
            return
        if page["epoch"] != self._now.epoch:
            await self._begin_anew()
            return
        while _has_news(page):
            await self._write([page], anew=False)
            if not page["more"]:
                break
            page = await self._page(self._now.revision)
        await self._note_checked()

    async def _begin_anew(self) -> None:
        """Read everything first and replace the copy in one step: half of it is worse than old."""
        pages = [await self._page(0)]
        while pages[-1]["more"]:
            pages.append(await self._page(pages[-1]["revision"]))
        await self._write(pages, anew=True)

    async def _page(self, revision: int) -> Json:
        page: Json = await self._backend.call(
            "search",
            "changes_after",
            deadline_s=CALL_DEADLINE_S,
            revision=revision,
            limit=PAGE,
        )
        return page

    async def _write(self, pages: list[Json], *, anew: bool) -> None:
        if self._file is None:
            return
        await asyncio.to_thread(self._file.apply, pages, self._clock(), anew=anew)
        if anew:
            await self._reload(self._file)
            return
        places, named = self._now.places, self._named
        if any(page["cards"] or page["withdrawn"] for page in pages):
            places = await asyncio.to_thread(self._file.places)
            if places != self._now.places:
                named = await asyncio.to_thread(NamedPlaces, places)
        # in one step: who sees a new card knows its place by name too
        self._now.places, self._named = places, named
        for page in pages:
            self._take(page)

    def _take(self, page: Json) -> None:
        """Bring the memory up to a page, as the file is."""
        now = self._now
        for key in page["withdrawn"]:
            now.services.pop(key, None)
            self._owners.forget(key)
            now.guides.pop(key, None)
        bodies = {one["id"]: msgspec.json.encode(one) for one in page["cards"]}
        now.services.update(bodies)
        for id, body in bodies.items():
            self._owners.note(id, body)
        now.guides.update({one["id"]: one for one in page["guides"]})
        now.capacity.update(
            {one["service"]: (one["outward"], one["updated_at"]) for one in page["capacity"]}
        )
        now.epoch, now.revision = page["epoch"], page["revision"]

    async def _note_checked(self) -> None:
        self._now.checked_at = self._clock()
        if self._file is not None and self._now.checked_at - self._noted_at > NOTE_EVERY_S:
            self._noted_at = self._now.checked_at
            await asyncio.to_thread(self._file.checked, self._noted_at)

    async def _reload(self, file: SavedFile) -> None:
        now = await asyncio.to_thread(file.load)
        owners = await asyncio.to_thread(Owners, now.services)
        named = await asyncio.to_thread(NamedPlaces, now.places)
        self._now, self._owners, self._named = now, owners, named


def card_of(told: Told) -> ServiceCard:
    """Return the card with its newest capacity."""
    body, (outward, updated_at) = told
    capacity = Capacity(outward=outward, updated_at=updated_at)
    return msgspec.structs.replace(_cards.decode(body), capacity=capacity)


def _has_news(page: Json) -> bool:
    parts = ("cards", "guides", "withdrawn", "capacity")
    return bool(page["more"] or any(page[part] for part in parts))
