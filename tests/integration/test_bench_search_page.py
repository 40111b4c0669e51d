"""The measurement of the search page runs on the real engine and portal, whatever it finds."""

from __future__ import annotations

from infra.bench.search_page import CLIENTS, main


def test_the_search_page_is_measured_beside_the_raw_call() -> None:
    found = main(count=300, rounds=1)
    assert set(found) == set(CLIENTS)
    assert all(one.raw_ms > 0 and one.page_ms > 0 for one in found.values())
