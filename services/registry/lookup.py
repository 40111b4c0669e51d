"""Which records are there already, for many at a time.

Loading streams asks for the commits behind each; here only streams without any state are looked
for among the commits. A state may then be behind: whoever builds a move on it is told when it is
made, and makes it again on the newer one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from services.registry.store import Ledger
from shared.storage.commits import State


def known(ledger: Ledger, streams: Iterable[str]) -> dict[str, State]:
    """Return those states that exist, by stream."""
    wanted = sorted(set(streams))
    found = {it.stream: it for it in ledger.streams.find({"_id": {"$in": wanted}})}
    return found | ledger.load_streams(_without_state(ledger, wanted, found))


def exist(ledger: Ledger, streams: Iterable[str]) -> set[str]:
    """Return which of the streams exist."""
    wanted = sorted(set(streams))
    rows = ledger.streams.states.find({"_id": {"$in": wanted}}, {"_id": 1})
    found = {str(row["_id"]) for row in rows}
    return found.union(_without_state(ledger, wanted, found))


def _without_state(ledger: Ledger, wanted: Sequence[str], found: Container[str]) -> list[str]:
    """Return the streams that have commits and whose state was lost with a process."""
    rest = [one for one in wanted if one not in found]
    if not rest:
        return []
    stated: list[str] = ledger.streams.commits.distinct("stream", {"stream": {"$in": rest}})
    return stated
