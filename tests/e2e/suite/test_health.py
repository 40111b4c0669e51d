"""What operators and supervisors ask: is everything there."""

from __future__ import annotations

import msgspec
import pytest

from shared.events import all_types
from tests.support.suite import Suite

SERVICES = ("registry", "library", "tips", "referrals", "search", "subscriptions", "accounts")
STORES = ("rabbitmq", "mongodb", "meilisearch")


@pytest.mark.timeout(600)
def test_ready_names_each_component(suite: Suite) -> None:
    suite.wait_well()
    answer = suite.http.request("GET", f"{suite.demo.portal_url}/health/ready")
    told = msgspec.json.decode(answer.data)
    assert answer.status == 200
    assert told["status"] == "ready"
    assert told["components"] == dict.fromkeys([*STORES, *SERVICES, "triage_key"], "up")
    assert told["snapshot_age_s"] is not None


def test_every_process_answers_health_and_metrics(suite: Suite) -> None:
    relays = {f"relay-{kind.source}" for kind in all_types()}
    running = suite.processes()
    assert running.keys() >= {*SERVICES, *relays, "portal", "rabbitmq", "mongod", "meilisearch"}
    for name in {*SERVICES, *relays}:
        at = f"http://127.0.0.1:{running[name]['port']}"
        health = suite.http.request("GET", f"{at}/health")
        metrics = suite.http.request("GET", f"{at}/metrics")
        assert (health.status, msgspec.json.decode(health.data)["ok"]) == (200, True), name
        assert f'anydoor_ok{{process="{name}"}} 1.0' in metrics.data.decode()
