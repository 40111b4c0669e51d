"""Every address of the agency API, what answers it, and which scope a key needs."""

from __future__ import annotations

from portal.api import (
    capacity,
    figures,
    gaps,
    on_call,
    panel,
    referrals,
    road_map,
    subscriptions,
    suggestions,
)
from portal.i18n import N_
from portal.page import Page, key

POST, DELETE = ("POST",), ("DELETE",)
V1 = "/api/v1"
_REFERRAL = f"{V1}/streams/{{stream}}/referrals/{{referral}}"

#: What a key may be for. An agency gives a program only what it needs.
SCOPES: dict[str, str] = {
    "offers:read": N_("See offers"),
    "offers:answer": N_("Accept and decline offers"),
    "streams:read": N_("See streams"),
    "streams:move": N_("Start, hold, complete and end referrals, and plan"),
    "releases:open": N_("Open what clients let the agency see"),
    "road_map:read": N_("Ask for the road map"),
    "capacity:report": N_("Report capacity"),
    "on_call:read": N_("See who is on call"),
    "network:read": N_("See the panel and the pathways"),
    "gaps:read": N_("Read which needs find no service"),
    "figures:read": N_("Read waiting times and how many get a service"),
    "events:read": N_("Read the feed"),
    "directory:read": N_("Read the directory as agencies see it"),
    "directory:suggest": N_("Suggest changes to the directory"),
    "fhir:read": N_("Read referrals as FHIR resources"),
    "fhir:write": N_("Move and begin referrals as FHIR resources"),
    "subscriptions:manage": N_("Begin and end subscriptions"),
}

PAGES: list[Page] = [
    Page(f"{V1}/offers", referrals.offers, key("offers:read")),
    Page(f"{V1}/offers/{{offer}}/accept", referrals.accept, key("offers:answer"), POST),
    Page(f"{V1}/offers/{{offer}}/decline", referrals.decline, key("offers:answer"), POST),
    Page(f"{V1}/streams", referrals.streams, key("streams:read")),
    Page(f"{V1}/streams/{{stream}}", referrals.stream, key("streams:read")),
    *(
        Page(f"{_REFERRAL}/{name}", referrals.move(name), key("streams:move"), POST)
        for name in referrals.MOVES
    ),
    Page(
        f"{V1}/streams/{{stream}}/releases/{{release}}/open",
        referrals.open_release,
        key("releases:open"),
        POST,
    ),
    Page(f"{V1}/streams/{{stream}}/plan", road_map.attach, key("streams:move"), POST),
    Page(f"{V1}/streams/{{stream}}/plan/{{step}}", road_map.mark, key("streams:move"), POST),
    Page(f"{V1}/road-map", road_map.road_map, key("road_map:read"), POST),
    Page(f"{V1}/capacity", capacity.report, key("capacity:report"), POST),
    Page(f"{V1}/services/{{id}}/suggestions", suggestions.make, key("directory:suggest"), POST),
    Page(f"{V1}/on-call", on_call.on_call, key("on_call:read")),
    Page(f"{V1}/panel", panel.panel, key("network:read")),
    Page(f"{V1}/pathways", panel.pathways, key("network:read")),
    Page(f"{V1}/gaps", gaps.gaps, key("gaps:read")),
    Page(f"{V1}/figures", figures.figures, key("figures:read")),
    Page(f"{V1}/events", subscriptions.events, key("events:read")),
    Page(f"{V1}/subscriptions", subscriptions.listed, key("subscriptions:manage")),
    Page(f"{V1}/subscriptions", subscriptions.subscribe, key("subscriptions:manage"), POST),
    Page(
        f"{V1}/subscriptions/{{subscription}}",
        subscriptions.end,
        key("subscriptions:manage"),
        DELETE,
    ),
]
