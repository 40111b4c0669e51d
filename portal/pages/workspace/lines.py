"""One line of each list: what a service answered, with names and words for its ids and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel import Locale
from starlette.requests import Request

from portal.pages.help_questions import WISHES
from portal.pages.workspace.frame import chosen
from portal.pages.workspace.names import areas
from portal.pages.workspace.words import ACTIONS, MISSES, OUTCOMES, RELATIONS, ROLES, RULES, TRACE
from portal.ports import parts
from portal.staff import staff_parts
from shared.vocabulary import (
    AGE_GROUPS,
    DECLINE_REASONS,
    GENDERS,
    LANGUAGES,
    NEEDS,
    ORIGINS,
    SAFE_NOW,
)
from shared.vocabulary.tips import TIP_STATES

Json = dict[str, Any]


def need_words(code: str) -> str:
    """Return a need type in words."""
    return NEEDS[code].label if code in NEEDS else code.replace("_", " ")


def language_name(code: str, lang: str) -> str:
    """Return what a language is called in the language of the page."""
    known = Locale.parse(lang).languages.get(code)
    name = known or (LANGUAGES[code].name if code in LANGUAGES else code)
    return f"{name[:1].upper()}{name[1:]}"


def left_s(request: Request, until: str) -> float:
    """Return how many seconds are left until a moment; less than 0 when it is past."""
    if not until:
        return 0.0
    return (datetime.fromisoformat(until) - parts(request).clock()).total_seconds()


def client_words(request: Request, client: Json) -> Json:
    """Return what is known of a client, codes in words; what is not known is left out."""
    unknown = ("", "unknown")
    rows = [
        ("age", client.get("age_group", "unknown"), AGE_GROUPS),
        ("origin", client.get("origin", "unknown"), ORIGINS),
        ("gender", client.get("gender", "unknown"), GENDERS),
        ("safe_now", client.get("safe_now", "unknown"), SAFE_NOW),
    ]
    told = {name: chosen(words, code) for name, code, words in rows if code not in unknown}
    area = str(client.get("area", ""))
    return {
        **told,
        "language": language_name(str(client.get("language", "en")), request.state.lang),
        "area": chosen(areas(request), area) if area else "",
        "wishes": [chosen(WISHES, code) for code in client.get("wishes", [])],
        "urgent": client.get("urgency") == "urgent",
    }


async def offer_lines(request: Request, offers: list[Json]) -> list[Json]:
    """Return the offers an agency has to answer."""
    names = await staff_parts(request).names.services(request, (one["service"] for one in offers))
    return [
        {
            **one,
            "need": need_words(one["need_type"]),
            "service_name": names[one["service"]],
            "left_s": left_s(request, one["lease_until"]),
            "client": client_words(request, one["client"]),
        }
        for one in offers
    ]


async def stream_lines(request: Request, streams: list[Json]) -> list[Json]:
    """Return an agency's streams."""
    owners = (one["owner"]["agency"] for one in streams if "owner" in one)
    names = await staff_parts(request).names.organizations(owners)
    return [_stream_line(request, one, names) for one in streams]


def _stream_line(request: Request, one: Json, names: dict[str, str]) -> Json:
    action, owner = one.get("next_action", {}), one.get("owner", {})
    return {
        **client_words(request, one),
        "stream": one["stream"],
        "status": one["status"],
        "opened_at": one["opened_at"],
        "relation": chosen(RELATIONS, one["relation"]),
        "action": chosen(ACTIONS, action["code"]) if action else "",
        "due_at": action.get("due_at", ""),
        "left_s": left_s(request, action.get("due_at", "")),
        "owner": f"{names[owner['agency']]}" if owner else "",
        "owner_role": chosen(ROLES, owner["role"]) if owner else "",
    }


def trace_lines(trace: Json) -> list[tuple[str, str]]:
    """Return why a service fits and ranks where it does, as (rule, words)."""
    return [
        (chosen(RULES, rule), NEEDS[code].label if code in NEEDS else chosen(TRACE, code))
        for rule, code in trace.items()
    ]


def tip_lines(request: Request, tips: list[Json]) -> list[Json]:
    """Return the tips of triage, the most pressing first."""
    return [
        {
            **one,
            "state_words": chosen(TIP_STATES, one["state"]),
            "role_words": chosen(ROLES, one["role"]),
            "area_name": chosen(areas(request), one["area"]) if one["area"] else "",
            "left_s": left_s(request, one["deadline"]),
        }
        for one in tips
    ]


async def queue_lines(request: Request, queue: list[Json]) -> list[Json]:
    """Return what an agency owes, with who was asked, who could not be, and why."""
    services = {
        one["service"] for line in queue for why in ("tried", "misses") for one in line.get(why, [])
    }
    names = await staff_parts(request).names.services(request, services)
    return [
        {
            **line,
            **client_words(request, line),
            "action_words": chosen(ACTIONS, line["action"]),
            "role_words": chosen(ROLES, line["role"]),
            "need": need_words(line["need_type"]) if "need_type" in line else "",
            "left_s": left_s(request, line["due_at"]),
            "tried": tried_lines(line.get("tried", []), names),
            "misses": miss_lines(line.get("misses", []), names),
        }
        for line in queue
    ]


def tried_lines(tried: list[Json], names: dict[str, str]) -> list[tuple[str, str]]:
    """Return (service, what became of it) for services that were asked."""
    outcomes = {**DECLINE_REASONS, **OUTCOMES}
    return [(names[one["service"]], chosen(outcomes, one["outcome"])) for one in tried]


def miss_lines(misses: list[Json], names: dict[str, str]) -> list[tuple[str, str]]:
    """Return (service, the first rule it broke) for services that could not be asked."""
    return [(names[one["service"]], chosen(MISSES, one["rule"])) for one in misses]
