"""`python -m portal`: serves the portal until it is told to stop."""

from __future__ import annotations

import os
import sys
import time

import uvicorn

from portal.live import create
from shared import logging
from shared.settings import WrongSettings, load


def main() -> int:
    """Serve on PORTAL_HOST and PORTAL_PORT; return 78 with one line when the settings are wrong."""
    try:
        settings = load()
        logging.set_up("portal", settings.log_level)
        if settings.time_zone:
            os.environ["TZ"] = settings.time_zone
            time.tzset()
        app = create(settings)
    except WrongSettings as error:
        sys.stderr.write(f"{error}\n")
        return 78
    uvicorn.run(
        app,
        host=settings.portal_host,
        port=settings.portal_port,
        loop="uvloop",
        http="httptools",
        # No line a visit: it would hold an address. No server name: it tells only attackers.
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
