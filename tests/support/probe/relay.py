"""The relay for the probe's programs: `python -m tests.support.probe.relay sender`."""

import sys

import tests.support.probe.events  # noqa: F401 (puts its events into the catalogue)
from shared.messaging.relay import main

if __name__ == "__main__":
    main(sys.argv[1])
