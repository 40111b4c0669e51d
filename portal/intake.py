"""Accepting what people bring: on disk before they are told so, whatever else is down.

A command is one commit in the portal's own database (its relay publishes it) with its sealed
content as a claim beside it. When MongoDB does not answer within the deadline the sealed command
goes to the spool on this machine's disk and is forwarded later, once: its id is the key.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from bson.errors import BSONError
from pymongo.errors import BulkWriteError, PyMongoError

from portal.spool import Spool
from portal.within import within
from shared.clock import now
from shared.errors import Invalid, Unavailable
from shared.events import Event
from shared.settings import Settings
from shared.storage.claims import AsyncClaims, as_row
from shared.storage.commits import INDEXES, State, as_commit
from shared.storage.mongo import Document, connect_async, duplicates

log = logging.getLogger(__name__)
AT_ONCE = 200
WORKERS = 2
REST_S = 2.0
#: Milliseconds; what MongoDB has not taken by then is tried again from the spool.
LIMITS = {
    "serverSelectionTimeoutMS": 1_500,
    "connectTimeoutMS": 1_500,
    "socketTimeoutMS": 5_000,
}
#: With what is under way, less than the 15 s after which a portal is ended by force.
CLOSING_S = 2.0
#: Bytes; a document of MongoDB may have 16 MiB, and what is too large would never be forwarded.
LARGEST_BOX = 8_000_000


#: What the driver raises for a document that does not fit into MongoDB at all.
UNFIT = (BSONError, ValueError, OverflowError)


@dataclass(frozen=True)
class ClaimDraft:
    """Sealed content on its way in: `box` is an age file, `private` goes to its owner only."""

    id: str
    kind: str
    private: dict[str, Any] = field(default_factory=dict)
    box: bytes = b""


@dataclass(frozen=True)
class Accepted:
    """Where a command is safe now."""

    where: Literal["mongo", "spool"]


@dataclass
class Command:
    """One accepted command: its commit and, if any, its claim, as they will be stored."""

    commit: Document
    claim: Document | None


Waiting = Sequence[tuple[Command, asyncio.Future[None]]]


class Intake:
    """The portal's own outbox. Start it inside the running loop, close it at the end."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        db = connect_async(settings, "portal", **LIMITS)
        self.client = db.client
        self.claims = AsyncClaims(settings, db.client[f"{settings.mongo_prefix}_claims"])
        self.commits = db["commits"]
        self.spool = spool
        self._deadline_s = settings.accept_deadline_s
        #: None tells a writer to end.
        self._queue: asyncio.Queue[tuple[Command, asyncio.Future[None]] | None] = asyncio.Queue()
        self._ends = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._rest_until = 0.0
        self._last_order = 0

    def start(self) -> None:
        """Start the writers and the forwarder."""
        self._tasks = [asyncio.create_task(self._write_to_the_end()) for _ in range(WORKERS)]
        self._tasks.append(asyncio.create_task(self._forward_to_the_end()))

    async def close(self) -> None:
        """Stop; what was accepted is on disk. What MongoDB is being asked ends first."""
        self._ends.set()
        self._queue.put_nowait(None)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await within(CLOSING_S, self.client.close())

    async def accept(
        self, events: Sequence[Event], claim: ClaimDraft | None, command_id: str
    ) -> Accepted:
        """Return once the command is on disk, in MongoDB or in the spool.

        The same command_id again is the same command. Raises Unavailable only when neither disk
        takes it, Invalid when no disk could.
        """
        if claim is not None and len(claim.box) > LARGEST_BOX:
            raise Invalid("request", "is too large to be kept", "shorten it")
        command = self._command(events, claim, command_id)
        if time.monotonic() >= self._rest_until:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.put_nowait((command, future))
            try:
                await asyncio.wait_for(future, self._deadline_s)
                return Accepted("mongo")
            except (TimeoutError, PyMongoError) as error:
                self._rest_until = time.monotonic() + REST_S
                log.warning("to the spool", extra={"error": type(error).__name__})
            except UNFIT:
                raise Invalid("request", "cannot be kept as it is", "shorten it") from None
        return await self._to_spool(command)

    async def _to_spool(self, command: Command) -> Accepted:
        try:
            await asyncio.to_thread(self.spool.keep, command.commit, command.claim)
        except OSError as error:
            log.error("spool refused", extra={"error": type(error).__name__})
            raise Unavailable("", "cannot be kept right now", "please call instead") from None
        except UNFIT:
            raise Invalid("request", "cannot be kept as it is", "shorten it") from None
        return Accepted("spool")

    def _command(
        self, events: Sequence[Event], claim: ClaimDraft | None, command_id: str
    ) -> Command:
        at = now()
        self._last_order = max(int(time.time() * 1_000_000), self._last_order + 1)
        after = State(command_id, len(events), self._last_order, {})
        commit = as_commit(command_id, after, {}, events, at=at, actor="portal")
        row = as_row(claim.id, claim.kind, claim.private, claim.box) if claim else None
        return Command(commit, row)

    async def _write_to_the_end(self) -> None:
        while True:
            taken = [await self._queue.get()]
            while len(taken) < AT_ONCE and not self._queue.empty():
                taken.append(self._queue.get_nowait())
            waiting = [one for one in taken if one is not None and not one[1].done()]
            try:
                await self.store([command for command, _ in waiting])
            except UNFIT:
                await self._write_each(waiting)
            except PyMongoError as error:
                _finish(waiting, error)
            else:
                _finish(waiting, None)
            if None in taken:
                self._queue.put_nowait(None)  # for the other writer
                return

    async def _write_each(self, waiting: Waiting) -> None:
        """One of them cannot be stored: the others must not go with it, nor the writer."""
        for one in waiting:
            try:
                await self.store([one[0]])
            except (*UNFIT, PyMongoError) as error:
                _finish([one], error)
            else:
                _finish([one], None)

    async def store(self, commands: Sequence[Command]) -> None:
        """Write claims first, then commits; what is there already stays as it is."""
        claims = [command.claim for command in commands if command.claim is not None]
        if claims:
            await _insert(self.claims.rows, claims)
        if commands:
            await _insert(self.commits, [command.commit for command in commands])

    async def _forward_to_the_end(self) -> None:
        """Bring the spool home, oldest first, once MongoDB answers again."""
        prepared = False
        while not self._ends.is_set():
            try:
                if not prepared:
                    await self.commits.create_indexes(INDEXES)
                    prepared = True
                for name, commit, claim in await asyncio.to_thread(self.spool.oldest, AT_ONCE):
                    if self._ends.is_set():
                        return
                    try:
                        await self.store([Command(commit, claim)])
                    except UNFIT:
                        await asyncio.to_thread(self.spool.set_aside, name)
                    else:
                        await asyncio.to_thread(self.spool.drop, name)
            except (PyMongoError, OSError) as error:
                log.info("spool waits", extra={"error": type(error).__name__})
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._ends.wait()


def _finish(waiting: Waiting, error: Exception | None) -> None:
    for _, future in waiting:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


async def _insert(rows: Any, documents: list[Document]) -> None:
    try:
        await rows.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        duplicates(error)
