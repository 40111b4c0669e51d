"""The same two steps with kombu alone: `python -m infra.bench.event_path.raw alpha|beta`."""

import sys
import time
from typing import Any

from kombu import Connection, Exchange, Producer, Queue
from kombu.mixins import ConsumerMixin
from pymongo.errors import DuplicateKeyError

from shared.settings import load
from shared.storage import connect

ASKED = Exchange("portal.events", type="topic", durable=True)
RECORDED = Exchange("alpha.events", type="topic", durable=True)


class Step(ConsumerMixin):
    """One message at a time: write, publish on with a confirm, acknowledge; prefetch 50."""

    def __init__(self, connection: Any, name: str) -> None:
        self.connection = connection
        self.name = name
        self.db = connect(load(), name)
        exchange, key = (ASKED, "bench.asked") if name == "alpha" else (RECORDED, "bench.recorded")
        self.queue = Queue(f"raw.{name}", exchange, routing_key=key, durable=True)
        confirmed = Connection(load().amqp_uri, transport_options={"confirm_publish": True})
        self.producer = Producer(confirmed.channel(), exchange=RECORDED)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]:
        consumer = consumer_cls([self.queue], callbacks=[self.on_message], accept=["json"])
        consumer.qos(prefetch_count=50)
        return [consumer]

    def on_consume_ready(self, *_: Any, **__: Any) -> None:
        print("ready", flush=True)

    def on_message(self, body: dict[str, Any], message: Any) -> None:
        row = {"_id": body["id"], "stream": body["stream"], "asked_at": body["asked_at"]}
        try:
            if self.name == "alpha":
                self.db["events"].insert_one(row)
                self.producer.publish(
                    body, routing_key="bench.recorded", delivery_mode=2, mandatory=True
                )
            else:
                self.db["applied"].insert_one({**row, "applied_at": time.time()})
        except DuplicateKeyError:
            pass  # seen before: at least once is what a queue gives
        message.ack()


if __name__ == "__main__":
    with Connection(load().amqp_uri, heartbeat=20) as connection:
        Step(connection, sys.argv[1]).run()
