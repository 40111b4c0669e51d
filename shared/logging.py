"""Log lines as JSON with an allow-list of keys, so that nothing personal can slip into one."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

#: The only extra keys a line may carry: ids, codes and counts. Anything else is dropped.
ALLOWED = frozenset(
    {
        *("service", "event", "event_id", "queue", "stream", "version", "cause", "count", "tries"),
        *("seconds", "code", "port", "component", "instance", "status", "method", "route"),
        *("error", "agency"),
    }
)


class JsonLines(logging.Formatter):
    """One JSON object a line. Exceptions are named by class and place; their text is left out,
    because the text of somebody else's exception may repeat what a person typed."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": _message(record),
        }
        line.update({k: _plain(v) for k, v in record.__dict__.items() if k in ALLOWED})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, default=str)


OURS = ("shared", "services", "portal", "infra")


def _message(record: logging.LogRecord) -> str:
    """What we say ourselves is rendered; of others the words without what they fill in."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.name.startswith(OURS):
        return record.getMessage()
    lines = record.msg.rstrip().splitlines() or [""]
    # a whole traceback as a message: its last line begins with the class, and may go on with words
    return lines[0] if len(lines) == 1 else lines[-1].split(":", 1)[0]


def _plain(value: object) -> object:
    """Keep ids, codes and counts; anything else is named by its class."""
    return value if isinstance(value, str | int | float | None) else type(value).__name__


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])


def set_up(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error) as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("amqp", "kombu", "aiormq", "pymongo", "urllib3", "nameko", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
