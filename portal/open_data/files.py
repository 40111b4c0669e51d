"""The files of one making of the directory: written service by service, so that no export is ever
in memory, and found again by their names."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from portal.open_data import as_sheet
from portal.open_data.as_hsds import hsds_service
from portal.saved_copy import Told, reading
from portal.snapshot import card_of
from shared.clock import now

HSDS = "services.ndjson.gz"
SHEET = "services.csv"
#: The sheet as it is sent to who takes gzip.
PACKED_SHEET = "services.csv.gz"
NAMES = (HSDS, SHEET, PACKED_SHEET)


@dataclass(frozen=True)
class File:
    """A file that will not change: where it is, its length in bytes and its ETag."""

    path: Path
    size: int
    etag: str


@dataclass(frozen=True)
class Made:
    """A making: of which copy, when, how many services, and its files by name."""

    mark: str
    at: datetime
    services: int
    files: dict[str, File]


class Writing:
    """The files of a making while they are written."""

    def __init__(self, folder: Path, making: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._paths = {name: folder / f"{making}-{name}" for name in NAMES}
        self._raw: dict[str, IO[bytes]] = {}
        self._packed: dict[str, gzip.GzipFile] = {}
        self.services = 0
        try:
            for name, path in self._paths.items():
                self._raw[name] = path.open("wb")
            for name in (HSDS, PACKED_SHEET):
                # Without a name and a time, so that the same services are the same bytes.
                packed = gzip.GzipFile("", "wb", 4, self._raw[name], mtime=0)
                self._packed[name] = packed
            self._write_line(as_sheet.head())
        except BaseException:
            self.give_up()
            raise

    def add(self, told: Told) -> None:
        """Write a service."""
        card = card_of(told)
        self._packed[HSDS].write(msgspec.json.encode(hsds_service(card)) + b"\n")
        self._write_line(as_sheet.line(card))
        self.services += 1

    def finish(self, mark: str, at: datetime) -> Made:
        """Close the files and say what they are."""
        self._close()
        files = {name: _file(path) for name, path in self._paths.items()}
        return Made(mark, at, self.services, files)

    def give_up(self) -> None:
        """Close and delete what there is."""
        self._close()
        for path in self._paths.values():
            path.unlink(missing_ok=True)

    def _write_line(self, line: bytes) -> None:
        self._raw[SHEET].write(line)
        self._packed[PACKED_SHEET].write(line)

    def _close(self) -> None:
        for packed in self._packed.values():
            packed.close()
        for raw in self._raw.values():
            raw.close()


def write(copy: Path, folder: Path, making: str, is_wanted: Callable[[], bool]) -> Made | None:
    """Write the files of the saved copy at `copy`; None when there is no copy yet.

    Raises OSError when the disk does not take them, and InterruptedError, which is one, as soon
    as `is_wanted` says no; then nothing is left of them.
    """
    with reading(copy) as (mark, services):
        if not mark:
            return None
        writing = Writing(folder, making)
        try:
            for told in services:
                if not is_wanted():
                    raise InterruptedError("nobody waits for the files")
                writing.add(told)
            return writing.finish(mark, now())
        except BaseException:
            writing.give_up()
            raise


def _file(path: Path) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path, path.stat().st_size, f'"{digest[:32]}"')
