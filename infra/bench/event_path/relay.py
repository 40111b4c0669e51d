"""The relay for the bench's programs: `python -m infra.bench.event_path.relay portal|alpha`."""

import sys

import infra.bench.event_path.events  # noqa: F401 (puts its events into the catalogue)
from shared.messaging.relay import main

if __name__ == "__main__":
    main(sys.argv[1])
