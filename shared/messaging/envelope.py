"""What is on the bus: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec, v1.0.2).

Extension attributes: streamversion (place in its stream), sequence (place among all events of its
type, so a reader sees a hole), correlationid and causationid.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from shared.events import Event, from_data

E = TypeVar("E", bound=Event, covariant=True)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The wire form of an event."""

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    data: dict[str, Any]
    streamversion: int
    sequence: int
    correlationid: str = ""
    causationid: str = ""
    specversion: str = "1.0"
    datacontenttype: str = "application/json"
    dataschema: str = ""


class Received(Generic[E]):
    """An event as a handler gets it."""

    __slots__ = (
        "causation",
        "correlation",
        "data",
        "id",
        "sequence",
        "source",
        "stream",
        "time",
        "type",
        "version",
    )

    def __init__(self, envelope: Envelope, data: E) -> None:
        self.id = envelope.id
        self.source = envelope.source.rsplit("/", 1)[-1]
        self.type = envelope.type
        self.stream = envelope.subject
        self.version = envelope.streamversion
        self.sequence = envelope.sequence
        self.time = envelope.time
        self.correlation = envelope.correlationid
        self.causation = envelope.causationid
        self.data = data


_decoder = msgspec.json.Decoder(Envelope)
_encoder = msgspec.json.Encoder()


def encode(source: str, commit: dict[str, Any], index: int, sequence: int) -> bytes:
    """Return the wire form of one event of a commit."""
    happened = commit["events"][index]
    return _encoder.encode(
        Envelope(
            id=happened["id"],
            source=f"/anydoor/{source}",
            type=happened["type"],
            time=commit["at"],
            subject=commit["stream"],
            data=happened["data"],
            streamversion=commit["version"] + index,
            sequence=sequence,
            correlationid=commit["correlation"],
            causationid=commit["causation"],
            dataschema=f"/events/{happened['type']}",
        )
    )


def decode(body: bytes | str) -> Received[Event]:
    """Return the event in a message; msgspec.MsgspecError or KeyError when it is none of ours."""
    envelope = _decoder.decode(body)
    return Received(envelope, from_data(envelope.type, envelope.data))
