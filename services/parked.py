"""`python -m services.parked list|replay [QUEUE]`: messages that used up their tries.

`list` shows them without their content; `replay` puts them back into their queue and forgets them.
"""

from __future__ import annotations

import sys

import amqp

from shared.ids import new_id
from shared.messaging.mailroom import Mailroom
from shared.messaging.publisher import Outgoing, Publisher
from shared.settings import load


def show(mailroom: Mailroom, queue: str | None) -> int:
    """Print what is parked, oldest first, and return how many there are."""
    rows = list(mailroom.parked.find({"queue": queue} if queue else {}).sort("at", 1))
    for row in rows:
        print(
            f"{row['at']:%Y-%m-%d %H:%M:%S}  {row['queue']}  tries {row['tries']}  {row['error']}"
        )
    print(f"parked: {len(rows)}")
    return len(rows)


def replay(mailroom: Mailroom, publisher: Publisher, queue: str | None) -> int:
    """Put parked messages back into their queues and return how many the broker took.

    One that fails again at once is parked again before the broker has said that it took it: only
    what still bears the mark of this replay is forgotten.
    """
    mark = new_id()
    rows = list(mailroom.parked.find({"queue": queue} if queue else {}).sort("at", 1))
    done = 0
    for start in range(0, len(rows), 200):
        part = rows[start : start + 200]
        ids = [row["_id"] for row in part]
        mailroom.parked.update_many({"_id": {"$in": ids}}, {"$set": {"replay": mark}})
        taken = publisher.publish(
            [Outgoing(row["_id"], "", row["queue"], bytes(row["body"])) for row in part]
        )
        mailroom.parked.delete_many({"_id": {"$in": list(taken)}, "replay": mark})
        done += len(taken)
    print(f"replayed: {done} of {len(rows)}")
    return done


def main(arguments: list[str]) -> None:
    """Run from the command line."""
    if not arguments or arguments[0] not in ("list", "replay") or len(arguments) > 2:
        raise SystemExit("usage: python -m services.parked list|replay [QUEUE]")
    settings = load()
    mailroom = Mailroom(settings)
    queue = arguments[1] if len(arguments) == 2 else None
    if arguments[0] == "list":
        show(mailroom, queue)
        return
    try:
        replay(mailroom, Publisher(settings.amqp_uri), queue)
    except (OSError, amqp.AMQPError) as error:
        raise SystemExit(
            f"RabbitMQ did not take them ({type(error).__name__}); nothing was forgotten"
        ) from None


if __name__ == "__main__":
    main(sys.argv[1:])
