"""The portal on its real parts: what starts with it, in which order, and what ends with it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pymongo.errors import PyMongoError
from starlette.applications import Starlette

from portal.app import compose
from portal.backend import Backend
from portal.boxes import Boxes
from portal.facets import FacetBoxes
from portal.intake import Intake
from portal.limits import WrongCodes
from portal.offline.packs import Packs
from portal.open_data.making import OpenData
from portal.pages.services import Finding
from portal.ports import Parts
from portal.recipients import Recipients
from portal.rendering import Renderer
from portal.result_items import ResultItems
from portal.routes import PAGES
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.spool import Spool
from portal.staff import with_staff
from portal.staticfiles import StaticFiles
from portal.within import within
from shared.crypto.keys import Keys
from shared.settings import Settings

#: Objects made before garbage is looked for; Python's own 700 is a fraction of a page.
GARBAGE_AT = 20_000
PING_S = 1.5


class Live:
    """The real parts, made from the settings; nothing is opened before `running`."""

    def __init__(self, settings: Settings) -> None:
        keys = Keys(settings.keys_dir)
        static = StaticFiles()
        renderer = Renderer(settings, static)
        self.backend = Backend(settings)
        self.intake = Intake(settings, Spool(settings.spool_dir))
        self.snapshot = DirectorySnapshot(settings, self.backend)
        self.search = Search(settings, self.snapshot)
        self.open_data = OpenData(settings, self.snapshot)
        self.recipients = Recipients(self.backend, settings.triage_agency, settings.snapshot_dir)
        self.parts = Parts(
            settings=settings,
            backend=self.backend,
            intake=self.intake,
            claims=self.intake.claims,
            snapshot=self.snapshot,
            renderer=renderer,
            static=static,
            boxes=Boxes(keys.pepper, keys.hub_recipient, keys.recovery_recipient),
            recipients=self.recipients,
            wrong_codes=WrongCodes(),
            checks={"mongodb": self._is_mongodb_up, "meilisearch": self.search.answers},
            extras={
                "services": Finding(
                    self.search,
                    self.snapshot,
                    FacetBoxes(renderer),
                    ResultItems(renderer),
                ),
                "open_data": self.open_data,
                "packs": Packs(settings, self.snapshot, renderer),
            },
        )

    @asynccontextmanager
    async def running(self, app: Starlette) -> AsyncIterator[None]:
        """Start every part, and end them in the opposite order."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.backend.close)
            self.intake.start()
            stack.push_async_callback(self.intake.close)
            await self.snapshot.start()
            stack.push_async_callback(self.snapshot.close)
            await self.search.start()
            stack.push_async_callback(self.search.close)
            fresh = asyncio.create_task(self.recipients.keep_fresh())
            stack.callback(fresh.cancel)
            making = asyncio.create_task(self.open_data.keep_fresh())
            stack.callback(making.cancel)
            # What is there now stays; looking through it for garbage took 1 to 2 % of a page.
            gc.collect()
            gc.freeze()
            gc.set_threshold(GARBAGE_AT)
            yield

    async def _is_mongodb_up(self) -> bool:
        try:
            await within(PING_S, self.intake.client.admin.command("ping"))
        except (PyMongoError, TimeoutError):
            return False
        return True


def create(settings: Settings) -> Starlette:
    """Return the portal; WrongSettings names a key file that is missing."""
    live = Live(settings)
    return compose(with_staff(live.parts), PAGES, live.running)
