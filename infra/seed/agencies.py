"""Finds an organization's id by words of its name: what COORDINATOR_AGENCY wants."""

from __future__ import annotations

from collections.abc import Iterator

from shared.messaging import Calls

AT_ONCE = 500


def named(calls: Calls, words: str) -> Iterator[tuple[str, str]]:
    """Yield (id, name) of every public organization whose name holds all of these words.

    All of them for no words. Raises Unavailable when the registry stays away.
    """
    wanted = words.casefold().split()
    after = ""
    while True:
        page = calls.call("registry", "organizations_after", after=after, size=AT_ONCE)
        for card in page["organizations"]:
            if all(word in card["name"].casefold() for word in wanted):
                yield card["id"], card["name"]
        after = page["next"]
        if not after:
            return
