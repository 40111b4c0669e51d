"""One demo of the whole suite for all tests of this folder, with leases short enough to watch."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from infra.local.private import private_demo
from tests.support.suite import Suite

SUITE = pytest.StashKey[Suite]()


@pytest.fixture(scope="package")
def suite(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Suite]:
    """The running suite with the sample network in it; it ends with the last test of this folder,
    as its twenty programs take processor time from other tests even when nobody asks them."""
    folder = tmp_path_factory.mktemp("suite")
    with (
        private_demo(folder, lease_urgent_s="6", lease_s="6") as demo,
        Suite(demo) as running,
    ):
        pytestconfig.stash[SUITE] = running
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the suite's programs said last beside a failure."""
    report = yield
    running = item.config.stash.get(SUITE, None)
    if report.failed and running is not None:
        report.sections.append(("logs of the suite", running.log_tails()))
    return report
