"""What people are shown of a stream: the client her own steps, each agency what it needs. No I/O.

A client is never told that anybody said no, and hears of an agency only once it has accepted. An
agency that holds an offer sees what it needs to answer and nothing of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from services.referrals.domain import legal_moves
from services.referrals.duties import agency_of
from services.referrals.parts import Part
from services.referrals.release_views import released_to, releases_of
from services.referrals.stay_views import stay_told
from services.referrals.stream import (
    CASE_MANAGEMENT,
    SERVED,
    Need,
    Referral,
    Stream,
    Terms,
    stamp,
)

Json = dict[str, Any]
#: What a client is told of a referral, by its state.
STEPS = {
    "requested": "looking",
    "accepted": "accepted",
    "in_progress": "in_progress",
    "on_hold": "paused",
    "completed": "done",
}
_WISH = re.compile(r"[a-z_]+")
#: What a stream is searched by, or is told in another form.
_INNER = ("involved", "offered_to", "awaits", "unmet", "release_due_at", "links", "words_left")
#: Who may see the whole of a stream, the others' answers too.
FOR_LEADERS = ("coordinator", "owner", "case_manager")


def receipt(stream: Stream, about: str = "") -> Json:
    """Return the answer to a command: the stream, and the referral or offer it was about."""
    answer: Json = {"stream": stream.id, "status": stream.status}
    for id, one in stream.referrals.items():
        if about and (about == id or (one.offer is not None and one.offer.id == about)):
            answer |= {"referral": id, "state": one.state}
    return answer


def client_view(stream: Stream) -> Json:
    """Return the client's own steps in plain codes: waiting, looking, still_looking, accepted,
    in_progress, paused, done, ended; with the agency and service of those who accepted."""
    view: Json = {
        "stream": stream.id,
        "status": stream.status,
        "urgency": stream.urgency,
        "opened_at": stream.opened_at,
        "steps": [
            _client_step(stream, id, need)
            for id, need in stream.needs.items()
            if need.type != CASE_MANAGEMENT
        ],
        "messages": len(stream.messages),
        "waits_for_answer": stream.has_unanswered,
    }
    if stream.case_manager:
        view["case_manager"] = stream.case_manager
    if stream.plan:
        view["plan"] = shown(stream.plan)
    if stream.releases:
        view["releases"] = releases_of(stream)
    if stream.next_due_at and stream.next_action:
        view["next"] = {"code": stream.next_action.code, "due_at": stream.next_action.due_at}
    return view


def _client_step(stream: Stream, id: str, need: Need) -> Json:
    newest = [one for one in stream.referrals.values() if one.need == id][-1:]
    step: Json = {"need": id, "need_type": need.type, "step": step_code(need, newest)}
    for referral in newest:
        if referral.state in SERVED and referral.offer is not None:
            step |= {"agency": referral.offer.agency, "service": referral.offer.service}
            step |= stay_told(stream, referral)
    return step


def step_code(need: Need, newest: list[Referral]) -> str:
    """Return the step a client is told of a need, by its newest referral, if any."""
    if need.state in ("met", "ended"):
        return "done" if need.state == "met" else "ended"
    if need.state == "unmet":
        return "still_looking"
    return STEPS.get(newest[0].state, "looking") if newest else "waiting"


def relation(stream: Stream, agency: str, terms: Terms) -> str:
    """Return how an agency is involved: case_manager, coordinator, owner, serving, offered, door;
    "" when it is not."""
    owner = stream.owner.agency if stream.owner else ""
    held = {r.agency for r in stream.referrals.values()} - {""}
    held |= {r.offer.agency for r in stream.referrals.values() if r.offer and r.state in SERVED}
    ranks = (
        ("case_manager", agency == stream.case_manager),
        ("coordinator", agency == terms.coordinator),
        ("owner", agency == owner),
        ("serving", agency in held),
        ("offered", agency in stream.offered_to),
        ("door", agency in {door.agency for door in stream.doors}),
    )
    return next((name for name, fits in ranks if agency and fits), "")


def agency_view(stream: Stream, agency: str, terms: Terms, history: Iterable[Json]) -> Json:
    """Return what an involved agency may see of a stream, with its timeline."""
    how = relation(stream, agency, terms)
    if how in FOR_LEADERS:
        view = _whole(stream)
    elif how == "door":
        view = {**client_view(stream), "id": stream.id}
        view.pop("stream")
        for hidden in ("plan", "releases"):  # of papers and of others: the client's and who leads
            view.pop(hidden, None)
        view |= released_to(stream, agency)
    else:
        view = _own_part(stream, agency)
    if stream.claim and stream.doors[0].agency == agency:
        view["claim"] = stream.claim  # it wrote this down; it may be sealed to it alone
    view["relation"] = how
    view["timeline"] = list(timeline(history, "" if how in FOR_LEADERS else agency))
    return view


def _whole(stream: Stream) -> Json:
    view: Json = shown(stream)
    for hidden in _INNER:
        view.pop(hidden, None)
    view["releases"] = releases_of(stream)
    for referral in view["referrals"].values():
        referral["legal"] = legal_moves(referral["state"])
    return view


def shown(part: Any) -> Any:
    """Return a part of a stream with every field, but for those that are not set at all."""
    if isinstance(part, Part):
        values = {name: getattr(part, name) for name in part.__struct_fields__}
        return {name: shown(value) for name, value in values.items() if value is not None}
    if isinstance(part, dict):
        return {key: shown(value) for key, value in part.items()}
    return [shown(one) for one in part] if isinstance(part, list) else part


def _own_part(stream: Stream, agency: str) -> Json:
    own = {
        id: referral
        for id, referral in stream.referrals.items()
        if referral.offer is not None and referral.offer.agency == agency
    }
    return {
        "id": stream.id,
        "status": stream.status,
        "case_manager": stream.case_manager,
        **client_codes(stream),
        "referrals": {id: _own_referral(one) for id, one in own.items()},
        **released_to(stream, agency),
    }


def client_codes(stream: Stream) -> Json:
    """Return what an agency must know to say whether it can help: codes only.

    Wishes are told, but not which agencies and areas the client stays away from.
    """
    return {
        "urgency": stream.urgency,
        "age_group": stream.age_group,
        "origin": stream.origin,
        "gender": stream.gender,
        "language": stream.language,
        "area": stream.area,
        "safe_now": stream.safe_now,
        "wishes": stream.wishes,
        "avoid": [code for code in stream.avoid if _WISH.fullmatch(code)],
    }


def _own_referral(referral: Referral) -> Json:
    """What one of several agencies may see of a referral it holds: nothing of the others."""
    view: Json = shown(referral)
    for hidden in ("tried", "misses", "look_at", "round"):
        view.pop(hidden)
    return {**view, "legal": legal_moves(referral.state)}


#: Events of the whole stream that every involved agency may know of, without their fields.
_OF_ALL = ("stream.opened", "stream.closed", "stream.reopened")


def timeline(history: Iterable[Json], only: str = "") -> Iterable[Json]:
    """Yield what happened, oldest first; with `only`, an agency's own part of it."""
    for commit in history:
        for happened in commit["events"]:
            data = {key: value for key, value in happened["data"].items() if key != "stream"}
            line = {"at": stamp(commit["at"]), "event": happened["type"], "data": data}
            if not only:
                yield {**line, "by": commit["actor"]}
            elif data.get("agency") == only:
                yield line
            elif happened["type"] in _OF_ALL:
                yield {**line, "data": {}}


