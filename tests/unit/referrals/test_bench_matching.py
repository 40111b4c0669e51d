"""The measurement of matching runs, and finds candidates to rank."""

from __future__ import annotations

from infra.bench.matching import main


def test_matching_is_measured_beside_a_plain_pass() -> None:
    found = main(count=400, clients=20)
    assert set(found) == {"needs as they come", "all of one need"}
    assert all(one.ranking_ms > 0 and one.pass_ms > 0 for one in found.values())
    assert found["all of one need"].candidates > 0
