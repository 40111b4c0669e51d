"""A feed has a place for each event and no number is left out, however often and by whom placed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.subscriptions.store.feeds import Feeds
from shared.settings import load
from shared.storage import connect
from shared.storage.mongo import Db

AGENCIES = ("one", "two")


@pytest.fixture
def db(mongo_uri: str, mongo_prefix: str) -> Iterator[Db]:
    db = connect(load({"MONGO_URI": mongo_uri, "MONGO_PREFIX": mongo_prefix}), "subscriptions")
    yield db
    db.client.close()


def deliveries(db: Db, count: int) -> list[dict[str, str]]:
    rows = [{"_id": f"d-{n:03d}", "agency": AGENCIES[n % 2]} for n in range(count)]
    db["deliveries"].insert_many([dict(row) for row in rows])
    return rows


def places(db: Db, agency: str) -> list[int]:
    rows = db["deliveries"].find({"agency": agency, "position": {"$exists": True}})
    return sorted(row["position"] for row in rows)


def test_the_same_again_keeps_its_place_and_takes_no_number(db: Db) -> None:
    feeds = Feeds(db)
    feeds.prepare()
    rows = deliveries(db, 6)
    for one in (rows[0], rows[0], rows[2], rows[0], rows[4], rows[2]):
        assert feeds.place(one)
    assert places(db, "one") == [1, 2, 3]
    assert [row["_id"] for row in feeds.after("one", 0, 10)] == ["d-000", "d-002", "d-004"]


def test_a_group_with_repeats_leaves_no_number_out(db: Db) -> None:
    feeds = Feeds(db)
    feeds.prepare()
    rows = deliveries(db, 8)
    assert feeds.place(rows[2])
    assert all(feeds._place_group([rows[0], rows[2], rows[0], rows[4], rows[2], rows[6]]))
    assert places(db, "one") == [1, 2, 3, 4]


def test_instances_that_place_the_same_at_once_leave_no_number_out(db: Db) -> None:
    instances = [Feeds(db) for _ in range(3)]
    instances[0].prepare()
    rows = deliveries(db, 200)
    luck = random.Random(7)
    work = [(feeds, one) for feeds in instances for one in rows]
    luck.shuffle(work)

    def place(feeds: Feeds, one: dict[str, str]) -> None:
        while not feeds.place(one):
            pass

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda job: place(*job), work))
    for agency in AGENCIES:
        assert places(db, agency) == list(range(1, 101))
