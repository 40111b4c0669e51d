"""Fixtures for every test: the real components, described in infra/local/components.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from infra.local.components import Meilisearch, Mongod, RabbitMQ
from tests.support.components import TestComponents, fresh_databases, fresh_vhost

#: Folders whose tests share what takes long to start, the longest first: one worker runs them all.
TOGETHER = ("e2e/suite", "e2e/workspace", "e2e/public", "infra_local")


class Sharing(LoadScopeScheduling):
    """Gives each worker whole folders of `TOGETHER`, and other tests file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Say what the workers of a run share out."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the folders that keep a processor busy beside the files that mostly wait, and what is
    short last, so that no worker is alone with something long in the end."""
    groups = list(dict.fromkeys(group_of(item.nodeid) for item in items))
    long = [group for group in TOGETHER if group in groups]
    waiting = [group for group in groups if group.startswith("integration/")]
    each = -(-len(waiting) // len(long)) if long else 0
    order: dict[str, None] = {}
    for at, folder in enumerate(long):
        order |= dict.fromkeys([folder, *waiting[at * each : (at + 1) * each]])
    places = {group: at for at, group in enumerate(dict.fromkeys([*order, *waiting, *groups]))}
    items.sort(key=lambda item: places[group_of(item.nodeid)])


def group_of(nodeid: str) -> str:
    """Return the folder of `TOGETHER` that a test is in, or its file."""
    file = nodeid.partition("::")[0].removeprefix("tests/")
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


@pytest.fixture(scope="session")
def components() -> Iterator[TestComponents]:
    """Where the run's components come from."""
    running = TestComponents()
    yield running
    running.end()


@pytest.fixture(scope="session")
def rabbitmq(components: TestComponents) -> RabbitMQ:
    """The run's broker; ask for `amqp_uri` to have a corner of it to oneself."""
    return components.shared(RabbitMQ)


@pytest.fixture(scope="session")
def mongod(components: TestComponents) -> Mongod:
    """The run's database server; ask for `mongo_prefix` to have databases to oneself."""
    return components.shared(Mongod)


@pytest.fixture(scope="session")
def meilisearch(components: TestComponents) -> Meilisearch:
    """The run's search engine, with whatever earlier tests left in it."""
    return components.shared(Meilisearch)


@pytest.fixture
def amqp_uri(rabbitmq: RabbitMQ) -> Iterator[str]:
    """The URI of an empty virtual host for one test."""
    with fresh_vhost(rabbitmq) as uri:
        yield uri


@pytest.fixture(scope="module")
def module_amqp_uri(rabbitmq: RabbitMQ) -> Iterator[str]:
    """The URI of a virtual host for one test module."""
    with fresh_vhost(rabbitmq) as uri:
        yield uri


@pytest.fixture(scope="session")
def mongo_uri(mongod: Mongod) -> str:
    """The URI of the run's database server."""
    return mongod.uri


@pytest.fixture
def mongo_prefix(mongod: Mongod) -> Iterator[str]:
    """A prefix for database names, for one test."""
    with fresh_databases(mongod) as prefix:
        yield prefix


@pytest.fixture(scope="module")
def module_mongo_prefix(mongod: Mongod) -> Iterator[str]:
    """A prefix for database names, for one test module."""
    with fresh_databases(mongod) as prefix:
        yield prefix


@pytest.fixture
def search_engine(meilisearch: Meilisearch) -> Meilisearch:
    """The run's search engine, emptied."""
    meilisearch.delete_indexes()
    return meilisearch


@pytest.fixture
def own_rabbitmq(components: TestComponents) -> Iterator[RabbitMQ]:
    """A broker one test may kill, freeze and wipe."""
    with components.private(RabbitMQ) as broker:
        yield broker


@pytest.fixture
def own_mongod(components: TestComponents) -> Iterator[Mongod]:
    """A database server one test may kill, freeze and wipe."""
    with components.private(Mongod) as server:
        yield server


@pytest.fixture
def own_meilisearch(components: TestComponents) -> Iterator[Meilisearch]:
    """A search engine one test may kill, freeze and wipe."""
    with components.private(Meilisearch) as engine:
        yield engine
