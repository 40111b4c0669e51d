"""`python -m services.library_sources`: opens every source of the published resources, once.

Run it daily. A few hosts at once, one address at a time of each; what it finds is on the page of
what has to be checked again, and a source that broke is stated as an event, once.
"""

import os

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()

import sys
from collections import Counter, defaultdict
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError

from services.library import sources
from services.library.opening import Opener
from services.library.sources import Opened
from services.library.store_sources import Sources
from shared.clock import now
from shared.settings import Settings, load
from shared.storage import Streams, connect

HOSTS_AT_ONCE = 4


def open_all(opener: Opener, urls: list[str]) -> dict[str, Opened]:
    """Open every address and return what became of each."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).netloc.lower()].append(url)
    found: dict[str, Opened] = {}

    def open_host(of_host: list[str]) -> None:
        for url in of_host:
            found[url] = opener.open(url)

    for _ in eventlet.GreenPool(HOSTS_AT_ONCE).imap(open_host, by_host.values()):
        pass
    return found


def check(settings: Settings) -> None:
    """Open every source, keep what it shows, and print what is not in order."""
    db = connect(settings, "library")
    streams = Streams(db, now)
    streams.prepare()
    kept = Sources(db, streams)
    opener = Opener(
        timeout_s=settings.source_timeout_s, allow_loopback=settings.source_allow_loopback
    )
    opened = open_all(opener, kept.named())
    kept.record(opened, now())
    for url, one in sorted(opened.items()):
        if one.outcome != "ok":
            print(" ".join((f"{one.outcome:11}", one.code, url, one.moved_to)).rstrip())
    counts = Counter(one.outcome for one in opened.values())
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"sources: {len(opened)}" + f" ({told})" * bool(told))
    if opened and not sources.is_telling(opened):
        print("most could not be reached, so this round is counted against none of them")
    broken = {(one["url"], one["broken_since"]) for one in kept.in_trouble() if one["broken_since"]}
    print(f"broken: {len(broken)}")


def main(arguments: list[str]) -> None:
    """Run from the command line."""
    if arguments:
        raise SystemExit("usage: python -m services.library_sources")
    try:
        check(load())
    except PyMongoError as error:
        raise SystemExit(f"no connection to MongoDB: {type(error).__name__}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
