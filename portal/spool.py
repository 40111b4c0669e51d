"""The spool: sealed commands on this machine's disk while MongoDB does not answer."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

from bson import decode, encode
from bson.codec_options import CodecOptions
from bson.errors import BSONError

log = logging.getLogger(__name__)
Document = dict[str, Any]
_AWARE: CodecOptions[Document] = CodecOptions(tz_aware=True)


class Spool:
    """One small file a command, readable by this user only, named so that they sort by time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder

    def keep(self, commit: Document, claim: Document | None) -> None:
        """Have the command on disk, whole or not at all, when this returns. Raises OSError."""
        known_as = hashlib.sha256(str(commit["_id"]).encode()).hexdigest()[:32]
        final = self.folder / f"{commit['order']:020d}-{known_as}.bson"
        body = encode({"commit": commit, "claim": claim})
        draft = final.with_suffix(".draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(final)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def waiting(self) -> int:
        """Return how many commands wait here."""
        return sum(1 for _ in self.folder.glob("*.bson"))

    def oldest(self, limit: int) -> list[tuple[str, Document, Document | None]]:
        """Return up to `limit` commands, oldest first, as (name, commit, claim).

        A file that cannot be read is set aside as *.unreadable for an operator, never deleted.
        """
        found = []
        for path in sorted(self.folder.glob("*.bson"))[:limit]:
            try:
                row = decode(path.read_bytes(), _AWARE)
                found.append((path.name, row["commit"], row["claim"]))
            except (BSONError, KeyError):
                self.set_aside(path.name)
        return found

    def set_aside(self, name: str) -> None:
        """Take a command that cannot be read or stored out of the line, for an operator."""
        log.error("a spooled command is set aside")
        path = self.folder / name
        path.rename(path.with_suffix(".unreadable"))

    def drop(self, name: str) -> None:
        """Forget a command that is in MongoDB now."""
        (self.folder / name).unlink(missing_ok=True)
