"""An agency's standing orders: a webhook and a queue of its own, and what came over them."""

from __future__ import annotations

import base64
import secrets
import time
from typing import Any

import msgspec

from infra.journey.receiver import Receiver
from infra.journey.stage import JourneyFailed, Stage
from shared.ids import new_id
from shared.messaging.topology import close_socket, open_connection
from shared.storage import Claims

WANTED = ["stream.*", "referral.*", "case_manager.*"]
PATIENCE_S = 60.0


class Orders:
    """The subscriptions of one agency for the length of the journey."""

    def __init__(self, stage: Stage, agency: str) -> None:
        self._stage, self._agency = stage, agency
        self._receiver = Receiver()
        self._placed: list[str] = []

    def place(self) -> None:
        """Subscribe by webhook and by queue."""
        stage = self._stage
        self._receiver.secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        claim = new_id()
        Claims(stage.settings).put(claim, "webhook", {"secret": self._receiver.secret})
        self._subscribe("webhook", self._receiver.url, claim)
        self._subscribe("queue", "", "")
        stage.tell(f"{stage.agency_name(self._agency)}: a signed webhook and a queue of its own")

    def _subscribe(self, kind: str, url: str, claim: str) -> None:
        placed = self._stage.calls.call(
            "subscriptions",
            "subscribe",
            command_id=new_id(),
            agency=self._agency,
            kind=kind,
            events=WANTED,
            url=url,
            claim=claim,
            actor=self._agency,
        )
        self._placed.append(placed["subscription"])

    def check(self, stream: str) -> None:
        """Compare what came with what the agency may see of the stream, by webhook and queue."""
        wanted = self._expected(stream)
        until = time.monotonic() + PATIENCE_S
        while not wanted <= self._by_webhook(stream):
            if time.monotonic() > until:
                missing = len(wanted - self._by_webhook(stream))
                raise JourneyFailed(f"the webhook was not sent {missing} of {len(wanted)} events")
            time.sleep(0.2)
        if self._receiver.refused:
            raise JourneyFailed(f"{self._receiver.refused} deliveries were not signed rightly")
        self._stage.tell(f"webhook: {len(self._by_webhook(stream))} events, every signature right")
        queued: set[str] = set()
        while not wanted <= queued:
            if time.monotonic() > until:
                raise JourneyFailed(f"the queue lacks {len(wanted - queued)} events")
            queued |= {one["id"] for one in self._from_queue() if one["subject"] == stream}
        self._stage.tell(f"queue: {len(queued)} events of the same stream")

    def _expected(self, stream: str) -> set[str]:
        """What the agency may see: everything of the stream since it became its case manager."""
        seen = [one for one in self._stage.watcher.seen if one.stream == stream]
        since = next(one.version for one in seen if one.type == "case_manager.assigned")
        nouns = tuple(name.removesuffix("*") for name in WANTED)
        return {one.id for one in seen if one.version >= since and one.type.startswith(nouns)}

    def _by_webhook(self, stream: str) -> set[str]:
        return {one["id"] for one in self._receiver.events if one["subject"] == stream}

    def _from_queue(self) -> list[dict[str, Any]]:
        """Take what is in the agency's queue."""
        connection = open_connection(self._stage.settings.amqp_uri)
        try:
            channel = connection.channel()
            taken = []
            while message := channel.basic_get(f"agency.{self._agency}.events", no_ack=True):
                taken.append(msgspec.json.decode(message.body))
            return taken
        finally:
            close_socket(connection)

    def close(self) -> None:
        """End the orders; the journey leaves none behind."""
        for placed in self._placed:
            self._stage.calls.call(
                "subscriptions",
                "end",
                command_id=new_id(),
                subscription=placed,
                agency=self._agency,
                actor=self._agency,
            )
        self._receiver.close()
