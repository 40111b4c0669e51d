"""What several instances write at once, each only over something older, ends with the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.subscriptions.involvement import Progress
from services.subscriptions.store import Journal
from shared.settings import load
from shared.storage.mongo import Db, connect, upsert_each

ROWS, WRITERS, ROUNDS = 200, 4, 5


@pytest.fixture
def db(mongo_uri: str, mongo_prefix: str) -> Iterator[Db]:
    made = connect(load({"MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix}), "upserts")
    yield made
    made.client.close()


def over_older(id: str, version: int) -> UpdateOne:
    guard = {"_id": id, "version": {"$lt": version}}
    return UpdateOne(guard, {"$set": {"version": version}}, upsert=True)


def at_once(write: Callable[[int, int], None]) -> None:
    """Call `write` with each round and each writer's number, all writers of a round at once."""
    together = Barrier(WRITERS)

    def one(turn: int, writer: int) -> None:
        together.wait(30)
        write(turn, writer)

    with ThreadPoolExecutor(WRITERS) as pool:
        for turn in range(ROUNDS):
            list(pool.map(partial(one, turn), range(1, WRITERS + 1)))


def test_of_writers_that_are_first_at_once_the_newest_is_kept(db: Db) -> None:
    def write(turn: int, version: int) -> None:
        upsert_each(db["rows"], [over_older(f"{turn}-{n}", version) for n in range(ROWS)])

    at_once(write)
    assert Counter(row["version"] for row in db["rows"].find()) == {WRITERS: ROWS * ROUNDS}


def test_of_two_instances_that_begin_a_stream_at_once_the_further_one_is_right(db: Db) -> None:
    journal = Journal(db)

    def advance(turn: int, next: int) -> None:
        journal.advance({f"referrals:{turn}-{n}": (None, Progress(next)) for n in range(ROWS)})

    at_once(advance)
    keys = [f"referrals:{turn}-{n}" for turn in range(ROUNDS) for n in range(ROWS)]
    read = Counter(one.next for one in journal.progress(keys).values())
    assert read == {WRITERS: ROWS * ROUNDS}


def test_what_is_newer_stays_and_nothing_to_write_is_no_error(db: Db) -> None:
    upsert_each(db["rows"], [])
    upsert_each(db["rows"], [over_older("a", 7), over_older("b", 1)])
    upsert_each(db["rows"], [over_older("a", 3), over_older("b", 3), over_older("a", 8)])
    assert {row["_id"]: row["version"] for row in db["rows"].find()} == {"a": 8, "b": 3}


def test_another_mistake_than_a_duplicate_is_raised(db: Db) -> None:
    bad = UpdateOne({"_id": "a"}, {"$inc": {"version": "one"}}, upsert=True)
    with pytest.raises(BulkWriteError):
        upsert_each(db["rows"], [over_older("a", 7), bad])
