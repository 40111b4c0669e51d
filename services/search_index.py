"""`python -m services.search_index reindex|quarantined`: what an operator asks of the search index.

`reindex` makes the index anew beside the running one and swaps them, under running searches.
`quarantined` lists the records that were set aside: ids and reasons, never what a record says.
"""

from __future__ import annotations

import sys
import time
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from pymongo.errors import PyMongoError  # noqa: E402 (what is imported warns of itself)

from services.search.store import Documents  # noqa: E402
from services.search.upkeep import Upkeep  # noqa: E402
from shared.clock import now  # noqa: E402
from shared.errors import AnydoorError  # noqa: E402
from shared.messaging import Calls  # noqa: E402
from shared.settings import Settings, load  # noqa: E402
from shared.storage import connect  # noqa: E402

LONGEST_ID = 80


def reindex(settings: Settings) -> None:
    """Rebuild the index and print how far it is and what was done."""
    began = time.monotonic()

    def tell(step: str, done: int, total: int) -> None:
        print(
            f"  {time.monotonic() - began:6.1f} s  {step}"
            + (f" {done:,} of {total:,}" * bool(total))
        )

    with Calls.connect(settings) as calls:
        upkeep = Upkeep(settings, connect(settings, "search"), now, calls.call)
        upkeep.prepare()
        told = upkeep.rebuild(tell)
    made = ", ".join(f"{count:,} {index}" for index, count in told["indexed"].items())
    print(
        f"reindexed: {made} in {time.monotonic() - began:.1f} s; quarantined: "
        f"{told['quarantined']:,}, changed meanwhile and indexed next: {told['pending']:,}"
    )


def show_quarantined(settings: Settings) -> int:
    """Print what is set aside, oldest first, and return how many there are."""
    count = 0
    for row in Documents(connect(settings, "search"), now).set_aside():
        id = "".join(one if one.isprintable() else "?" for one in row["_id"][:LONGEST_ID])
        print(f"{row['at']:%Y-%m-%d %H:%M:%S}  {row['kind']}  {id}  {row['step']}: {row['reason']}")
        count += 1
    print(f"quarantined: {count}")
    return count


def main(arguments: list[str]) -> None:
    """Run from the command line."""
    if arguments not in (["reindex"], ["quarantined"]):
        raise SystemExit("usage: python -m services.search_index reindex|quarantined")
    settings = load()
    try:
        if arguments == ["reindex"]:
            reindex(settings)
        else:
            show_quarantined(settings)
    except AnydoorError as refused:
        raise SystemExit(f"{refused}; searches go on with the index there was") from None
    except PyMongoError as error:
        raise SystemExit(f"no connection to MongoDB: {type(error).__name__}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
