"""Every command of every service under hostile arguments: refused by name, and nobody dies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import amqp
import pytest

from services.topology import SERVICES
from shared.errors import AnydoorError, Unavailable
from shared.messaging.calls import RPC_EXCHANGE
from shared.messaging.topology import close_socket, open_connection
from tests.support.hostile_calls import commands, hostile_arguments
from tests.support.suite import Suite

pytestmark = pytest.mark.timeout(600)
#: Answers with a whole rebuild of the search index; what it takes is nothing.
SLOW = {("search", "rebuild")}


@pytest.fixture(autouse=True)
def alive(suite: Suite) -> Iterator[None]:
    """Whatever a test sends, each service is the same process afterwards, and answers."""
    before = {name: suite.program(name).pid for name in SERVICES}
    yield
    suite.wait_well()
    assert {name: suite.program(name).pid for name in SERVICES} == before


@pytest.mark.parametrize("service", SERVICES)
def test_a_hostile_argument_is_refused_by_name(suite: Suite, service: str) -> None:
    wrong = []
    for owner, method, arguments in commands():
        if owner != service or (owner, method) in SLOW:
            continue
        for given in hostile_arguments(arguments):
            said = answer(suite, service, method, given)
            if isinstance(said, Unavailable) or (said is not None and not said.rule):
                odd = {name: str(value)[:50] for name, value in given.items()}
                wrong.append(f"{method}({odd}): {said!r}")
    assert wrong == []
    assert suite.orphans() == 0


def answer(suite: Suite, service: str, method: str, given: Any) -> AnydoorError | None:
    """The refusal of a call, None when it was carried out."""
    try:
        suite.calls.call(service, method, **given)
    except AnydoorError as refused:
        return refused
    return None


def test_a_body_that_is_no_call_ends_nobody(suite: Suite) -> None:
    connection = open_connection(suite.settings.amqp_uri)
    try:
        channel = connection.channel()
        for service in SERVICES:
            for method in ("verifiers", "no_such_method", "__init__", "backbone.db", ""):
                for body in BODIES:
                    for kind in ("application/json", "application/x-python-serialize", "x"):
                        message = amqp.Message(body, content_type=kind, content_encoding="utf-8")
                        channel.basic_publish(message, RPC_EXCHANGE, f"{service}.{method}")
    finally:
        close_socket(connection)
    for service in SERVICES:
        with pytest.raises(AnydoorError, match="no such call"):
            suite.calls.call(service, "no_such_method", deadline_s=60)


BODIES = (
    b"",
    b"\xff\xfe",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"7",
    b"{}",
    b'{"args": 1, "kwargs": 2}',
    b'{"args": [1], "kwargs": {}}',
    b'{"args": [], "kwargs": []}',
    b'{"args": [], "kwargs": {"": 1}}',
    b"[" * 100_000,
    b"\x80\x04\x95cos\nsystem\n",
)
