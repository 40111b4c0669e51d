"""Where facts are kept: event-sourced streams, claims, leases. MongoDB is the record."""

from shared.storage.claims import AsyncClaims, Claim, Claims
from shared.storage.commits import Change, State, Streams
from shared.storage.lease import Lease
from shared.storage.mongo import connect, connect_async

__all__ = [
    "AsyncClaims",
    "Change",
    "Claim",
    "Claims",
    "Lease",
    "State",
    "Streams",
    "connect",
    "connect_async",
]
