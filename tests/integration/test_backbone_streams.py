"""Streams in MongoDB: once per cause, no version lost or given twice, and always rebuilt equal."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import WriteConcern
from pymongo.database import Database
from pymongo.errors import PyMongoError

from infra.local.components import Mongod
from shared.clock import now
from shared.errors import Conflict, IllegalMove, Invalid
from shared.events.tips import TipAnswered, TipReceived
from shared.ids import new_id
from shared.settings import Settings, load
from shared.storage import Change, Claims, Lease, Streams, connect

Json = dict[str, Any]


@pytest.fixture
def settings(mongo_uri: str, mongo_prefix: str) -> Settings:
    return load({"MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix})


@pytest.fixture
def db(settings: Settings) -> Iterator[Database[Json]]:
    found = connect(settings, "tips")
    yield found
    found.client.close()


@pytest.fixture
def streams(db: Database[Json]) -> Streams:
    made = Streams(db, now)
    made.prepare()
    return made


def one_more(state: Json | None) -> Change:
    count = (state or {}).get("count", 0) + 1
    return Change({"count": count, "marks": {f"m{count}": count}}, [TipReceived(tip="t")])


def versions(streams: Streams, stream: str) -> list[int]:
    return [
        commit["version"] + at
        for commit in streams.history(stream)
        for at in range(len(commit["events"]))
    ]


def test_a_change_is_one_commit_with_its_cause_and_what_happened(streams: Streams) -> None:
    after = streams.change("t-1", one_more, cause="c-1", actor="agency-1")
    assert after == {"count": 1, "marks": {"m1": 1}}
    (commit,) = streams.history("t-1")
    assert commit["_id"] == commit["correlation"] == commit["causation"] == "c-1"
    assert (commit["stream"], commit["version"], commit["actor"]) == ("t-1", 1, "agency-1")
    assert commit["published"] is False
    assert [one["type"] for one in commit["events"]] == ["tip.received"]


def test_the_same_cause_twice_changes_nothing_and_asks_nobody(streams: Streams) -> None:
    for _ in range(3):
        assert streams.change("t-1", one_more, cause="c-1")["count"] == 1
    assert versions(streams, "t-1") == [1]


def test_a_repeat_that_would_be_illegal_now_returns_the_state(streams: Streams) -> None:
    def close(state: Json | None) -> Change:
        if state is None or state.get("closed"):
            raise IllegalMove("tip", "is closed", "it can be reopened")
        return Change({**state, "closed": True}, [TipAnswered(tip="t", by="triage")])

    streams.change("t-1", one_more, cause="c-1")
    assert streams.change("t-1", close, cause="c-2")["closed"]
    assert streams.change("t-1", close, cause="c-2")["closed"]
    with pytest.raises(IllegalMove):
        streams.change("t-1", close, cause="c-3")


def test_nothing_to_do_writes_nothing(streams: Streams) -> None:
    assert streams.change("t-1", lambda state: None, cause="c-1") == {}
    assert streams.load("t-1") is None
    streams.change("t-1", one_more, cause="c-2")
    assert streams.change("t-1", lambda state: None, cause="c-3")["count"] == 1


def test_a_cause_used_for_another_stream_is_refused_not_passed_over(streams: Streams) -> None:
    streams.change("t-1", one_more, cause="c-1")
    with pytest.raises(Conflict, match="command_id"):
        streams.change("t-2", one_more, cause="c-1")
    assert streams.load("t-2") is None


@pytest.mark.parametrize("cause", ["", " "])
def test_a_change_without_a_cause_is_refused(streams: Streams, cause: str) -> None:
    with pytest.raises(Invalid, match="command_id"):
        streams.change("t-1", one_more, cause=cause)


def test_twenty_writers_on_one_stream_leave_no_gap(db: Database[Json]) -> None:
    """Ten writers in each of two programs: lost races within a group and between processes."""
    programs = [Streams(db, now), Streams(db, now)]
    programs[0].prepare()

    def write(number: int) -> None:
        for turn in range(5):
            programs[number % 2].change("t-1", one_more, cause=f"c-{number}-{turn}")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    found = programs[0].load("t-1")
    assert found is not None
    assert found.state["count"] == found.version == 100
    assert versions(programs[0], "t-1") == list(range(1, 101))


@pytest.mark.parametrize("stream", ["a_id_b", "_id_", "stream_1_version_1", "x index: _id_ dup"])
def test_a_lost_race_is_known_whatever_the_stream_is_called(
    db: Database[Json], stream: str
) -> None:
    first, second = Streams(db, now), Streams(db, now)
    first.prepare()

    def overtaken(state: Json | None) -> Change:
        if state is None:
            first.change(stream, one_more, cause="c-1")
        return one_more(state)

    assert second.change(stream, overtaken, cause="c-2")["count"] == 2
    assert versions(first, stream) == [1, 2]


def test_a_state_that_fell_behind_is_repaired_before_use(
    streams: Streams, db: Database[Json]
) -> None:
    for cause in ("c-1", "c-2", "c-3"):
        streams.change("t-1", one_more, cause=cause)
    kept = db["states"].find_one({"_id": "t-1"})
    db["states"].delete_one({"_id": "t-1"})
    assert streams.load("t-1").state["count"] == 3  # type: ignore[union-attr]
    assert db["states"].find_one({"_id": "t-1"}) == kept
    db["states"].delete_one({"_id": "t-1"})
    assert streams.change("t-1", one_more, cause="c-4")["count"] == 4


def test_states_that_were_deleted_are_rebuilt_equal(streams: Streams, db: Database[Json]) -> None:
    for number in range(450):
        streams.change(f"t-{number}", one_more, cause=f"c-{number}")
        if number % 3 == 0:
            streams.change(f"t-{number}", one_more, cause=f"d-{number}")
    kept = list(db["states"].find().sort("_id", 1))
    db["states"].delete_many({})
    db["states"].insert_one({"_id": "nobody", "version": 9, "order": 1, "state": {}})
    assert streams.rebuild() == 450
    assert list(db["states"].find().sort("_id", 1)) == kept


@pytest.mark.parametrize(
    "state",
    [
        {"a": {"b.c": 1, "$d": {"e": [None, {"f": None}]}}, "": "empty key"},
        {"number": 2**62, "part": 0.1, "yes": True, "list": [1, 1.0, True, [], {}]},
        {"text": "é\u0000💔\u202e", "deep": {"a": {"b": {"c": {"d": {}}}}}},
    ],
)
def test_whatever_json_a_state_holds_is_kept_exactly(
    streams: Streams, db: Database[Json], state: Json
) -> None:
    event = TipReceived(tip="t")
    streams.change("t-1", lambda _: Change({"before": [1]}, [event]), cause="c-1")
    streams.change("t-1", lambda _: Change(state, [event, event]), cause="c-2")
    db["states"].delete_many({})
    found = streams.load("t-1")
    assert found is not None
    assert repr(found.state) == repr(state)
    assert found.version == 3


def test_loading_no_streams_gives_none(streams: Streams) -> None:
    assert streams.load_many([]) == {}
    assert streams.load_many(["t-1", "t-1"]) == {}
    streams.change("t-1", one_more, cause="c-1")
    assert list(streams.load_many(["t-1", "nobody", "t-1"])) == ["t-1"]


def test_a_change_that_states_nothing_is_a_mistake_of_the_program(streams: Streams) -> None:
    with pytest.raises(ValueError, match="at least one event"):
        streams.change("t-1", lambda _: Change({}, []), cause="c-1")


def test_a_write_the_majority_did_not_confirm_is_no_success(db: Database[Json]) -> None:
    """A replica set of one has no second member, so this write can never be confirmed."""
    unsure = Streams(db.with_options(write_concern=WriteConcern(w=2)), now)
    with pytest.raises(PyMongoError):
        unsure.change("t-1", one_more, cause="c-1")


def test_what_a_repeat_is_told_is_on_disk(
    own_mongod: Mongod, request: pytest.FixtureRequest
) -> None:
    """A repeat must not be answered from a commit that a crash may still take away.

    The first call's commit is written as it looks while its own write still waits for the disk.
    """
    settings = load({"MONGO_URI": own_mongod.uri, "MONGO_PREFIX": "t"})
    db = connect(settings, "tips")
    request.addfinalizer(db.client.close)
    streams = Streams(db, now)
    streams.prepare()
    for turn in range(4):
        stream, cause = f"t-{turn}", new_id()
        streams.change(stream, one_more, cause=f"first-{turn}")

        def close(state: Json | None) -> Change:
            if state is None or state["count"] == "closed":
                raise IllegalMove("tip", "is closed", "it can be reopened")
            return Change({"count": "closed"}, [TipAnswered(tip="t", by="triage")])

        now_is = streams.load(stream)
        commit, after = streams._next(stream, now_is, close({"count": 1}), cause, "", "")
        quick = db.with_options(write_concern=WriteConcern(w=1, j=False))
        quick["commits"].insert_one(commit)
        quick["states"].update_one(
            {"_id": stream}, {"$set": {"version": after.version, "state": after.state}}
        )
        assert streams.change(stream, close, cause=cause)["count"] == "closed"
        own_mongod.kill9()
        own_mongod.start()
        assert streams.knows(cause), f"turn {turn}: the repeat was told of a commit that is gone"
        assert streams.load(stream).state["count"] == "closed"  # type: ignore[union-attr]


def test_a_claim_is_kept_once_sealed_anew_and_erased(
    settings: Settings, db: Database[Json]
) -> None:
    claims = Claims(settings, db)
    claims.put("c-1", "help", {"locator": "l"}, b"box")
    claims.put("c-1", "tip", {"locator": "other"}, b"other")
    found = claims.get("c-1")
    assert found is not None
    assert (found.kind, found.private, found.box) == ("help", {"locator": "l"}, b"box")
    assert found.at.tzinfo is not None
    claims.replace_box("c-1", b"new box")
    assert claims.get("c-1").box == b"new box"  # type: ignore[union-attr]
    claims.erase("c-1")
    claims.erase("c-1")
    claims.replace_box("c-1", b"late")
    assert claims.get("c-1") is None


def test_a_lease_is_held_by_one_and_free_when_it_ends(db: Database[Json]) -> None:
    first, second = (Lease(db, "job", name, 60, now) for name in ("a", "b"))
    assert first.hold()
    assert not second.hold()
    assert first.hold()
    first.drop()
    assert second.hold()
    assert not first.hold()
    second.drop()
    expired = Lease(db, "job", "gone", 0.001, now)
    assert expired.hold()
    second_chance = Lease(db, "job", "c", 60, now)
    while not second_chance.hold():
        pass
    assert not expired.hold()
