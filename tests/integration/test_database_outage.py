"""A database that is away for long: callers hear so, and no record is blamed for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.mongod import Mongod
from services.search.domain import Wanted
from services.search.projector import BROKE, Projector
from services.search.store import Capacities, Documents
from shared.clock import now
from shared.errors import Unavailable
from shared.ids import new_id
from shared.messaging.commands import NO_DATABASE
from shared.settings import Settings
from shared.storage import connect
from tests.support.processes import Processes, eventually
from tests.support.registry_records import id_for, organization, service

#: Longer than the drivers look for a server.
LONG_S = 30.0


@pytest.fixture
def registry(tmp_path: Path, amqp_uri: str, own_mongod: Mongod) -> Iterator[Processes]:
    """The registry alone, on a database of its own."""
    processes = Processes(tmp_path, amqp_uri, own_mongod.uri, "t")
    processes.service("registry")
    yield processes
    processes.end()


def take(registry: Processes, record: dict[str, Any]) -> None:
    told: dict[str, Any] = {"records": [record], "source": "test", "actor": "seed"}
    call = registry.calls.call
    call("registry", "import_records", kind=record["kind"], **told, deadline_s=LONG_S)


def test_search_quarantines_nothing_while_the_registry_has_no_database(
    registry: Processes, own_mongod: Mongod, mongo_uri: str, mongo_prefix: str
) -> None:
    take(registry, organization("Away"))
    take(registry, service("Away beds", of="Away", profile={"needs": ["emergency_housing"]}))
    bed = id_for("service", "Away beds")
    db = connect(Settings(mongo_uri=mongo_uri, mongo_prefix=mongo_prefix), "search")
    documents = Documents(db, now)
    documents.prepare()
    projector = Projector(documents, Capacities(db), registry.calls.call)
    documents.want([Wanted("service", bed), Wanted("service", new_id())])
    own_mongod.kill9()
    with pytest.raises(Unavailable) as refused:
        projector.fetch_wanted(("service",))
    assert refused.value.rule == NO_DATABASE != BROKE
    assert list(documents.set_aside()) == []
    own_mongod.start()

    def fetched() -> bool:
        try:
            return projector.fetch_wanted(("service",)) == 2
        except Unavailable:
            return False

    eventually(fetched, within_s=60)
    row = documents.documents.find_one({"_id": bed})
    assert row is not None
    assert row["card"]["name"] == "Away beds"
    assert list(documents.set_aside()) == []
    db.client.close()


def test_a_caller_hears_that_the_database_is_away_and_may_repeat_the_command(
    registry: Processes, own_mongod: Mongod
) -> None:
    own_mongod.kill9()
    record = organization("Later")
    with pytest.raises(Unavailable) as refused:
        take(registry, record)
    assert (refused.value.field, refused.value.rule) == ("registry", NO_DATABASE)
    own_mongod.start()

    def listed() -> str:
        try:
            take(registry, record)
            told = registry.calls.call(
                "registry", "organization", id=id_for("organization", "Later")
            )
        except Unavailable:
            return ""
        return str(told["name"])

    assert eventually(listed, within_s=60) == "Later"
    log = (registry.folder / "log" / "registry-0.log").read_text()
    assert "the database does not answer" in log
    assert "a command failed" not in log
