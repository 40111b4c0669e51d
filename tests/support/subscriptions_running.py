"""The subscriptions service at work, and a receiver: fixtures for the modules that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.processes import Processes
from tests.support.receiver import Receiver
from tests.support.subscription_hands import HUB


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Processes]:
    """The subscriptions service, and the relays of those whose events it reads."""
    processes = Processes(
        tmp_path_factory.mktemp("subscriptions"),
        module_amqp_uri,
        mongo_uri,
        module_mongo_prefix,
        COORDINATOR_AGENCY=HUB,
        WEBHOOK_ALLOW_LOOPBACK="true",
        WEBHOOK_TIMEOUT_S="1",
    )
    with processes.together():
        processes.service("subscriptions")
        for source in ("referrals", "registry", "library"):
            processes.relay(source)
    yield processes
    processes.end()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.end()
