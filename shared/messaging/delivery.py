"""One message on its way through a handler: read, tried, and acknowledged, put off or parked."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from shared.errors import Invalid
from shared.events import Event
from shared.messaging.consumer import settle
from shared.messaging.envelope import Received, decode, encode
from shared.messaging.mailroom import Mailroom

log = logging.getLogger(__name__)
#: So many readers went away with it: perhaps because of it.
SUSPECT_AFTER = 5


class Unfinished(Exception):
    """The process ended before this was tried, or while it was: it stays with the broker."""


class Delivery:
    """A message with the events in it and what became of each."""

    def __init__(self, message: Any, queue: str) -> None:
        self.message = message
        self.queue = queue
        self.events: list[Received[Event]] = []
        self.outcomes: list[Exception | None] = []
        self.is_settled = True
        self._unreadable: Invalid | None = None
        self.returns = _returns(message, queue)
        self.is_suspect = _deliveries(message) >= SUSPECT_AFTER
        # each return takes one delay; a try is made at returns 0, 1, 2, 4, 8 and so on
        self.is_due = self.returns & (self.returns - 1) == 0
        if self.is_due:
            self._read()

    def _read(self) -> None:
        try:
            self.events = decode(self.message.body)
        except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError) as error:
            self._unreadable = Invalid("body", "is not an event of ours", type(error).__name__)

    @property
    def tries(self) -> int:
        """Which try this is."""
        return self.returns.bit_length() + 1

    @property
    def back_after(self) -> int:
        """After how many delays it is tried again, if it fails now."""
        return max(1, self.returns)

    @property
    def is_left(self) -> bool:
        """Whether something in it is not decided, so that the broker has to keep it."""
        return any(isinstance(outcome, Unfinished) for outcome in self.outcomes)

    def decide(self, tries_before_parking: int, mailroom: Mailroom) -> None:
        """Park what is hopeless; what may yet succeed goes round again."""
        if not self.is_due:
            self.is_settled = False
            return
        if self._unreadable is not None:
            body = _raw(self.message)
            self.is_settled = self._park(mailroom, self._unreadable, body, self._name(body))
        for at, error in enumerate(self.outcomes):
            if error is None or isinstance(error, Unfinished):
                continue
            final = isinstance(error, Invalid) or self.tries >= tries_before_parking
            _say(error, self.queue, self.tries, final)
            one = self.events[at]
            if final and self._park(mailroom, error, encode(one.envelope), one.id):
                self.outcomes[at] = None
            else:
                self.is_settled = False

    def _park(self, mailroom: Mailroom, error: Exception, body: bytes, name: str) -> bool:
        """Say whether it is parked; while it cannot be, the message stays in the cycle."""
        said = str(error) if isinstance(error, Invalid) else ""
        why = f"{type(error).__name__} {said}".strip()
        try:
            mailroom.park(self.queue, body, why, self.tries, name)
        except Exception as trouble:  # noqa: BLE001 (it comes again and is parked then)
            log.warning("not parked yet", extra={"error": type(trouble).__name__})
            return False
        return True

    def _name(self, body: bytes) -> str:
        """The message's id, the same again after a replay, which puts the queue's name before it;
        what has none is known by its content."""
        name = str(self.message.properties.get("message_id") or "")
        return name.removeprefix(f"{self.queue}:") or hashlib.sha256(body).hexdigest()

    def handled(self) -> list[int]:
        """Return the numbers of the events that are done with, for better or worse."""
        return [
            event.sequence
            for event, bad in zip(self.events, self.outcomes, strict=True)
            if bad is None
        ]

    def put_off(self) -> list[int]:
        """Return the numbers of the events that will be tried again."""
        return [
            event.sequence
            for event, bad in zip(self.events, self.outcomes, strict=True)
            if bad is not None and not isinstance(bad, Unfinished)
        ]


def settle_all(deliveries: Sequence[Delivery]) -> None:
    """Tell the broker, with one acknowledgement for all that are done.

    They must be all that is unsettled on their channel, up to the last of them.
    """
    done = [one.message for one in deliveries if one.is_settled and not one.is_left]
    for one in deliveries:
        if not one.is_settled and not one.is_left:
            settle(one.message.reject, requeue=False)
    if any(one.is_left for one in deliveries):
        for message in done:
            settle(message.ack)
    elif done:
        settle(done[-1].ack, multiple=True)


def _returns(message: Any, queue: str) -> int:
    """How often it was rejected by this queue's readers."""
    count = 0
    deaths = (message.headers or {}).get("x-death")
    for death in deaths if isinstance(deaths, list) else ():
        if not isinstance(death, dict) or death.get("queue") != queue:
            continue
        times = death.get("count")
        if death.get("reason") == "rejected" and isinstance(times, int):
            count += times
    return count


def _deliveries(message: Any) -> int:
    """How often it was given to a reader that neither acknowledged nor rejected it."""
    count = (message.headers or {}).get("x-delivery-count")
    return count if isinstance(count, int) else 0


def _raw(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else str(message.body).encode()


def _say(error: Exception, queue: str, tries: int, final: bool) -> None:
    log.error(
        "parked" if final else "will be tried again",
        extra={"queue": queue, "tries": tries},
        exc_info=(type(error), error, error.__traceback__),
    )
