"""Upkeep with a real database and engine: what is refused stops nothing else, and one rebuilds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.components import Meilisearch
from services.search import index_settings, upkeep
from services.search.domain import Wanted
from services.search.upkeep import Upkeep
from shared.clock import now
from shared.errors import Unavailable
from shared.settings import Settings
from shared.storage import connect
from shared.storage.lease import Lease
from shared.storage.mongo import Db
from tests.support.processes import eventually
from tests.support.search_hands import Owners

Json = dict[str, Any]
#: An id the engine does not take.
TOO_LONG = "p" * 600
REFUSED: Json = {**index_settings.SERVICES, "rankingRules": ["no such rule"]}


@pytest.fixture
def settings(mongo_uri: str, mongo_prefix: str, search_engine: Meilisearch) -> Settings:
    return Settings(
        mongo_uri=mongo_uri,
        mongo_prefix=mongo_prefix,
        meili_url=search_engine.url,
        meili_key=search_engine.master_key,
    )


@pytest.fixture
def db(settings: Settings) -> Iterator[Db]:
    found = connect(settings, "search")
    yield found
    found.client.close()


@pytest.fixture
def owners() -> Owners:
    return Owners()


@pytest.fixture
def kept(settings: Settings, db: Db, owners: Owners) -> Upkeep:
    made = Upkeep(settings, db, now, owners.call)
    made.prepare()
    return made


def keep_up(kept: Upkeep) -> None:
    kept.fetch()
    kept.index()


def poison(db: Db, count: int) -> None:
    """Put documents among the good ones, as new as any, that the engine will not take."""
    kept = {"kind": "service", "pending": True, "withdrawn": False, "revision": 1, "ticket": 10**9}
    card = {"organization": "o", "organization_name": "o", "name": "Poison"}
    ids = [f"{number:03}{TOO_LONG}" for number in range(count)]
    db["documents"].insert_many([{"_id": one, **kept, "card": {"id": one, **card}} for one in ids])


def test_refused_settings_stop_neither_the_documents_nor_the_other_index(
    kept: Upkeep, owners: Owners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_AT_ENGINE_EVERY_S", 0.0)
    owners.list("Beds")
    keep_up(kept)
    with monkeypatch.context() as changed:
        changed.setitem(index_settings.BY_KIND, "service", REFUSED)
        kept.engine.delete("guides")
        kept.documents.want([Wanted("service", owners.list("Law"))])
        keep_up(kept)
        assert (kept.engine.count("services"), kept.engine.count("guides")) == (2, 1)
    keep_up(kept)
    assert kept.status()["pending"] == 0


def test_what_was_fetched_is_indexed_while_the_registry_is_away(
    kept: Upkeep, owners: Owners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "WAIT_FOR_BATCH_S", 0.2)
    owners.list("Beds")
    keep_up(kept)
    kept.documents.want([Wanted("service", owners.list("Law"))])
    kept.fetch()
    kept.documents.want([Wanted("service", owners.list("Food"))])
    owners.is_down = True

    def indexed() -> int:
        keep_up(kept)
        return kept.engine.count("services")

    eventually(indexed, lambda count: count == 2)
    assert kept.status()["wanted"] == 1


def test_a_rebuild_whose_settings_are_refused_says_so_and_leaves_the_old_index(
    kept: Upkeep, owners: Owners, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners.list("Beds")
    keep_up(kept)
    monkeypatch.setitem(index_settings.BY_KIND, "service", REFUSED)
    with pytest.raises(Unavailable) as refused:
        kept.rebuild()
    assert refused.value.rule == "refused: invalid_settings_ranking_rules"
    assert kept.engine.count("services") == 1


def test_a_swap_that_is_refused_is_told_as_any_trouble_of_the_engine(kept: Upkeep) -> None:
    with pytest.raises(Unavailable) as refused:
        kept.engine.swap("nothing", "nowhere")
    assert refused.value.rule == "refused: index_not_found"


def test_many_poison_documents_do_not_cost_a_rebuild_its_lease(
    kept: Upkeep, owners: Owners, db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LEASE_S", 1.0)
    owners.list("Beds")
    poison(db, 60)
    rival, taken = Lease(db, upkeep.INDEXING, "a rival", 1.0, now), []
    is_over = threading.Event()

    def covet() -> None:
        eventually(lambda: db["leases"].find_one({"_id": upkeep.INDEXING}))
        while not is_over.wait(0.05):
            taken.append(rival.hold())

    coveting = threading.Thread(target=covet)
    drop = Lease.drop

    def drop_unwatched(lease: Lease) -> None:
        if db["leases"].find_one({"_id": upkeep.INDEXING}):
            is_over.set()
            coveting.join()
        drop(lease)

    monkeypatch.setattr(Lease, "drop", drop_unwatched)
    coveting.start()
    told = kept.rebuild()
    assert len(taken) > 20  # for longer than a lease
    assert not any(taken)
    assert (told["services"], told["quarantined"]) == (61, 60)
    assert kept.engine.count("services") == 1
