"""`python -m services.figures_again`: make every figure anew from the commits of the streams.

For after a fault in what was kept; figures are refused until it is done, everything else goes on.
"""

from __future__ import annotations

import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from pymongo.errors import PyMongoError  # noqa: E402 (what is imported warns of itself)

from services.referrals.store import Courses, Ledger  # noqa: E402
from services.referrals.tallying import Tallying  # noqa: E402
from services.referrals.workings import terms_of  # noqa: E402
from shared.clock import now  # noqa: E402
from shared.settings import Settings, load  # noqa: E402
from shared.storage import Streams, connect  # noqa: E402


def tally_again(settings: Settings) -> int:
    """Forget the courses of needs, keep them anew, and return how many needs there are."""
    db = connect(settings, "referrals")
    courses = Courses(db)
    courses.prepare()
    ledger = Ledger(Streams(db, now), now, terms_of(settings))
    Tallying(ledger, courses, now, settings.coordinator_agency).tally_again()
    return courses.count()


def main(arguments: list[str]) -> None:
    """Run from the command line."""
    if arguments:
        raise SystemExit("usage: python -m services.figures_again")
    try:
        print(f"figures made again: {tally_again(load()):,} needs")
    except PyMongoError as error:
        raise SystemExit(f"no connection to MongoDB: {type(error).__name__}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
