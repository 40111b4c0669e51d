"""`python -m infra.conformance [URL]`: the conformance profile against an HSDS API.

Without a URL the API of the portal of the settings. The profile is read from HSDS_CONFORMANCE, or
from shared/data/hsds-conformance beside this repository. One line a test; ends non-zero when one
failed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.conformance.profile import PROFILE, Conformance
from shared.settings import load

DATA = Path(__file__).parents[3] / "shared" / "data" / "hsds-conformance"


def main(arguments: list[str]) -> int:
    """Run the tests and return the exit code."""
    data = Path(os.environ.get("HSDS_CONFORMANCE") or DATA)
    if not (data / PROFILE).is_file():
        print(f"there is no {PROFILE}: set HSDS_CONFORMANCE to its folder", file=sys.stderr)
        return 2
    url = arguments[0] if arguments else f"{load().portal_url}/api/hsds"
    outcomes = list(Conformance(url, data).run())
    for one in outcomes:
        print(f"{'FAILED' if one.wrong else 'passed'}  {one.name}")
        if one.wrong:
            print(f"        {one.wrong}")
    failed = sum(bool(one.wrong) for one in outcomes)
    print(f"conformance: {len(outcomes) - failed} of {len(outcomes)} tests passed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
