"""`python -m tests.infra_local.stand_ins up|down|...`: the demo's commands over a small plan.

The search engine is real; the processes are stand-ins. STAND_IN_PORT is the portal's port.
"""

from __future__ import annotations

import os
import sys

from infra.local.__main__ import main
from infra.local.keeper import Pace
from infra.local.meilisearch import Meilisearch
from infra.local.plan import Plan, var_folder
from infra.local.ports import free_port
from infra.local.program import ProcessKind

MODULE = "tests.infra_local.stand_ins"
_RUN = ("-m", "tests.infra_local.stand_in_process")


def stand_in_plan() -> Plan:
    folder = var_folder()
    engine = Meilisearch(folder / "meilisearch", free_port(), folder / "log" / "meilisearch.log")
    return Plan(
        folder=folder,
        components=(engine,),
        kinds=(
            ProcessKind("portal", (*_RUN, "portal"), "/health/ready", "PORTAL_PORT"),
            ProcessKind("referrals", (*_RUN, "referrals"), is_scalable=True),
            ProcessKind("relay-tips", (*_RUN, "relay-tips")),
        ),
        environment={"MEILI_URL": engine.url, "SPOOL_DIR": str(folder / "spool")},
        portal_port=int(os.environ["STAND_IN_PORT"]),
        first=ProcessKind("topology", (*_RUN, "topology")),
        pace=Pace(first_delay=0.1, look_when_healthy=0.2),
        patience=30,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], stand_in_plan, MODULE))
