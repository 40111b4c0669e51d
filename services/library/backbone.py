"""What the library's entrypoints work with, each part made once a process."""

from __future__ import annotations

from functools import cached_property

from services.library.desk import EditorsDesk
from services.library.rulebook import load as load_rules
from services.library.store import Guides
from services.library.store_sources import Sources
from shared.messaging import Backbone


class LibraryBackbone(Backbone):
    """The backbone with the library's own view of its guides, and the rules of the road map."""

    def setup(self) -> None:
        super().setup()
        self.guides.prepare()
        self.rules = load_rules()

    @cached_property
    def guides(self) -> Guides:
        return Guides(self.streams)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.db, self.streams)

    @cached_property
    def desk(self) -> EditorsDesk:
        return EditorsDesk(self.streams)
