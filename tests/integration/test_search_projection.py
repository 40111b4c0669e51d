"""The projection in a real database: the newest truth wins, a bad record harms no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.search.domain import Wanted
from services.search.projector import Projector
from services.search.store import (
    Capacities,
    CapacityNews,
    Changes,
    Documents,
    Found,
    Revisions,
)
from shared.clock import now
from shared.errors import Conflict, Unavailable
from shared.settings import Settings
from shared.storage import connect
from shared.storage.mongo import Db
from tests.support.search_hands import GUIDE, Owners

Json = dict[str, Any]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def db(mongo_uri: str, mongo_prefix: str) -> Iterator[Db]:
    found = connect(Settings(mongo_uri=mongo_uri, mongo_prefix=mongo_prefix), "search")
    yield found
    found.client.close()


@pytest.fixture
def documents(db: Db) -> Documents:
    found = Documents(db, now)
    found.prepare()
    return found


@pytest.fixture
def owners() -> Owners:
    return Owners()


@pytest.fixture
def projector(db: Db, documents: Documents, owners: Owners) -> Projector:
    return Projector(documents, Capacities(db), owners.call)


def want(documents: Documents, *ids: str, kind: str = "service") -> None:
    documents.want([Wanted(kind, id) for id in ids])


def fetch(projector: Projector) -> int:
    return projector.fetch_wanted(("service", "organization", "guide"))


def row(documents: Documents, id: str) -> Json:
    found = documents.documents.find_one({"_id": id})
    assert found is not None
    return found


def test_what_is_wanted_is_fetched_once_and_forgotten(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    house = owners.list("House")
    want(documents, house, house)
    want(documents, GUIDE["id"], kind="guide")
    assert fetch(projector) == 2
    assert fetch(projector) == 0
    assert row(documents, house)["card"]["name"] == "House"
    assert row(documents, GUIDE["id"])["guide"]["title"] == GUIDE["title"]


def test_a_record_that_did_not_change_is_no_news(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    house = owners.list("House", version=1)
    for version in (1, 2):
        owners.cards[house]["version"] = version
        want(documents, house)
        fetch(projector)
        documents.indexed(documents.pending(10))
    assert row(documents, house)["revision"] == 1
    assert documents.pending(10) == []
    owners.list("House", free=True)
    want(documents, house)
    fetch(projector)
    assert [one["_id"] for one in documents.pending(10)] == [house]


def test_what_its_owner_lists_no_more_is_withdrawn_and_may_come_back(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    house = owners.list("House")
    want(documents, house)
    fetch(projector)
    told = owners.cards.pop(house)
    want(documents, "o", kind="organization")
    fetch(projector)
    assert row(documents, house)["withdrawn"]
    assert row(documents, house)["card"] == {"organization": "o"}
    owners.cards[house] = told
    want(documents, "o", kind="organization")
    fetch(projector)
    assert row(documents, house)["card"]["name"] == "House"


def test_a_card_not_fit_to_be_shown_is_set_aside_until_it_is_mended(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    good, bad = owners.list("Good"), owners.list("Bad")
    owners.cards[bad]["description"] = "x" * 1_000_000
    want(documents, good, bad)
    fetch(projector)
    aside = documents.quarantined.find_one({"_id": bad})
    assert aside is not None
    assert aside["reason"] == "description is longer than 20000 characters"
    assert row(documents, bad)["withdrawn"]
    assert not row(documents, good)["withdrawn"]
    owners.list("Bad")
    want(documents, bad)
    fetch(projector)
    assert documents.counts()["quarantined"] == 0
    assert not row(documents, bad)["withdrawn"]


def test_one_record_its_owner_breaks_on_does_not_hold_up_the_rest(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    ids = [owners.list(f"House {number}") for number in range(20)]
    owners.breaks_on = {ids[7]}
    want(documents, *ids)
    assert fetch(projector) == 20
    assert documents.counts()["services"] == 19
    assert documents.quarantined.find_one({"_id": ids[7]}) is not None


def test_with_the_owner_down_every_wish_stays(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    house = owners.list("House")
    want(documents, house)
    owners.is_down = True
    with pytest.raises(Unavailable):
        fetch(projector)
    assert documents.counts()["wanted"] == 1
    owners.is_down = False
    assert fetch(projector) == 1


def test_a_wish_that_comes_while_it_is_met_stays(documents: Documents) -> None:
    want(documents, "s1", "s2")
    rows = documents.next_wanted(("service",), 10)
    want(documents, "s1")
    documents.got(rows)
    assert [one.wanted.id for one in documents.next_wanted(("service",), 10)] == ["s1"]


def test_everything_is_fetched_and_what_left_is_withdrawn(
    projector: Projector, documents: Documents, owners: Owners
) -> None:
    gone, kept = owners.list("Gone"), owners.list("Kept")
    assert not documents.is_filled("service")
    projector.fetch_all("service", lambda: None)
    assert documents.is_filled("service")
    owners.cards.pop(gone)
    projector.fetch_all("service", lambda: None)
    assert row(documents, gone)["withdrawn"]
    assert row(documents, kept)["revision"] == 2


def test_of_two_fetches_the_later_wins_whatever_is_written_last(documents: Documents) -> None:
    with documents.revisions.open() as early, documents.revisions.open() as late:
        documents.put(late, [Found("service", "s", {"id": "s", "name": "new"})])
        documents.put(early, [Found("service", "s", {"id": "s", "name": "old"})])
    assert row(documents, "s")["card"]["name"] == "new"


def test_a_late_index_write_is_indexed_again(documents: Documents) -> None:
    with documents.revisions.open() as revision:
        documents.put(revision, [Found("service", "s", {"id": "s", "name": "old"})])
    stale = documents.pending(10)
    with documents.revisions.open() as revision:
        documents.put(revision, [Found("service", "s", {"id": "s", "name": "new"})])
    documents.indexed(documents.pending(10))
    documents.indexed(stale)
    assert [one["card"]["name"] for one in documents.pending(10)] == ["new"]


def test_a_reader_never_passes_a_number_that_is_still_open(db: Db, documents: Documents) -> None:
    for kind in ("service", "guide"):
        documents.filled(kind)
    changes = Changes(documents, Capacities(db))
    with documents.revisions.open() as slow:
        with documents.revisions.open() as quick:
            documents.put(quick, [Found("service", "b", {"id": "b"})])
        page = changes.after(0, 10)
        assert (page.reached, page.documents, page.more) == (slow.number - 1, [], False)
        documents.put(slow, [Found("service", "a", {"id": "a"})])
    page = changes.after(0, 10)
    assert [one["_id"] for one in page.documents] == ["a", "b"]
    assert page.reached == quick.number


def test_a_page_never_cuts_a_revision_in_two(db: Db, documents: Documents) -> None:
    for kind in ("service", "guide"):
        documents.filled(kind)
    for start in (0, 3):
        with documents.revisions.open() as revision:
            ids = [f"s{number}" for number in range(start, start + 3)]
            documents.put(revision, [Found("service", id, {"id": id}) for id in ids])
    changes = Changes(documents, Capacities(db))
    first = changes.after(0, 2)
    assert (len(first.documents), first.more) == (3, True)
    second = changes.after(first.reached, 2)
    assert (len(second.documents), second.more) == (3, False)
    assert changes.after(second.reached, 2).documents == []


def test_a_writer_that_took_too_long_must_not_write_and_holds_nobody_up(db: Db) -> None:
    at = NOON
    revisions = Revisions(db, lambda: at)
    with revisions.open() as slow:
        at = NOON + timedelta(seconds=61)
        assert revisions.visible()[1] == slow.number
        with pytest.raises(Conflict):
            revisions.check(slow)


def test_the_newest_capacity_stays_and_a_reservation_is_no_check(
    db: Db, documents: Documents
) -> None:
    capacities = Capacities(db)

    def told(version: int, outward: str, minutes: int, *, is_report: bool) -> None:
        at = NOON + timedelta(minutes=minutes)
        with documents.revisions.open() as revision:
            capacities.put(revision, [CapacityNews("s", outward, version, at, is_report)])

    told(2, "has", 10, is_report=True)
    told(1, "none", 0, is_report=True)
    told(3, "none", 20, is_report=False)
    found = capacities.rows.find_one({"_id": "s"})
    assert found is not None
    assert (found["outward"], found["version"]) == ("none", 3)
    assert found["updated_at"] == "2026-11-22T12:10:00.000+00:00"
    with documents.revisions.open() as revision:
        capacities.put_first(revision, {"s": {"outward": "has"}, "t": {"outward": "has"}})
    assert {one["_id"]: one["outward"] for one in capacities.rows.find()} == {
        "s": "none",
        "t": "has",
    }
