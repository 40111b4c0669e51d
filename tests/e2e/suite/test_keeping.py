"""Whatever is killed comes back by itself; three instances share the work of one."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import amqp
import pytest

from portal.tickets import Ticket
from services.topology import all_subscriptions
from shared.messaging.topology import close_socket, open_connection
from tests.e2e.suite.test_journey import LAST_LINE
from tests.support.programs import until
from tests.support.suite import BACK_WITHIN_S, Suite

pytestmark = pytest.mark.timeout(900)
REQUESTS = 60


def test_each_killed_process_is_back_within_thirty_seconds(suite: Suite) -> None:
    suite.wait_well()
    took: dict[str, float] = {}
    for name in suite.processes():
        began = time.monotonic()
        killed = suite.kill(name)
        suite.wait_well(not_as={name: killed}, seconds=BACK_WITHIN_S)
        took[name] = round(time.monotonic() - began, 1)
    print(took)
    assert suite.demo.module("infra.journey").splitlines()[-1] == LAST_LINE


def test_three_instances_share_the_work_and_keep_each_stream_in_order(suite: Suite) -> None:
    suite.wait_well()
    scale(suite, 3)
    try:
        asked = [suite.new_ticket() for _ in range(REQUESTS)]
        with ThreadPoolExecutor(max_workers=6) as people:
            assert all(people.map(lambda ticket: ask(suite, ticket), asked))
        ids = [ticket.id for ticket in asked]
        suite.wait_arrived("referrals", ids)
        suite.wait_quiet()
        check_streams(suite, ids)
        for id in ids:
            suite.close_stream(id)
        check_streams(suite, ids)
    finally:
        scale(suite, 1)
    assert "referrals-2" not in suite.processes()


def ask(suite: Suite, ticket: Ticket) -> bool:
    """Somebody asks for help."""
    return suite.ask_for_help(ticket, "legal_assistance", "education", area="XS-harbor")


def scale(suite: Suite, count: int) -> None:
    """Run so many instances of referrals; returns when each reads every queue of theirs."""
    suite.demo.run("scale", "referrals", str(count))
    queues = [sub.queue for sub in all_subscriptions() if sub.consumer == "referrals"]
    wanted = dict.fromkeys([*queues, "rpc-referrals"], count)
    until(lambda: readers(suite, list(wanted)) == wanted, 60, f"{count} read each queue")
    suite.wait_well()


def readers(suite: Suite, queues: list[str]) -> dict[str, int]:
    """How many programs read each of these queues; empty while nobody can say."""
    connection = open_connection(suite.settings.amqp_uri)
    try:
        channel = connection.channel()
        return {name: channel.queue_declare(name, passive=True).consumer_count for name in queues}
    except amqp.AMQPError:
        return {}
    finally:
        close_socket(connection)


def check_streams(suite: Suite, ids: list[str]) -> None:
    """Each request is one stream, its versions have no gap, and somebody has to look after it."""
    commits = suite.db("referrals")["commits"]
    opened = Counter(
        row["stream"]
        for row in commits.find({"stream": {"$in": ids}, "events.type": "stream.opened"})
    )
    assert opened == dict.fromkeys(ids, 1)
    for id in ids:
        following = 1
        for commit in commits.find({"stream": id}).sort("version", 1):
            assert commit["version"] == following, f"a gap or a fork in {id}"
            following += len(commit["events"])
    assert suite.orphans() == 0
