"""A stream as staff read it: the referral service's answer with names and words.

Who leads the stream gets all of it, a serving agency its own part, a door the client's steps; what
is at its default is not in the answer.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from portal.i18n import N_
from portal.pages.help_questions import AVOID
from portal.pages.workspace import access
from portal.pages.workspace.along_view import along_view
from portal.pages.workspace.frame import chosen, posted, who
from portal.pages.workspace.lines import (
    client_words,
    left_s,
    miss_lines,
    need_words,
    trace_lines,
    tried_lines,
)
from portal.pages.workspace.link_view import link_view
from portal.pages.workspace.names import areas
from portal.pages.workspace.path_view import path_view
from portal.pages.workspace.release_view import release_view
from portal.pages.workspace.stay_view import stay_of
from portal.pages.workspace.words import (
    ACTIONS,
    DECISIONS,
    EVENTS,
    MOVES,
    NEED_STATES,
    OFFERED,
    REFERRAL_STATES,
    RELATIONS,
    ROLES,
    STEPS,
)
from portal.plans import plan_words
from portal.ports import parts
from portal.staff import staff_parts
from shared.vocabulary import CLOSE_REASONS, CONTACT_WAYS, DECLINE_REASONS, DOORS

Json = dict[str, Any]
CASE_MANAGEMENT = "case_management"
LEADERS = frozenset({"case_manager", "coordinator", "owner"})


async def stream_view(request: Request, id: str, view: Json) -> Json:
    """Return everything the stream's page shows."""
    services = await _service_names(request, view)
    agencies = await _agency_names(request, view)
    owner, relation = view.get("owner", {}), str(view["relation"])
    leads = who(request).agency in (view.get("case_manager"), owner.get("agency"))
    plan = await plan_words(parts(request), view.get("plan"), request.state.lang)
    leads = leads and bool(who(request).roles & access.STREAMS)
    return {
        "stream": id,
        "is_open": view.get("status", "open") == "open",
        "close_reason": chosen(CLOSE_REASONS, str(view.get("close_reason", ""))),
        "relation": chosen(RELATIONS, relation),
        "is_whole": relation in LEADERS,
        "leads": leads,
        **_wished(request, view, relation),
        "contact_way": chosen(CONTACT_WAYS, view.get("contact_way", "none")),
        "doors": [chosen(DOORS, one["door"]) for one in view.get("doors", [])],
        "case_manager": agencies.get(str(view.get("case_manager", "")), ""),
        **await _handover(request, view, agencies),
        "owner": agencies.get(str(owner.get("agency", "")), ""),
        "owner_role": chosen(ROLES, owner["role"]) if owner else "",
        **_next_step(request, view),
        "needs": [_need(view, id, need) for id, need in view.get("needs", {}).items()],
        "steps": [
            (need_words(one["need_type"]), chosen(STEPS, one["step"]))
            for one in view.get("steps", [])
        ],
        "referrals": _referrals(request, view, services, leads=leads),
        **await release_view(request, view, leads=leads),
        **link_view(view),
        **path_view(view),
        "plan": plan,
        "timeline": [_happened(one, services, agencies, plan) for one in view.get("timeline", [])],
        "has_box": bool(view.get("claim") or view.get("messages")),
        "messages": len(view.get("messages", [])) if isinstance(view.get("messages"), list) else 0,
        "may_unlock": bool(who(request).roles & access.CLIENTS),
    }


def _wished(request: Request, view: Json, relation: str) -> Json:
    """Who the client is in codes, what a place must be able to do, whom to keep away."""
    avoid = {**AVOID, **areas(request)}
    is_asked_again = request.scope["path"].endswith("/wishes")
    return {
        "client": client_words(request, view) if relation != "door" else {},
        "wishes": posted(request).all("wishes") if is_asked_again else view.get("wishes", []),
        "avoid": [chosen(avoid, code) for code in view.get("avoid", [])],
    }


def _next_step(request: Request, view: Json) -> Json:
    """What has to be done next, and until when."""
    action = view.get("next_action") or view.get("next") or {}
    due_at = str(action.get("due_at", ""))
    words = chosen(ACTIONS, action["code"]) if action else ""
    return {"action": words, "due_at": due_at, "left_s": left_s(request, due_at)}


async def _handover(request: Request, view: Json, agencies: Json) -> Json:
    """To whom this agency proposed to hand the client over, until when they may answer, and whether
    her words go along."""
    held = (view.get("handover") or {}).get("offer", {})
    until = str(held.get("lease_until", ""))
    manages = view.get("case_manager") == who(request).agency and view.get("status") != "closed"
    return {
        "manages": manages and bool(who(request).roles & access.STREAMS),
        "handed_to": agencies.get(held.get("agency", ""), ""),
        "handed_until": until,
        "handed_left_s": left_s(request, until),
        **await along_view(request, view),
    }


