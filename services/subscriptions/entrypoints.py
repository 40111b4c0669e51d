"""Subscriptions on the bus: every public event comes in, agencies' orders and questions too."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from services.subscriptions import domain
from services.subscriptions.desk import Desk
from shared.events import Event
from shared.fields import check_ids
from shared.messaging import Backbone, Received, command, every, handles_many

Json = dict[str, Any]


class SubscriptionsBackbone(Backbone):
    """The backbone with the desk in it, and the deliveries going on beside the handlers."""

    def setup(self) -> None:
        super().setup()
        self.desk.prepare()

    def start(self) -> None:
        super().start()
        self.container.spawn_managed_thread(self.desk.bringing.run, identifier="bringing")

    def stop(self) -> None:
        super().stop()
        self.desk.queues.close()

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.settings, self.db, self.claims, self.clock)


class Subscriptions:
    """Agencies' standing orders for public events."""

    name = "subscriptions"
    backbone = SubscriptionsBackbone()

    @handles_many(*(kind.cls for kind in domain.READ))
    def on_events(self, happened: list[Received[Event]]) -> None:
        """Log events and make them deliveries."""
        self.backbone.desk.take(happened)

    @every("scheduler_every_s")
    def pick_up(self) -> None:
        """Go on with what an instance that died left behind."""
        self.backbone.desk.pick_up()

    @command
    def subscribe(
        self,
        command_id: str,
        agency: str,
        kind: str,
        events: list[str],
        url: str,
        claim: str,
        actor: str,
    ) -> Json:
        """Order events: names, or `noun.*`; a webhook's secret waits in `claim`."""
        wanted = domain.new_subscription(
            command_id,
            agency,
            kind,
            events,
            url,
            claim,
            actor,
            at=self.backbone.clock(),
            coordinator=self.backbone.settings.coordinator_agency,
        )
        return self.backbone.desk.subscribe(wanted)

    @command
    def subscriptions(self, agency: str) -> list[Json]:
        """Return an agency's subscriptions, oldest first."""
        check_ids(agency=agency)
        return self.backbone.desk.subscriptions(agency)

    @command
    def end(self, command_id: str, subscription: str, agency: str, actor: str) -> Json:
        """End a subscription; what is still to be brought is not brought any more."""
        check_ids(command_id=command_id, subscription=subscription, agency=agency, actor=actor)
        return self.backbone.desk.end(command_id, subscription, agency)

    @command
    def feed(self, agency: str, after: str = "", limit: int = 100) -> Json:
        """Return {events, next}: the agency's feed after a `next` of before; "" is its start."""
        check_ids(agency=agency)
        return self.backbone.desk.feed(agency, domain.position_of(after), domain.page(limit))

    @command
    def deliveries(self, agency: str, subscription: str) -> list[Json]:
        """Return the latest deliveries with their attempts, newest first."""
        check_ids(agency=agency, subscription=subscription)
        return self.backbone.desk.deliveries(agency, subscription)

    @command
    def replay(
        self, command_id: str, subscription: str, after: datetime, agency: str, actor: str
    ) -> Json:
        """Bring what happened since `after` once more."""
        check_ids(command_id=command_id, subscription=subscription, agency=agency, actor=actor)
        return self.backbone.desk.replay(command_id, subscription, after, agency)
