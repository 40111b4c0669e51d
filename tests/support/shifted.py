"""`python -m tests.support.shifted SECONDS NAME`: a service whose clock is ahead, or behind.

The wall clock is read in one place only (`shared.clock`), so the whole process lives at that time.
"""

from __future__ import annotations

import runpy
import sys
from datetime import timedelta

import shared.clock

if __name__ == "__main__":
    ahead, true = timedelta(seconds=float(sys.argv.pop(1))), shared.clock.now
    shared.clock.now = lambda: true() + ahead
    runpy.run_module("services.run", run_name="__main__", alter_sys=True)
