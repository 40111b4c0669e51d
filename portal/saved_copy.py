"""The file behind the snapshot: one SQLite database with full-text search, written as pages come.

It is read and written in threads; each call takes the one connection in turn. What is in it is
public already, and it can be deleted at any time: the next poll fetches it anew.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from portal.full_text import WORDS, Matcher, filter_words, reach_codes, shown_words
from portal.named_places import Row, rows_of
from portal.rings import steps_of
from portal.wishes import (
    MOST_GUIDES,
    NOTHING,
    PAGE_SIZE,
    Findings,
    Meaning,
    Near,
    Wish,
    guide_languages,
)

log = logging.getLogger(__name__)
Json = dict[str, Any]

#: Changed whenever the tables, or what is written in them, are: an older file is deleted.
VERSION = 5
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE capacity (
    service TEXT PRIMARY KEY, outward TEXT NOT NULL, updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE places (
    id TEXT NOT NULL, name TEXT NOT NULL, region TEXT NOT NULL, area TEXT NOT NULL,
    latitude REAL, longitude REAL
);
CREATE INDEX places_of ON places (id);
CREATE TABLE reach (
    code TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (code, number)
) WITHOUT ROWID;
CREATE INDEX reach_of ON reach (number);
CREATE VIRTUAL TABLE service_words USING fts5(
    name, keywords, about, filters, tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE guide_words USING fts5(
    name, keywords, about, filters, tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(service_words, 'row');
CREATE VIRTUAL TABLE guide_vocabulary USING fts5vocab(guide_words, 'row');
"""
#: For the time of one search: the services around a place and the first ring each is in.
NEAR = "CREATE TEMP TABLE near (number INTEGER PRIMARY KEY, ring INTEGER NOT NULL)"


#: The outward code of a service's capacity and when it was told, while nothing was.
UNKNOWN = ("unknown", "")
#: A card in JSON and its capacity.
Told = tuple[bytes, tuple[str, str]]
SERVICES = """
SELECT body, outward, updated_at FROM records LEFT JOIN capacity ON capacity.service = records.id
WHERE kind = 'service' ORDER BY id
"""
PLACES = """
SELECT name, region, area, latitude, longitude, count(*) FROM places GROUP BY 1, 2, 3, 4, 5
"""


@dataclass
class Contents:
    """Everything in the file, for the memory. Bodies are JSON; ids of guides have colons."""

    epoch: str = ""
    revision: int = 0
    checked_at: float = 0.0
    services: dict[str, bytes] = field(default_factory=dict)
    guides: dict[str, Json] = field(default_factory=dict)
    capacity: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: list[Row] = field(default_factory=list)


@contextmanager
def reading(path: Path) -> Iterator[tuple[str, Iterator[Told]]]:
    """Give the mark of the copy at `path` ("" when there is none) and its services by id, each as
    a card in JSON and its capacity: all of one moment, while another process writes on."""
    if not path.exists():
        yield "", iter(())
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("BEGIN")
        meta = dict(db.execute("SELECT name, value FROM meta").fetchall())
        rows = db.execute(SERVICES)
        told = ((body, (outward or UNKNOWN[0], at or UNKNOWN[1])) for body, outward, at in rows)
        yield mark_of(meta.get("epoch", ""), int(meta.get("revision", 0))), told


def mark_of(epoch: str, revision: int) -> str:
    """Return what is another one whenever the copy is; "" while there is none."""
    return f"{epoch}:{revision}" if epoch else ""


