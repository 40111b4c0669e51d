"""A workplace on stand-ins and a browser without scripts in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.staff_browser import StaffBrowser
from tests.support.staff_fakes import Workplace, make_workplace


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A fresh workplace; nothing of it is on disk."""
    return make_workplace(tmp_path)


@pytest.fixture
def desk(workplace: Workplace) -> StaffBrowser:
    """A browser nobody has signed in with yet."""
    return StaffBrowser(workplace.app)
