"""Search on the bus: events say what is out of date, a timed job brings it up to date."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from msgspec import Meta

from services.search.documents import as_document
from services.search.domain import wanted_by
from services.search.store import CapacityNews
from services.search.upkeep import Upkeep
from shared.events import Event, library, registry
from shared.messaging import Backbone, Received, command, every, handles_many

Json = dict[str, Any]
Limit = Annotated[int, Meta(ge=1, le=1_000)]
Revision = Annotated[int, Meta(ge=0, le=2**53)]  # what JSON and MongoDB hold exactly


class SearchBackbone(Backbone):
    """The backbone with everything search does."""

    def setup(self) -> None:
        super().setup()
        self.upkeep.prepare()

    @cached_property
    def upkeep(self) -> Upkeep:
        return Upkeep(self.settings, self.db, self.clock, self.calls.call)


class Search:
    """The projection of the directory and the library."""

    name = "search"
    backbone = SearchBackbone()

    @handles_many(
        registry.ServiceListed,
        registry.ServiceChanged,
        registry.ServiceWithdrawn,
        registry.OrganizationListed,
        registry.OrganizationChanged,
        registry.OrganizationWithdrawn,
        registry.LocationListed,
        registry.LocationChanged,
        registry.MemberJoined,
        registry.MemberSuspended,
        registry.RecordVerified,
        registry.RecordWentStale,
        registry.TrainingRecorded,
        registry.AgreementSigned,
        library.GuidePublished,
        library.GuideChanged,
        library.GuideWithdrawn,
    )
    def on_records(self, happened: list[Received[Event]]) -> None:
        """Remember what must be fetched anew."""
        self.backbone.upkeep.documents.want(wanted_by(one.data for one in happened))

    @handles_many(
        registry.CapacityReported,
        registry.CapacityReserved,
        registry.CapacityReleased,
        registry.CapacityWentUnknown,
    )
    def on_capacity(self, happened: list[Received[Event]]) -> None:
        """Keep the newest capacity of each service."""
        upkeep = self.backbone.upkeep
        with upkeep.documents.revisions.open() as revision:
            upkeep.capacities.put(revision, [capacity_news(one) for one in happened])

    @every("scheduler_every_s")
    def fetch(self) -> None:
        self.backbone.upkeep.fetch()

    @every("scheduler_every_s")
    def index(self) -> None:
        self.backbone.upkeep.index()

    @command
    def changes_after(self, revision: Revision, limit: Limit) -> Json:
        """Return a page of what changed after a revision, for a reader's own copy.

        `revision` is where the page reaches; it is the last page when `more` is false. A copy
        made under another `epoch` is dropped and read again from 0; epoch "" means that there is
        nothing to read yet. `documents` are what the index has for each card and guide.
        """
        page = self.backbone.upkeep.changes.after(revision, limit)
        shown = [row for row in page.documents if not row["withdrawn"]]
        return {
            "epoch": page.epoch,
            "revision": page.reached,
            "more": page.more,
            "cards": [row["card"] for row in shown if row["kind"] == "service"],
            "guides": [row["guide"] for row in shown if row["kind"] == "guide"],
            "documents": {row["_id"]: as_document(row) for row in shown},
            "withdrawn": [row["_id"] for row in page.documents if row["withdrawn"]],
            "capacity": [
                {"service": row["_id"], "outward": row["outward"], "updated_at": row["updated_at"]}
                for row in page.capacities
            ],
        }

    @command
    def rebuild(self) -> Json:
        """Make everything again from the registry and the library; may take a minute."""
        result: Json = self.backbone.upkeep.rebuild()
        return result

    @command
    def status(self) -> Json:
        """Return how far the projection and the index are."""
        result: Json = self.backbone.upkeep.status()
        return result


def capacity_news(happened: Received[Event]) -> CapacityNews:
    """Return what a capacity event says."""
    data = happened.data
    return CapacityNews(
        service=str(getattr(data, "service", "")),
        outward=str(getattr(data, "outward", "unknown")),
        version=happened.version,
        at=happened.time,
        is_report=isinstance(data, registry.CapacityReported),
    )
