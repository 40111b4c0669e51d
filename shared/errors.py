"""What Anydoor says when it will not do a thing: the field, the rule, and what to do instead.

Each error is rebuilt on the caller's side of a remote call from its class name and `args`, so a
page or an API answers with the same words the service used.
"""

from __future__ import annotations


class AnydoorError(Exception):
    """A refusal a person can act on.

    `field` names what was wrong ("" when it is the whole request), `rule` says which rule it
    broke, `advice` what to do now. Neither may hold anything a person typed: all three are logged.
    """

    status = 400

    def __init__(self, field: str = "", rule: str = "", advice: str = "") -> None:
        super().__init__(field, rule, advice)
        self.field = field
        self.rule = rule
        self.advice = advice

    def __str__(self) -> str:
        return ": ".join(part for part in (self.field, self.rule, self.advice) if part)


class Invalid(AnydoorError):
    """A field does not fit its rule."""

    status = 422


class NotFound(AnydoorError):
    """There is no such record, or the asker may not know of it: both look the same."""

    status = 404


class NotAllowed(AnydoorError):
    """The asker is known but may not do this."""

    status = 403


class IllegalMove(AnydoorError):
    """The record is in a state this move does not start from; `advice` lists the legal moves."""

    status = 409


class Conflict(AnydoorError):
    """Somebody else got there first: a unit is taken, a lease is over, a record has moved on."""

    status = 409


class Stale(AnydoorError):
    """The asker acts on an older version of a record than there is now."""

    status = 412


class Unavailable(AnydoorError):
    """A part of Anydoor did not answer within its deadline; asking again later may work."""

    status = 503


BY_NAME: dict[str, type[AnydoorError]] = {
    cls.__name__: cls
    for cls in (
        *(AnydoorError, Invalid, NotFound, NotAllowed, IllegalMove, Conflict, Stale),
        Unavailable,
    )
}


def rebuild(name: str, args: list[object]) -> AnydoorError | None:
    """Return the error `name` raised on the other side of a call, or None when it is not ours."""
    cls = BY_NAME.get(name)
    return None if cls is None else cls(*(str(part) for part in args[:3]))
