"""The doors: a client comes in, comes back, or writes; always into the same stream. No I/O."""

from __future__ import annotations

from typing import NamedTuple

from services.referrals.asking import look_again, looks_for_service, request
from services.referrals.domain import Outcome, must, settled
from services.referrals.reopening import must_lead, reopen
from services.referrals.stream import (
    CASE_MANAGEMENT,
    Door,
    Message,
    Need,
    Occasion,
    Stream,
)
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events import Event
from shared.events.referrals import (
    ClientMessageReceived,
    NeedRecorded,
    StreamCodeChanged,
    StreamContinued,
    StreamOpened,
)
from shared.events.wishes import WishesSet
from shared.fields import check_codes
from shared.ids import derived_id
from shared.vocabulary import CAN_COME, NEEDS


class Arrival(NamedTuple):
    """A client at a door, in codes of shared.vocabulary; `agency` is "" at the portal."""

    door: str
    needs: list[str]
    agency: str = ""
    age_group: str = "unknown"
    origin: str = "unknown"
    gender: str = "unknown"
    language: str = "en"
    area: str = ""
    safe_now: str = "unknown"
    contact_way: str = "none"
    avoid: list[str] = []
    claim: str = ""
    wishes: list[str] = []


def is_urgent(arrival: Arrival) -> bool:
    """Say whether the short deadlines hold: not safe now, or a need that cannot wait."""
    return arrival.safe_now == "no" or any(NEEDS[code].urgent for code in arrival.needs)


def open_stream(id: str, arrival: Arrival, occasion: Occasion) -> Outcome:
    """Open a stream with its needs, an owner and a deadline, and look for a case manager first."""
    stream = Stream(
        id=id,
        opened_at=occasion.now(),
        status="open",
        urgency="urgent" if is_urgent(arrival) else "routine",
        doors=[Door(door=arrival.door, at=occasion.now(), agency=arrival.agency)],
        age_group=arrival.age_group,
        origin=arrival.origin,
        gender=arrival.gender,
        language=arrival.language,
        area=arrival.area,
        safe_now=arrival.safe_now,
        contact_way=arrival.contact_way,
        wishes=list(dict.fromkeys(arrival.wishes)),
        avoid=list(dict.fromkeys(arrival.avoid)),
        claim=arrival.claim,
    )
    opened = StreamOpened(
        stream=id,
        door=arrival.door,
        agency=occasion.terms.coordinator,
        urgency=stream.urgency,
        area=arrival.area,
        language=arrival.language,
    )
    events: list[Event] = [opened]
    for need_type in dict.fromkeys([*arrival.needs, CASE_MANAGEMENT]):
        events.append(record(stream, need_type, occasion))
    events.append(request(stream, _need_of(stream, CASE_MANAGEMENT), occasion))
    if any(need.urgent for need in stream.needs.values()):
        lease = occasion.terms.lease_for(CASE_MANAGEMENT, stream.is_urgent)
        stream.urgent_start_at = occasion.after(lease)
    return settled(stream, events, occasion)


def continue_stream(
    stream: Stream, occasion: Occasion, *, door: str, agency: str = ""
) -> list[Event]:
    """The client showed her code at a door: the same stream goes on, reopened if it was closed."""
    must(stream, "continue")
    stream.doors.append(Door(door=door, at=occasion.now(), agency=agency))
    stream.is_unreachable = False
    events: list[Event] = [StreamContinued(stream=stream.id, door=door, agency=agency)]
    return events if stream.is_open else events + reopen(stream, occasion)


def client_wrote(stream: Stream, occasion: Occasion, *, claim: str) -> list[Event]:
    """The client left a sealed message: whoever has the stream owes her an answer."""
    must(stream, "write")
    if any(message.claim == claim for message in stream.messages):
        return []
    stream.is_unreachable = False
    stream.messages.append(Message(claim=claim, at=occasion.now()))
    events: list[Event] = [ClientMessageReceived(stream=stream.id)]
    if not stream.is_open:
        events += reopen(stream, occasion)
    stream.has_unanswered = True
    return events


def change_code(stream: Stream, occasion: Occasion, *, claim: str, agency: str = "") -> list[Event]:
    """The client has a new code from now on; nothing when it is this one already."""
    must(stream, "change_code")
    if stream.code_claim == claim:
        return []
    stream.code_claim = claim
    return [StreamCodeChanged(stream=stream.id, claim=claim, agency=agency)]


def record_need(stream: Stream, occasion: Occasion, *, need_type: str, agency: str) -> list[Event]:
    """Record one more need; it becomes a referral at once, unless a case manager is still looked
    for and it can wait.

    Raises Conflict when the client asks for the same already, NotAllowed for an agency that only
    holds an offer.
    """
    must(stream, "record_need")
    if agency not in stream.involved:
        raise NotAllowed("agency", "does not serve this client", "accept the offer first")
    if need_type == CASE_MANAGEMENT:
        raise Invalid("need_type", "every stream has this need", "choose another need")
    if any(need.type == need_type and not need.is_settled for need in stream.needs.values()):
        raise Conflict("need_type", "is asked for in this stream already", "follow that referral")
    return ask(stream, need_type, occasion)


def ask(stream: Stream, need_type: str, occasion: Occasion) -> list[Event]:
    """Add a need; it becomes a referral at once, unless a case manager is still looked for and it
    can wait."""
    recorded = record(stream, need_type, occasion)
    id = _need_of(stream, need_type)
    if stream.case_manager or stream.needs[id].urgent or _nobody_manages(stream):
        return [recorded, request(stream, id, occasion)]
    return [recorded]


def set_wishes(
    stream: Stream, occasion: Occasion, *, wishes: list[str], agency: str
) -> list[Event]:
    """Note what the client wishes now; what looks for a service looks through all of them again.

    By who leads the stream. Raises NotAllowed, Invalid for a code nobody knows.
    """
    must(stream, "set_wishes")
    must_lead(stream, agency)
    check_codes("wishes", wishes, CAN_COME)
    if set(stream.wishes) == set(wishes):
        return []
    stream.wishes = list(wishes)
    events: list[Event] = [WishesSet(stream=stream.id, agency=agency)]
    for id, one in stream.referrals.items():
        if looks_for_service(stream, id):
            stream.needs[one.need].state = "open"  # who could not help is found out anew
            events += look_again(stream, occasion, referral=id)
    return events


def _nobody_manages(stream: Stream) -> bool:
    """Whether the search for a case manager found nobody, so that needs do not wait for one."""
    return any(n.type == CASE_MANAGEMENT and n.state == "unmet" for n in stream.needs.values())


def record(stream: Stream, need_type: str, occasion: Occasion) -> NeedRecorded:
    """Add a need, whatever else the client asks for; a step of her pathway that waited for its
    turn is this need from now on."""
    id = derived_id(occasion.cause, "need", need_type)
    stream.needs[id] = Need(type=need_type, state="open", urgent=NEEDS[need_type].urgent)
    step = stream.path.step(need_type) if stream.path else None
    if step and step.waits:
        step.need = id
    return NeedRecorded(stream=stream.id, need=id, need_type=need_type)


def _need_of(stream: Stream, need_type: str) -> str:
    """Return the newest need of a type."""
    return [id for id, need in stream.needs.items() if need.type == need_type][-1]
