"""What the library's entrypoints work with, each part made once a process."""

from __future__ import annotations

from functools import cached_property

from services.library.desk import EditorsDesk
from services.library.store import Guides
from shared.messaging import Backbone


class LibraryBackbone(Backbone):
    """The backbone with the library's own view of its guides."""

    def setup(self) -> None:
        super().setup()
        self.guides.prepare()

    @cached_property
    def guides(self) -> Guides:
        return Guides(self.streams)

    @cached_property
    def desk(self) -> EditorsDesk:
        return EditorsDesk(self.streams)
