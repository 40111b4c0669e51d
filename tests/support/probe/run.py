"""`python -m tests.support.probe.run sender|listener|crowd...`: the probe's services."""

from __future__ import annotations

import os
import sys
import warnings


def main(names: list[str]) -> None:
    """Run the named services in this process until SIGTERM."""
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()  # before anything else is imported

    from shared.messaging.runner import run
    from shared.settings import load
    from tests.support.probe.services import SERVICES

    run([SERVICES[name] for name in names], load())


if __name__ == "__main__":
    main(sys.argv[1:])
