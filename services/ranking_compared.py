"""`python -m services.ranking_compared FILE`: what other weights would have changed in the past.

Ranks the needs of past streams once with the weights in force and once with those of a file, and
prints how well each agrees with who said yes. Nothing is changed.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from pymongo.errors import PyMongoError  # noqa: E402 (what is imported warns of itself)

from services.referrals.comparing import Compared, Fit, compared  # noqa: E402
from services.referrals.roster import Roster  # noqa: E402
from services.referrals.store import Directory, Ledger  # noqa: E402
from services.referrals.weighing import Weights, load  # noqa: E402
from services.referrals.workings import terms_of, weights_of  # noqa: E402
from shared.clock import now  # noqa: E402
from shared.settings import Settings  # noqa: E402
from shared.settings import load as load_settings  # noqa: E402
from shared.storage import Streams, connect  # noqa: E402

#: Past streams that are looked at, the newest.
MOST = 5_000
LINE = "{:<28}{:>10}{:>8}{:>20}{:>20}{:>20}"


def compare(settings: Settings, weights: Weights) -> dict[str, Compared]:
    """Return what the weights would have changed, by type of need and "" for all."""
    db, terms = connect(settings, "referrals"), terms_of(settings)
    known = Directory(db, lambda ids: []).entries()
    rosters = (Roster(weights_of(settings)), Roster(weights))
    for roster in rosters:
        for entry in known:
            roster.put(entry.card)
    past = Ledger(Streams(db, now), now, terms).newest(MOST)
    return compared(past, *rosters, terms)


def lines(found: dict[str, Compared]) -> list[str]:
    """Return the comparison as a table, all needs first."""
    heads = ("referrals", "moved", "first said yes", "mean place of yes", "asked in vain")
    told = [LINE.format("now -> then", *heads)]
    for need, one in sorted(found.items()):
        there = one.referrals - one.gone
        told.append(
            LINE.format(
                need or "all needs",
                there,
                one.moved,
                _both(one, lambda fit, of: f"{100 * fit.first / of:.0f} %"),
                _both(one, lambda fit, of: f"{fit.places / of:.2f}"),
                _both(one, lambda fit, of: str(fit.bounces)),
            )
        )
    gone = found[""].gone
    if gone:
        told.append(f"left out: {gone:,} whose service is no candidate today")
    return told


def _both(one: Compared, tell: Callable[[Fit, int], str]) -> str:
    there = one.referrals - one.gone
    return " -> ".join(tell(fit, there) for fit in (one.now, one.then)) if there else "-"


def main(arguments: list[str]) -> None:
    """Run from the command line."""
    if len(arguments) != 1 or not arguments[0]:
        raise SystemExit("usage: python -m services.ranking_compared FILE (see weights.yaml)")
    weights = load(Path(arguments[0]))
    try:
        found = compare(load_settings(), weights)
    except PyMongoError as error:
        raise SystemExit(f"no connection to MongoDB: {type(error).__name__}") from None
    if not found[""].referrals:
        raise SystemExit("no past referral in which somebody said yes")
    print("\n".join(lines(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
