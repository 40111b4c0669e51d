"""The journey, as `make demo` plays it."""

from __future__ import annotations

import pytest

from tests.support.suite import Suite

LAST_LINE = "journey: complete, open without owner: 0"


@pytest.mark.timeout(600)
def test_the_journey_completes_and_does_so_again(suite: Suite) -> None:
    for _ in range(2):
        told = suite.demo.module("infra.journey")
        assert told.splitlines()[-1] == LAST_LINE
