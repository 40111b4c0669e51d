"""The claim check: what must not travel on the bus waits here under an id.

Pattern: Hohpe and Woolf, Enterprise Integration Patterns, "Claim Check". An event carries the
claim's id; sealed text (age files) and code verifiers are fetched from here by those who may.
Erasing a claim is deleting its one document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import now
from shared.settings import Settings
from shared.storage.mongo import AsyncDb, Db, Document, connect, connect_async


@dataclass(frozen=True)
class Claim:
    """A sealed box (an age file, or empty) with what only its owner program reads beside it."""

    id: str
    kind: str
    private: dict[str, Any]
    box: bytes
    at: datetime


def as_row(id: str, kind: str, private: dict[str, Any], box: bytes) -> Document:
    """Return the document a claim is kept as."""
    return {"_id": id, "kind": kind, "private": private, "box": box, "at": now()}


def _claim(row: Document | None) -> Claim | None:
    if row is None:
        return None
    return Claim(row["_id"], row["kind"], row["private"], bytes(row["box"]), row["at"])


def _insert(id: str, kind: str, private: dict[str, Any], box: bytes) -> Document:
    row = as_row(id, kind, private, box)
    del row["_id"]
    return {"$setOnInsert": row}


class Claims:
    """Claims for the services."""

    def __init__(self, settings: Settings, db: Db | None = None) -> None:
        self._rows = (db if db is not None else connect(settings, "claims"))["claims"]

    def put(self, id: str, kind: str, private: dict[str, Any], box: bytes = b"") -> None:
        """Keep a claim; the same id again changes nothing."""
        self._rows.update_one({"_id": id}, _insert(id, kind, private, box), upsert=True)

    def get(self, id: str) -> Claim | None:
        """Return the claim, or None when there is none or it was erased."""
        return _claim(self._rows.find_one({"_id": id}))

    def replace_box(self, id: str, box: bytes) -> None:
        """Seal anew: the old box is gone."""
        self._rows.update_one({"_id": id}, {"$set": {"box": box}})

    def forget_code(self, id: str) -> None:
        """Take the code's verifier out of a claim: it is found by that code no more."""
        gone = {f"private.{name}": "" for name in ("locator", "salt", "verifier")}
        self._rows.update_one({"_id": id}, {"$unset": gone})

    def erase(self, id: str) -> None:
        """Delete the claim."""
        self._rows.delete_one({"_id": id})


class AsyncClaims:
    """The same for the portal."""

    def __init__(self, settings: Settings, db: AsyncDb | None = None) -> None:
        self.rows = (db if db is not None else connect_async(settings, "claims"))["claims"]

    async def put(self, id: str, kind: str, private: dict[str, Any], box: bytes = b"") -> None:
        """Keep a claim; the same id again changes nothing."""
        await self.rows.update_one({"_id": id}, _insert(id, kind, private, box), upsert=True)

    async def get(self, id: str) -> Claim | None:
        """Return the claim, or None when there is none or it was erased."""
        return _claim(await self.rows.find_one({"_id": id}))
