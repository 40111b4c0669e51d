"""`python -m infra.journey`: play the journey against the running suite and say what happens."""

from __future__ import annotations

import sys
import time

import urllib3

from infra.journey.stage import JourneyFailed, Stage
from infra.journey.story import play
from infra.journey.visitor import WentWrong
from infra.journey.watcher import Watcher
from infra.seed.accounts import SignIn
from infra.seed.sample import known_sign_ins
from shared.errors import AnydoorError
from shared.messaging import Calls
from shared.settings import load

READY_WITHIN_S = 60.0
#: Who a newcomer may want to be, by agency and role.
INTRODUCED = (
    ("harbor-light-coordination", "coordinator", "sees every stream and the unmet needs"),
    ("harbor-light-coordination", "triage", "opens tips (with the passphrase)"),
    ("bridgewater-case-management", "case_manager", "takes clients on"),
    ("north-star-shelter", "intake", "answers offers, reports beds"),
)


def main() -> int:
    """Play, then print the addresses and sign-ins; 1 when a step did not happen."""
    settings = load()
    began = time.monotonic()
    sign_ins = known_sign_ins(settings)
    _wait_until_ready(settings.portal_url)
    watcher = Watcher(settings.amqp_uri)
    try:
        with Calls.connect(settings) as calls:
            stage = Stage(settings, calls, watcher, sign_ins)
            play(stage)
            open_streams, orphans = stage.orphans()
    except (JourneyFailed, WentWrong, AnydoorError) as failed:
        print(f"\njourney: stopped: {failed}", file=sys.stderr)
        print("`make status` shows what runs, `make logs` what it says.", file=sys.stderr)
        return 1
    finally:
        watcher.close()
    print(f"\n{time.monotonic() - began:.0f} s; {open_streams} streams of earlier visits are open.")
    _introduce(settings.portal_url, sign_ins)
    print(f"journey: complete, open without owner: {orphans}")
    return 1 if orphans else 0


def _wait_until_ready(portal_url: str) -> None:
    """Wait for the portal to say that everything answers; the journey says what does not."""
    until = time.monotonic() + READY_WITHIN_S
    while True:
        answer = urllib3.request("GET", f"{portal_url}/health/ready", retries=False, timeout=5)
        if answer.status == 200:
            print("health: " + ", ".join(sorted(answer.json().get("components", {}))))
            return
        if time.monotonic() > until:
            raise SystemExit(f"the portal is not ready: {answer.data.decode()[:1_000]}")
        time.sleep(0.5)


def _introduce(portal_url: str, sign_ins: list[SignIn]) -> None:
    print(f"\nThe portal: {portal_url}   the workspace: {portal_url}/workspace")
    print("Demo sign-ins (of fictional agencies, made on this machine):")
    for slug, role, does in INTRODUCED:
        for one in sign_ins:
            if one.name == f"staff.{role}@{slug}.example.org":
                print(f"  {one.name}   password {one.password}   passphrase {one.passphrase}")
                print(f"      {does}")
    print()


if __name__ == "__main__":
    raise SystemExit(main())
