"""Makes the files of the directory anew when the copy has changed, in a process of its own: pages
are not to wait for them."""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from portal.open_data.files import Made
from portal.snapshot import DirectorySnapshot
from shared.ids import new_id
from shared.settings import Settings

log = logging.getLogger(__name__)

#: Files are at most so much older than the copy; a new copy is looked for as often as LOOK_S.
EVERY_S = 300.0
LOOK_S = 2.0
#: A making that is not over by then hangs.
LONGEST_S = 900.0

#: Makes the files of a copy in a folder, by a name of this making; None without a copy.
Make = Callable[[Path, Path, str], Awaitable[Made | None]]


async def make_apart(copy: Path, folder: Path, making: str) -> Made | None:
    """Make the files in a process of its own; OSError when it does not come to its end.

    Or when it takes longer than LONGEST_S (TimeoutError, which is one), or says something else.
    """
    arguments = ("-m", "portal.open_data", str(copy), str(folder), making)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            said, why = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = why.decode(errors="replace").strip().rpartition("\n")[2]
        raise OSError(last or f"the process ended with {process.returncode}")
    try:
        return msgspec.json.decode(said, type=Made | None, dec_hook=lambda kind, text: kind(text))
    except msgspec.MsgspecError as error:
        raise OSError(f"the process did not say what it made: {error}") from error


class OpenData:
    """The newest files of the directory; `keep_fresh` makes them and never ends.

    The making before the newest stays for those who are still being sent it.
    """

    def __init__(
        self, settings: Settings, snapshot: DirectorySnapshot, make: Make = make_apart
    ) -> None:
        self._copy = snapshot.path_in(settings)
        self._folder: Path = settings.snapshot_dir / f"{settings.instance or 'portal'}-directory"
        self._snapshot = snapshot
        self._make = make
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
                if told != str(error):
                    log.warning("the directory's files are not made", extra={"error": str(error)})
                told = str(error)
            await asyncio.sleep(LOOK_S if self._made is None else EVERY_S)

    async def make(self) -> None:
        """Make the files, unless there is no copy or they are of this one; OSError when they are
        not made, and the old ones stay."""
        mark = self._snapshot.mark
        if not mark or (self._made is not None and self._made.mark == mark):
            return
        made = await self._make(self._copy, self._folder, new_id())
        if made is not None:
            self._before, self._made = self._made, made
            await asyncio.to_thread(self._tidy)

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
