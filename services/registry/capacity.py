"""How many units of a service are free, and who holds them: a unit is never promised twice.

`available` is what the agency last reported, less what was used since. A reservation holds one of
them for an offer `until` its lease ends; after that it no longer counts when another offer asks,
but the offer's own answer, still on its way, is honoured. `used` are the offers whose client was
taken on since. `ended` remembers offers that gave their unit back, because an acceptance may come
after the end of what it accepted: events of different kinds arrive in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta

from services.registry.domain import Json, Move, written
from shared.errors import Invalid
from shared.events import Event
from shared.events.registry import (
    CapacityReleased,
    CapacityReported,
    CapacityReserved,
    CapacityWentUnknown,
)

#: "none": this agency counts no units; asking is always possible.
Unit = Literal["bed", "slot", "hour", "none"]
Units = Annotated[int, Meta(ge=0, le=100_000)]

#: Needs whose services are counted in beds, so that without a report nobody may promise one.
BED_NEEDS = frozenset({"emergency_housing", "transitional_housing"})

#: How long an offer that ended, or a lease nobody answered, is remembered.
REMEMBERED = timedelta(days=7)


def report(
    state: Json | None,
    service: str,
    *,
    available: int,
    at: datetime,
    maximum: int | None = None,
    unit: Unit | None = None,
) -> Move:
    """Take an agency's word for how many units are free now, of how many.

    With neither `maximum` nor `unit`, both are as the agency last said. Raises Invalid when it
    never did or only one is given, when more are free than there are, or when unit "none" comes
    with a number. Uses the agency's number leaves no room for are over; reservations stay.
    """
    maximum, unit = _counting(state, maximum, unit)
    if available > maximum:
        raise Invalid("available", "is more than the maximum", "correct one of the two")
    if unit == "none" and maximum:
        raise Invalid("maximum", "is not 0 while no units are counted", "give 0 or choose a unit")
    state = state or {"service": service, "reserved": {}, "used": {}, "ended": {}}
    room = maximum - available
    used = sorted(state["used"].items(), key=lambda use: use[1])[-room:] if room else []
    after = {
        **state,
        "counted": _last_counted(state),
        "unit": unit,
        "maximum": maximum,
        "available": available,
        "used": dict(used),
        "reported_at": written(at),
        "is_unknown": False,
    }
    return after, [CapacityReported(service=service, outward=outward(after, at))]


def _counting(state: Json | None, maximum: int | None, unit: Unit | None) -> tuple[int, Unit]:
    """Return how many there are and what is counted: as told now, or else as last told."""
    if maximum is not None and unit is not None:
        return maximum, unit
    if maximum is not None:
        raise Invalid("unit", "is not given while the maximum is", "give both or neither")
    if unit is not None:
        raise Invalid("maximum", "is not given while the unit is", "give both or neither")
    last = _last_counted(state or {})
    if not last:
        raise Invalid("maximum", "was never reported", "report it in the workspace once")
    return last["maximum"], last["unit"]


def _last_counted(state: Json) -> Json:
    """Return {maximum, unit} of the last report that counted; {} when none did."""
    if state.get("unit", "none") != "none":
        return {"maximum": state["maximum"], "unit": state["unit"]}
    counted: Json = state.get("counted", {})
    return counted


def reserve(state: Json, offer: str, until: datetime, at: datetime) -> Move | None:
    """Hold one unit for an offer until its lease ends.

    None when it holds one already, none is free, or the offer or its lease is over.
    """
    is_over = offer in state["ended"] or until <= at
    if is_over or holds(state, offer, at) or free(state, at) == 0:
        return None
    after = _forget({**state, "reserved": {**state["reserved"], offer: written(until)}}, at)
    return after, [_reserved(after, offer, at)]


def use(state: Json | None, offer: str, at: datetime) -> Move | None:
    """Turn an offer's reservation into use: the agency accepted.

    It is so even when the lease is over or nothing was reserved: the client is there. None when
    no units are counted, it is in use already, or has ended.
    """
    if state is None or state["unit"] == "none":
        return None
    if offer in state["used"] or offer in state["ended"]:
        return None
    after = {
        **state,
        "reserved": _without(state["reserved"], offer),
        "used": {**state["used"], offer: written(at)},
        "available": max(0, state["available"] - 1),
    }
    return after, [_reserved(after, offer, at)]


def release(state: Json | None, offer: str, at: datetime) -> Move | None:
    """Give back the unit an offer reserved or used.

    None for an offer that holds nothing: on purpose, since an end is told at least once and
    several ends (declined, expired, cancelled) may be told of one offer.
    """
    if state is None or offer not in state["reserved"] | state["used"]:
        return None
    back = 1 if offer in state["used"] else 0
    after = {
        **state,
        "reserved": _without(state["reserved"], offer),
        "used": _without(state["used"], offer),
        "ended": {**state["ended"], offer: written(at)},
        "available": min(state["maximum"], state["available"] + back),
    }
    after = _forget(after, at)
    released = CapacityReleased(service=state["service"], offer=offer, outward=outward(after, at))
    return after, [released]


def decline(
    state: Json | None, offer: str, reason: str, declined_at: datetime, at: datetime
) -> Move | None:
    """Give back a declined offer's unit; with no_capacity the agency says that it has none left.

    A newer report of the agency is not overruled by an older decline.
    """
    move = release(state, offer, at)
    if state is None or state["unit"] == "none" or reason != "no_capacity":
        return move
    if written(declined_at) < state["reported_at"]:
        return move
    after, happened = move or (state, [])
    if after["available"] == 0 and not move:
        return None
    after = {**after, "available": 0, "reported_at": written(declined_at), "is_unknown": False}
    told = outward(after, at)
    released: list[Event] = [
        CapacityReleased(service=after["service"], offer=offer, outward=told) for _ in happened
    ]
    return after, [*released, CapacityReported(service=after["service"], outward=told)]


def go_unknown(state: Json, reported_before: datetime) -> Move | None:
    """Stop telling a number nobody confirmed since `reported_before`; None when one did."""
    is_fresh = state["reported_at"] >= written(reported_before)
    if is_fresh or state["is_unknown"] or state["unit"] == "none":
        return None
    return {**state, "is_unknown": True}, [CapacityWentUnknown(service=state["service"])]


def free(state: Json, at: datetime) -> int:
    """Return how many units can be promised now: lapsed reservations hold none."""
    now = written(at)
    held = [until for until in state["reserved"].values() if until > now]
    left: int = state["available"] - len(held)
    return max(0, left)


def answer(state: Json | None, needs: Sequence[str], offer: str, at: datetime) -> Json:
    """Return {reserved, outward}: whether an offer may go out, and what the outside may know.

    Where no units are counted an offer may always go out; where they are, only with one held.
    """
    told = outward_without_report(needs) if state is None else outward(state, at)
    may = told == "assessment_needed" or (state is not None and holds(state, offer, at))
    return {"reserved": may, "outward": told}


def holds(state: Json, offer: str, at: datetime) -> bool:
    """Say whether a unit is in use by an offer, or reserved for it and its lease not over."""
    return offer in state["used"] or state["reserved"].get(offer, "") > written(at)


def outward(state: Json, at: datetime) -> str:
    """Return the code others may know of a capacity (shared.vocabulary.OUTWARD_CAPACITY)."""
    if state["unit"] == "none":
        return "assessment_needed"
    if state["is_unknown"]:
        return "unknown"
    return "has" if free(state, at) else "none"


def outward_without_report(needs: Sequence[str]) -> str:
    """Return the code for a service whose capacity was never reported."""
    return "assessment_needed" if BED_NEEDS.isdisjoint(needs) else "unknown"


def _reserved(state: Json, offer: str, at: datetime) -> CapacityReserved:
    return CapacityReserved(service=state["service"], offer=offer, outward=outward(state, at))


def _without(offers: Json, offer: str) -> Json:
    return {one: at for one, at in offers.items() if one != offer}


def _forget(state: Json, at: datetime) -> Json:
    """Drop what is remembered long enough, so that a state does not grow for ever."""
    long_ago = written(at - REMEMBERED)
    kept = {
        name: {offer: told for offer, told in state[name].items() if told > long_ago}
        for name in ("reserved", "ended")
    }
    return {**state, **kept}
