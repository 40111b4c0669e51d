"""The event catalogue as a page for people and as AsyncAPI 3.0 for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from shared.events import EventType
from shared.messaging.topology import exchange_name, queue_name

Readers = Mapping[str, Sequence[str]]


def page(kinds: Sequence[EventType], readers: Readers) -> str:
    """Return the Markdown page: one line an event, one block a source."""
    lines = [
        "# Events",
        "",
        "Made from the classes in `shared/events` by `make docs`; do not edit.",
        "Each is CloudEvents 1.0 in JSON and carries ids and codes only. Public events are those",
        "an agency may subscribe to. `asyncapi.json` beside this page has the full shapes.",
    ]
    for source, group in groupby(sorted(kinds, key=lambda k: k.source), key=lambda k: k.source):
        lines += ["", f"## {source}", "", "| event | what happened | fields | read by |"]
        lines.append("|---|---|---|---|")
        for kind in group:
            fields = ", ".join(name if required else f"{name}?" for name, required in _fields(kind))
            who = ", ".join(sorted(readers.get(kind.name, ()))) or "nobody"
            public = " (public)" if kind.public else ""
            lines.append(f"| `{kind.name}`{public} | {kind.sentence} | {fields} | {who} |")
    return "\n".join(lines) + "\n"


def _fields(kind: EventType) -> list[tuple[str, bool]]:
    return [(field.name, field.required) for field in msgspec.structs.fields(kind.cls)]


def asyncapi(kinds: Sequence[EventType], readers: Readers) -> str:
    """Return the AsyncAPI 3.0.0 document (https://www.asyncapi.com/docs/reference/specification)."""
    schemas: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for kind in kinds:
        schemas[kind.name] = _schema(kind)
        messages[kind.name] = _message(kind)
        channels[kind.name] = _channel(kind)
        reference = {"$ref": f"#/channels/{kind.name}"}
        operations[f"{kind.source}-states-{kind.name}"] = {"action": "send", "channel": reference}
        for reader in sorted(readers.get(kind.name, ())):
            operations[f"{reader}-reads-{kind.name}"] = {
                "action": "receive",
                "channel": reference,
                "description": f"queue {queue_name(reader, kind.name)}",
            }
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "Anydoor events", "version": "1", "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas, "messages": messages},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _schema(kind: EventType) -> dict[str, Any]:
    schema = msgspec.json.schema(kind.cls)
    found: dict[str, Any] = schema["$defs"][kind.cls.__name__]
    return {**found, "title": kind.name}


def _message(kind: EventType) -> dict[str, Any]:
    text = {"type": "string"}
    attributes: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": text,
        "source": {"const": f"/anydoor/{kind.source}"},
        "type": {"const": kind.name},
        "time": {"type": "string", "format": "date-time"},
        "subject": text,
        "datacontenttype": {"const": "application/json"},
        "dataschema": text,
        "streamversion": {"type": "integer", "minimum": 1},
        "sequence": {"type": "integer", "minimum": 1},
        "correlationid": text,
        "causationid": text,
        "data": {"$ref": f"#/components/schemas/{kind.name}"},
    }
    return {
        "name": kind.name,
        "summary": kind.sentence,
        "tags": [{"name": "public" if kind.public else "internal"}],
        "payload": {"type": "object", "required": sorted(attributes), "properties": attributes},
    }


def _channel(kind: EventType) -> dict[str, Any]:
    return {
        "address": kind.name,
        "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": exchange_name(kind.source),
                    "type": "topic",
                    "durable": True,
                    "autoDelete": False,
                },
                "bindingVersion": "0.3.0",
            }
        },
    }
