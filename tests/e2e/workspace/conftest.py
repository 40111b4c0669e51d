"""A workplace with staff, clients and tips, and the address it is at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import served
from tests.support.staff_fakes import Workplace, make_workplace


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A fresh workplace."""
    return make_workplace(tmp_path)


@pytest.fixture
def site(workplace: Workplace) -> Iterator[str]:
    """Its address."""
    with served(workplace.app) as address:
        yield address