def summary(stream: Stream, agency: str, terms: Terms) -> Json:
    """Return one line of an agency's list of streams."""
    line: Json = {
        "stream": stream.id,
        "status": stream.status,
        "urgency": stream.urgency,
        "opened_at": stream.opened_at,
        "relation": relation(stream, agency, terms),
        "language": stream.language,
        "area": stream.area,
    }
    if line["relation"] in FOR_LEADERS and stream.next_action and stream.owner:
        line["next_action"] = _plain(stream.next_action.code, stream.next_action.due_at)
        line["owner"] = {"agency": stream.owner.agency, "role": stream.owner.role}
    return line


def _plain(code: str, due_at: str) -> Json:
    return {"code": code, "due_at": due_at}


def offers_of(stream: Stream, agency: str) -> list[Json]:
    """Return the offers, a handover among them, an agency holds in a stream and has to answer."""
    out = [
        (id, one.need_type, one.urgent, one.offer)
        for id, one in stream.referrals.items()
        if one.is_out and one.offer is not None
    ]
    if stream.handover is not None:
        asked = stream.handover
        out.append((asked.referral, CASE_MANAGEMENT, stream.is_urgent, asked.offer))
    return [
        {
            "stream": stream.id,
            "referral": id,
            "offer": held.id,
            "need_type": need_type,
            "urgent": urgent,
            "service": held.service,
            "lease_until": held.lease_until,
            "client": client_codes(stream),
        }
        for id, need_type, urgent, held in out
        if held.agency == agency
    ]


def awaited(stream: Stream, agency: str, terms: Terms, now: str) -> list[Json]:
    """Return what an agency owes in a stream: what the coordinator or case manager looks at."""
    lines = []
    for duty in stream.duties.values():
        if agency_of(duty.role, stream, terms) != agency:
            continue
        line: Json = {
            "stream": stream.id,
            "urgency": stream.urgency,
            "language": stream.language,
            "area": stream.area,
            "action": duty.code,
            "role": duty.role,
            "due_at": duty.due_at,
            "is_overdue": duty.due_at <= now,
            "raised": duty.raised,
        }
        if duty.about in stream.referrals:
            line |= _why(duty.about, stream.referrals[duty.about])
            line |= stay_told(stream, stream.referrals[duty.about])
        lines.append(line)
    return lines


def _why(id: str, referral: Referral) -> Json:
    """Who was asked and who could not be, and why."""
    return {
        "referral": id,
        "need_type": referral.need_type,
        "tried": [
            {"service": one.service, "agency": one.agency, "outcome": one.outcome, "at": one.at}
            for one in referral.tried
        ],
        "misses": [
            {"service": one.service, "agency": one.agency, "rule": one.rule}
            for one in referral.misses
        ],
    }