def _need(view: Json, id: str, need: Json) -> Json:
    """A need with how far it is: its own state, or while it is open its newest referral's."""
    state = need.get("state", "open")
    newest = [one for one in view.get("referrals", {}).values() if one["need"] == id][-1:]
    return {
        "id": id,
        "words": need_words(need["type"]),
        "state": _stage(newest[0]) if state == "open" and newest else chosen(NEED_STATES, state),
        "may_end": need["type"] != CASE_MANAGEMENT and state in ("open", "unmet"),
    }


def _stage(referral: Json) -> str:
    """How far a referral is, in words."""
    state = referral.get("state", "requested")
    is_out = state == "requested" and referral.get("offer")
    return OFFERED if is_out else chosen(REFERRAL_STATES, state)


def _referrals(request: Request, view: Json, names: Json, *, leads: bool) -> list[Json]:
    """Referrals, what is alive first and the newest first."""
    over = ("completed", "failed", "cancelled")
    newest_first = reversed(view.get("referrals", {}).items())
    mine = who(request).agency
    lines = [
        {
            **_referral(request, id, one, names, leads=leads),
            **stay_of(request, view, one, leads=leads, mine=_holder(one) == mine),
        }
        for id, one in newest_first
    ]
    return sorted(lines, key=lambda line: line["state_code"] in over)


def _referral(request: Request, id: str, one: Json, names: Json, *, leads: bool) -> Json:
    state, offer = one.get("state", "requested"), one.get("offer") or {}
    is_out = state == "requested" and bool(offer)
    lease = str(offer.get("lease_until", "")) if is_out else ""
    return {
        "id": id,
        "need": need_words(one["need_type"]),
        "urgent": one.get("urgent", False),
        "state_code": state,
        "state": _stage(one),
        "service": names.get(offer.get("service", ""), ""),
        "offer": offer.get("id", ""),
        "is_mine_to_answer": is_out and offer.get("agency") == who(request).agency,
        "lease_until": lease,
        "left_s": left_s(request, lease),
        "trace": trace_lines(offer.get("trace", {})),
        "moves": _moves(one, state, leads=leads, mine=_holder(one) == who(request).agency),
        "waits_at": [
            (names.get(place["service"], ""), place["position"])
            for place in one.get("waits_at", [])
        ],
        "tried": tried_lines(one.get("tried", []), names),
        "misses": miss_lines(one.get("misses", []), names),
        "may_see_candidates": leads and state == "requested",
        "may_look_again": leads and state == "requested" and not offer,
    }


def _holder(one: Json) -> str:
    """The agency that holds or serves a referral."""
    return str((one.get("offer") or {}).get("agency", ""))


def _moves(one: Json, state: str, *, leads: bool, mine: bool) -> list[tuple[str, str]]:
    """The moves this agency may make now, as (code, words)."""
    if not leads and (not mine or state == "requested"):
        return []
    hidden = {"complete"} if one["need_type"] == CASE_MANAGEMENT else set()
    if state == "requested" and one["need_type"] == CASE_MANAGEMENT:
        hidden.add("cancel")
    legal = set(one.get("legal", [])) - hidden
    return [(code, words) for code, words in MOVES.items() if code in legal]


def _happened(line: Json, services: Json, agencies: Json, plan: list[Json]) -> Json:
    data = line["data"]
    steps = {step["id"]: step["name"] for step in plan}
    told = [need_words(data["need_type"])] if "need_type" in data else []
    if "other" in data:
        told.append(str(data["other"])[-8:])
    if "step" in data:
        told.append(steps.get(data["step"], data["step"].replace("_", " ")))
        told.append(N_("Done") if data["is_done"] else N_("Not done"))
    elif data.get("service"):
        told += [services.get(data["service"], ""), data.get("ends_on", "")]
    elif data.get("agency"):
        told.append(agencies.get(data["agency"], ""))
    reasons = {**DECLINE_REASONS, **CLOSE_REASONS}
    words = {"reason": reasons, "door": DOORS, "action": ACTIONS, "decision": DECISIONS}
    told += [chosen(known, data[field]) for field, known in words.items() if data.get(field)]
    return {"at": line["at"], "what": chosen(EVENTS, line["event"]), "told": told}


async def _service_names(request: Request, view: Json) -> dict[str, str]:
    ids = {line["data"].get("service", "") for line in view.get("timeline", [])}
    for one in view.get("referrals", {}).values():
        ids.add((one.get("offer") or {}).get("service", ""))
        ids |= {row["service"] for why in ("tried", "misses") for row in one.get(why, [])}
    return await staff_parts(request).names.services(request, ids)


async def _agency_names(request: Request, view: Json) -> dict[str, str]:
    ids = {view.get("case_manager", ""), view.get("owner", {}).get("agency", "")}
    ids.add((view.get("handover") or {}).get("offer", {}).get("agency", ""))
    ids |= {
        line["data"].get("agency", "")
        for line in view.get("timeline", [])
        if not line["data"].get("service")
    }
    return await staff_parts(request).names.organizations(ids)
