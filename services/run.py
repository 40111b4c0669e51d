"""Run services: `python -m services.run NAME [NAME...]`, one process, restarted by a supervisor.

Small installations run all in one process (50 MB); each name alone is a process to scale.
"""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()

import sys

from services.topology import service_class
from shared.messaging.runner import run
from shared.settings import load

if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("usage: python -m services.run NAME [NAME...]")
    run([service_class(name) for name in sys.argv[1:]], load())
