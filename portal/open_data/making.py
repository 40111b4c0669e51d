"""Makes the files of the directory anew when the copy has changed, slowly, beside the pages."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import partial
from pathlib import Path

from portal.open_data.files import Made, Writing
from portal.snapshot import DirectorySnapshot
from shared.clock import Clock, now
from shared.ids import new_id
from shared.settings import Settings

log = logging.getLogger(__name__)

#: Files are at most so much older than the copy; a new copy is looked for as often as LOOK_S.
EVERY_S = 300.0
LOOK_S = 2.0
#: So many services are written at once, then pages have their turn for so long.
AT_ONCE = 10
PAUSE_S = 0.1


class OpenData:
    """The newest files of the directory; `keep_fresh` makes them and never ends.

    The making before the newest stays for those who are still being sent it.
    """

    def __init__(self, settings: Settings, snapshot: DirectorySnapshot, clock: Clock = now) -> None:
        self._folder: Path = settings.snapshot_dir / f"{settings.instance or 'portal'}-directory"
        self._snapshot = snapshot
        self._clock = clock
        self._made: Made | None = None
        self._before: Made | None = None

    @property
    def made(self) -> Made | None:
        """The newest files, None before the first are ready."""
        return self._made

    async def keep_fresh(self) -> None:
        """Make the files whenever the copy is another one, at most every EVERY_S seconds."""
        told = ""
        while True:
            try:
                await self.make()
                told = ""
            except OSError as error:
                kind = type(error).__name__
                if told != kind:
                    log.warning("the directory's files are not made", extra={"error": kind})
                told = kind
            await asyncio.sleep(LOOK_S if self._made is None else EVERY_S)

    async def make(self) -> None:
        """Make the files, unless there is no copy or they are of this one; OSError when the disk
        does not take them, and the old ones stay."""
        mark = self._snapshot.mark
        if not mark or (self._made is not None and self._made.mark == mark):
            return
        made = await self._write(mark, self._clock())
        self._before, self._made = self._made, made
        await asyncio.to_thread(self._tidy)

    async def _write(self, mark: str, at: datetime) -> Made:
        writing = await asyncio.to_thread(Writing, self._folder, new_id())
        try:
            ids = self._snapshot.ids()
            for start in range(0, len(ids), AT_ONCE):
                told = map(self._snapshot.told_of, ids[start : start + AT_ONCE])
                some = [one for one in told if one is not None]
                await asyncio.to_thread(writing.add, some)
                await asyncio.sleep(PAUSE_S)
            return await asyncio.to_thread(partial(writing.finish, mark, at))
        except BaseException:
            writing.give_up()
            raise

    def _tidy(self) -> None:
        """Delete what is of neither of the last two makings."""
        kept = {
            file.path
            for made in (self._made, self._before)
            if made is not None
            for file in made.files.values()
        }
        for path in self._folder.iterdir():
            if path not in kept:
                path.unlink(missing_ok=True)
