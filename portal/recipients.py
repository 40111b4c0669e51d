"""The triage agency's public key, kept on disk so that tips are sealed with everything down."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from shared.crypto.sealing import seal
from shared.errors import AnydoorError, Unavailable

if TYPE_CHECKING:
    from portal.ports import Backend

log = logging.getLogger(__name__)
REFRESH_S, RETRY_S = 600.0, 5.0


class Recipients:
    """Knows to whom tips are sealed. `folder` is the portal's own folder for copies."""

    def __init__(self, backend: Backend, triage_agency: str, folder: Path) -> None:
        self._backend, self._agency = backend, triage_agency
        self._path = folder / "triage.recipient"
        self._triage = ""

    @property
    def is_known(self) -> bool:
        """Whether a tip can be sealed with everything else down."""
        return bool(self._triage or self._from_disk())

    async def triage(self) -> str:
        """Return the triage agency's age recipient; Unavailable when it was never learned."""
        self._triage = self._triage or self._from_disk()
        if not self._triage:
            await self.refresh()
        return self._triage

    async def refresh(self) -> None:
        """Ask for the key again and keep it; raises what the call raises."""
        if not self._agency:
            raise Unavailable("triage_agency", "is not set", "set TRIAGE_AGENCY")
        answer = await self._backend.call("accounts", "recipient", agency=self._agency)
        found = str(answer["recipient"]) if answer else ""
        if not found:
            raise Unavailable("triage_agency", "has no key yet", "create the agency's account")
        seal(b"", [found])
        if found != self._triage:
            await asyncio.to_thread(self._to_disk, found)
            self._triage = found

    async def keep_fresh(self) -> None:
        """Refresh for ever; what is known stays known while nobody answers."""
        while True:
            rest = REFRESH_S
            try:
                await self.refresh()
            except (AnydoorError, OSError) as error:
                rest = REFRESH_S if self.is_known else RETRY_S
                log.info("triage key not refreshed", extra={"error": type(error).__name__})
            await asyncio.sleep(rest)

    def _from_disk(self) -> str:
        try:
            return self._path.read_text().strip()
        except OSError:
            return ""

    def _to_disk(self, recipient: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_text(recipient + "\n")
        draft.replace(self._path)
