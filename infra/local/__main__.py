"""The demo on this machine: `python -m infra.local up | down | status | scale | logs | exec`.

up                   start everything in the background; returns when it all serves, or says why not
down                 end everything
status               what runs, since when, and where
scale SERVICE N      run N instances of a service
logs [PROCESS]       follow the logs
exec COMMAND...      run a command with the demo's addresses in its environment
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from infra.local import commands
from infra.local.plan import Plan, WrongDemoSettings, demo_plan
from infra.local.supervisor import supervise


def main(
    arguments: list[str], plan: Callable[[], Plan] = demo_plan, module: str = "infra.local"
) -> int:
    """Carry one command out and return its exit code.

    `plan` says what there is to run, `module` which program the supervisor is.
    """
    try:
        match arguments:
            case ["up"]:
                return commands.up(plan(), module)
            case ["down"]:
                return commands.down()
            case ["status"]:
                return commands.status()
            case ["scale", service, count] if service and count.isdigit():
                return commands.scale(service, int(count))
            case ["logs", *names]:
                return commands.follow_logs(names)
            case ["exec", program, *rest]:
                return commands.execute(program, rest)
            case ["supervise"]:
                supervise(plan())
                return 0
    except WrongDemoSettings as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
