"""Search's own records in MongoDB, and the only code of search that knows MongoDB."""

from services.search.store.capacity import Capacities, CapacityNews
from services.search.store.changes import Changes
from services.search.store.documents import Documents, Found, WantedRow
from services.search.store.revisions import Revision, Revisions

__all__ = [
    "Capacities",
    "CapacityNews",
    "Changes",
    "Documents",
    "Found",
    "Revision",
    "Revisions",
    "WantedRow",
]
