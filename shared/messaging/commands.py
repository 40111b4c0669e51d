"""Commands: remote calls whose arguments are checked against the method's own annotations."""

from __future__ import annotations

import functools
import inspect
import logging
import typing
from collections.abc import Callable
from typing import Any

import msgspec
from nameko.rpc import Rpc, RpcConsumer
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    PyMongoError,
    WriteConcernError,
)

from shared.errors import AnydoorError, Invalid, Unavailable
from shared.messaging.consumer import ReliableConsumer

log = logging.getLogger(__name__)
LONGEST_TEXT = 40_000
NO_DATABASE = "has no connection to its database"


class _SafeRpcConsumer(RpcConsumer):
    """A reply nobody can be sent is logged; in plain nameko it ends the whole container."""

    queue_consumer = ReliableConsumer()

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        if exc_info is not None and not issubclass(exc_info[0], AnydoorError):
            log.error("a command failed", exc_info=exc_info)
        try:
            return super().handle_result(message, result, exc_info)
        except Exception as error:  # noqa: BLE001 (no address, no broker: the caller has a deadline)
            log.warning("a reply could not be sent", extra={"error": type(error).__name__})
            self.queue_consumer.ack_message(message)
            return result, exc_info


class _Command(Rpc):
    rpc_consumer = _SafeRpcConsumer()


def command(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method callable by name over RabbitMQ.

    Each argument is converted to its annotation; one that does not fit, is missing or is unknown
    raises Invalid naming it. The result is turned into JSON values. While the database does not
    answer the caller gets Unavailable: it is nothing of this call, and later it may work.
    """
    arguments = _arguments(method)

    @functools.wraps(method)
    def checked(self: Any, /, **given: Any) -> Any:
        fields = _convert(given, arguments)
        try:
            return msgspec.to_builtins(method(self, **fields))
        except PyMongoError as error:
            if not _is_outage(error):
                raise
            log.warning("the database does not answer", extra={"error": type(error).__name__})
            raise Unavailable(self.name, NO_DATABASE, "try again later") from error

    vars(checked).pop("__wrapped__")  # nameko would check that signature; we do it better
    decorated: Callable[..., Any] = _Command.decorator(checked)
    return decorated


def _is_outage(error: PyMongoError) -> bool:
    """Say whether the database is away or too slow; what is wrong with one record stays an error.

    Callers try the first again for ever, and set the record of the second aside.
    """
    if isinstance(error, BulkWriteError):
        return bool(error.details["writeConcernErrors"]) and not error.details["writeErrors"]
    return isinstance(error, ConnectionFailure | ExecutionTimeout | WriteConcernError)


def _arguments(method: Callable[..., Any]) -> type[msgspec.Struct]:
    hints = typing.get_type_hints(method, include_extras=True)
    fields: list[Any] = []
    for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
        if parameter.default is inspect.Parameter.empty:
            fields.append((name, hints[name]))
        else:
            fields.append((name, hints[name], parameter.default))
    return msgspec.defstruct(method.__name__, fields, kw_only=True, forbid_unknown_fields=True)


def _convert(given: dict[str, Any], arguments: type[msgspec.Struct]) -> dict[str, Any]:
    for name, value in given.items():
        if _is_too_long(value):
            raise Invalid(name, f"is longer than {LONGEST_TEXT} characters", "shorten it")
    try:
        fields = msgspec.convert(given, arguments)
    except msgspec.ValidationError as error:
        raise wrong_field(error) from None
    return {name: getattr(fields, name) for name in arguments.__struct_fields__}


def _is_too_long(value: Any) -> bool:
    """Look at every text inside; a list of what is left to see costs a third of recursion."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            if len(one) > LONGEST_TEXT:
                return True
        elif isinstance(one, dict):
            rest += one
            rest += one.values()
        elif isinstance(one, list):
            rest += one
    return False


def wrong_field(error: msgspec.ValidationError) -> Invalid:
    """Return msgspec's complaint as ours, naming the field it is about."""
    text = str(error)
    what, _, where = text.partition(" - at `$")
    field = where.rstrip("`").lstrip(".")
    if not field and "`" in what:
        field = what.split("`")[1]
    if what.startswith("Invalid enum value"):
        what = "is not one of its values"  # msgspec repeats what was given
    return Invalid(field or "request", what, "check this field")
