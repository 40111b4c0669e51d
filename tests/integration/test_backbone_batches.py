"""Many changes at once in MongoDB: each once per cause, and none at another's cost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import WriteConcern
from pymongo.errors import PyMongoError

from shared.clock import now
from shared.errors import Conflict, Invalid
from shared.events.tips import TipReceived
from shared.settings import load
from shared.storage import Change, Lease, Streams, connect
from shared.storage.mongo import Db

Json = dict[str, Any]
MANY = [f"t-{number}" for number in range(50)]


@pytest.fixture
def db(mongo_uri: str, mongo_prefix: str) -> Iterator[Db]:
    found = connect(load({"MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix}), "tips")
    yield found
    found.client.close()


@pytest.fixture
def streams(db: Db) -> Streams:
    made = Streams(db, now)
    made.prepare()
    return made


def one_more(state: Json | None) -> Change:
    return Change({"count": (state or {}).get("count", 0) + 1}, [TipReceived(tip="t")])


def moves(prefix: str) -> list[tuple[str, Any, str]]:
    return [(stream, one_more, f"{prefix}-{stream}") for stream in MANY]


def test_many_changes_are_commits_like_any_and_the_same_again_changes_nothing(
    streams: Streams,
) -> None:
    assert streams.try_all(moves("c"), actor="agency-1") == [True] * 50
    assert streams.try_all(moves("c")) == [False] * 50
    assert streams.try_all(moves("d")) == [True] * 50
    assert {it.state["count"] for it in streams.load_many(MANY).values()} == {2}
    first, second = streams.history("t-7")
    assert (first["_id"], first["actor"], first["version"]) == ("c-t-7", "agency-1", 1)
    assert (second["version"], second["published"]) == (2, False)
    assert streams.try_all([]) == []


def test_what_cannot_be_made_is_left_and_the_others_are_made(streams: Streams, db: Db) -> None:
    def refuse(_: Json | None) -> Change:
        raise Invalid("field", "is wrong")

    streams.change("t-3", one_more, cause="before")
    db["states"].delete_one({"_id": "t-3"})  # its commits are ahead of what is read
    given = [
        ("t-1", one_more, "c-1"),
        ("t-1", one_more, "c-2"),
        ("t-2", refuse, "c-3"),
        ("t-3", one_more, "c-4"),
        ("t-4", lambda _: None, "c-5"),
        ("t-5", one_more, "c-1"),
        ("t-6", one_more, " "),
        ("t-7", one_more, "c-7"),
    ]
    assert streams.try_all(given) == [True, False, False, False, False, False, False, True]
    assert streams.change("t-3", one_more, cause="c-4")["count"] == 2
    assert [len(streams.history(f"t-{number}")) for number in range(1, 8)] == [1, 0, 2, 0, 0, 0, 1]


def test_batches_that_race_leave_no_gap_and_lose_nothing(db: Db) -> None:
    def write(writer: str) -> None:
        own = Streams(db, now)
        for (stream, decide, cause), is_made in zip(
            moves(writer), own.try_all(moves(writer)), strict=True
        ):
            if not is_made:
                own.change(stream, decide, cause=cause)

    Streams(db, now).prepare()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    streams = Streams(db, now)
    assert {it.state["count"] for it in streams.load_many(MANY).values()} == {4}
    for stream in MANY:
        assert [one["version"] for one in streams.history(stream)] == [1, 2, 3, 4]


def test_a_batch_the_majority_did_not_confirm_is_no_success(db: Db) -> None:
    unheard = db.with_options(write_concern=WriteConcern(w=2, wtimeout=50))
    streams = Streams(unheard, now)
    with pytest.raises(PyMongoError):
        streams.try_all(moves("c"))


def test_a_lease_is_kept_without_asking_each_time_and_its_loss_is_told(db: Db) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    clock = [at]
    first = Lease(db, "job", "a", 15, lambda: clock[0])
    first.keep()
    (row,) = db["leases"].find()
    first.keep()
    assert db["leases"].find_one() == row
    clock[0] = at + timedelta(seconds=6)
    first.keep()
    assert db["leases"].find_one() != row
    clock[0] = at + timedelta(seconds=60)
    assert Lease(db, "job", "b", 15, lambda: clock[0]).hold()
    with pytest.raises(Conflict):
        first.keep()