class SavedFile:
    """The database at `path`, made when it is missing, made anew when it is broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            log.warning("snapshot file made anew", extra={"error": type(error).__name__})
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                db.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
            elif version != VERSION:
                raise sqlite3.DatabaseError("another version")
            db.execute("SELECT count(*) FROM records").fetchone()
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute(NEAR)
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def load(self) -> Contents:
        """Return everything."""
        with self._lock:
            meta = dict(self._db.execute("SELECT name, value FROM meta").fetchall())
            rows = self._db.execute("SELECT id, kind, body FROM records").fetchall()
            capacity = self._db.execute("SELECT service, outward, updated_at FROM capacity")
            told = {service: (outward, at) for service, outward, at in capacity}
            places = self._places()
        return Contents(
            epoch=meta.get("epoch", ""),
            revision=int(meta.get("revision", 0)),
            checked_at=float(meta.get("checked_at", 0.0)),
            services={key: body for key, kind, body in rows if kind == "service"},
            guides={key: msgspec.json.decode(body) for key, kind, body in rows if kind == "guide"},
            capacity=told,
            places=places,
        )

    def places(self) -> list[Row]:
        """Return the places of the services, each once with how many there are."""
        with self._lock:
            return self._places()

    def _places(self) -> list[Row]:
        return [Row(*row) for row in self._db.execute(PLACES)]

    def checked(self, at: float) -> None:
        """Remember when the copy was last known to be current. `at` is Unix time."""
        with self._lock:
            self._db.execute("REPLACE INTO meta VALUES ('checked_at', ?)", (str(at),))

    def apply(self, pages: Iterable[Json], at: float, *, anew: bool = False) -> None:
        """Write pages of changes in one transaction; with `anew`, in place of everything."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                if anew:
                    for table in ("records", "capacity", "places", "reach", *WORDS.values()):
                        self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
                for page in pages:
                    self._apply(page)
                self._db.execute("REPLACE INTO meta VALUES ('checked_at', ?)", (str(at),))
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def _apply(self, page: Json) -> None:
        for key in page["withdrawn"]:
            self._forget(key)
        for kind, records in (("service", page["cards"]), ("guide", page["guides"])):
            for record in records:
                self._forget(record["id"])
                self._write(kind, record, page["documents"][record["id"]])
        self._db.executemany(
            "REPLACE INTO capacity VALUES (?, ?, ?)",
            [(one["service"], one["outward"], one["updated_at"]) for one in page["capacity"]],
        )
        meta = [("epoch", page["epoch"]), ("revision", str(page["revision"]))]
        self._db.executemany("REPLACE INTO meta VALUES (?, ?)", meta)

    def _forget(self, key: str) -> None:
        found = self._db.execute("SELECT number, kind FROM records WHERE id = ?", (key,)).fetchone()
        if found is not None:
            number, kind = found
            self._db.execute("DELETE FROM records WHERE number = ?", (number,))
            self._db.execute(f"DELETE FROM {WORDS[kind]} WHERE rowid = ?", (number,))  # noqa: S608
            self._db.execute("DELETE FROM places WHERE id = ?", (key,))
            self._db.execute("DELETE FROM reach WHERE number = ?", (number,))

    def _write(self, kind: str, record: Json, document: Json) -> None:
        key = record["id"]
        done = self._db.execute(
            "INSERT INTO records (id, kind, body) VALUES (?, ?, ?)",
            (key, kind, msgspec.json.encode(record)),
        )
        if document.get("status", "active") != "active":
            return
        self._db.execute(
            f"INSERT INTO {WORDS[kind]} (rowid, name, keywords, about, filters) "  # noqa: S608
            "VALUES (?, ?, ?, ?, ?)",
            (done.lastrowid, *shown_words(document), filter_words(document)),
        )
        if kind == "service":
            reach = [(code, done.lastrowid) for code in reach_codes(document)]
            self._db.executemany("REPLACE INTO reach VALUES (?, ?)", reach)
        rows = [(key, *row) for row in rows_of(record, document)]
        self._db.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)", rows)

    def search(
        self, wish: Wish, lang: str, meaning: Meaning = NOTHING, near: Near | None = None
    ) -> Findings:
        """Return services and guides by the words of a wish, their meaning and the place that was
        named; typos are forgiven."""
        steps = steps_of(near)
        with self._lock:
            matcher = Matcher(self._db)
            found, total = matcher.services(wish, meaning, steps, PAGE_SIZE)
            most = MOST_GUIDES * len(guide_languages(lang))
            guides = matcher.guides(wish.text, lang, most)
        named = [key.split(":", 2) for key in guides]
        return Findings(
            services=found,
            total=total,
            guides=[(slug, code) for _, slug, code in named],
            is_saved_copy=True,
        )

    def guides_about(self, text: str, lang: str, most: int) -> list[str]:
        """Return slugs of guides in a language or English by the words of a text."""
        with self._lock:
            found = Matcher(self._db).guides(text, lang, most * len(guide_languages(lang)))
        return list(dict.fromkeys(key.split(":", 2)[1] for key in found))[:most]
