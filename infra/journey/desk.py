"""What agencies' staff do at their desks, in the workspace's own pages."""

from __future__ import annotations

import time
from typing import Any

from infra.journey import people
from infra.journey.stage import JourneyFailed, Stage
from infra.journey.visitor import Visitor
from shared.events import referrals

#: Long enough for a lease of the demo to run out and the scheduler to see it.
LONGEST_WAIT_S = 240.0
CASE_MANAGEMENT = "case_management"


def accept(stage: Stage, offered: Any) -> None:
    """Somebody of the agency that holds the offer accepts it."""
    visitor = people.sign_in(stage, stage.staff_of(offered.agency))
    visitor.open("/workspace/offers")
    visitor.send(f"/workspace/offers/{offered.offer}/accept")


def decline(stage: Stage, offered: Any, reason: str) -> None:
    """Somebody of the agency that holds the offer declines it."""
    visitor = people.sign_in(stage, stage.staff_of(offered.agency))
    visitor.open("/workspace/offers")
    visitor.send(f"/workspace/offers/{offered.offer}/decline", {"reason": reason})


def answer_all(stage: Stage, stream: str, wanted: int) -> None:
    """Answer offers until every need has a service: housing first declined, legal help left to
    expire once, everything else accepted."""
    answered: set[str] = set()
    declined: Any = None
    left: Any = None
    accepted = 0
    until = time.monotonic() + LONGEST_WAIT_S
    while accepted < wanted:
        if time.monotonic() > until:
            raise JourneyFailed(f"only {accepted} of {wanted} needs found a service")
        offered = next(iter(_waiting(stage, stream, answered)), None)
        if offered is None:
            time.sleep(0.1)
            continue
        answered.add(offered.offer)
        name = f"{stage.agency_name(offered.agency)} ({offered.need_type})"
        if declined is None and offered.need_type == "emergency_housing":
            declined = offered
            stage.tell(f"{name}: no room; the next is asked at once")
            decline(stage, offered, "no_capacity")
        elif left is None and offered.need_type == "legal_assistance":
            left = offered
            stage.tell(f"{name}: does not answer; its lease ends {offered.lease_until[11:19]}")
        else:
            stage.tell(f"{name}: accepts")
            accept(stage, offered)
            accepted += 1
    _expect(stage, referrals.ReferralDeclined, declined)
    _expect(stage, referrals.ReferralExpired, left)


def _waiting(stage: Stage, stream: str, answered: set[str]) -> list[Any]:
    """Offers on the bus that nobody here has looked at."""
    return [
        one.data
        for one in list(stage.watcher.seen)
        if isinstance(one.data, referrals.ReferralOffered)
        and one.data.stream == stream
        and one.data.need_type != CASE_MANAGEMENT
        and one.data.offer not in answered
    ]


def _expect(stage: Stage, cls: Any, offered: Any) -> None:
    stage.wait_for(
        cls.__name__, lambda one: isinstance(one.data, cls) and one.data.offer == offered.offer
    )


def report_space(stage: Stage, needs: list[str], area: str) -> int:
    """Agencies whose services are full tell what is free tonight; return how many did."""
    after, told = "", 0
    while True:
        page = stage.calls.call("registry", "services_after", after=after, size=200)
        for card in page["services"]:
            is_full = card.get("capacity", {}).get("outward") in ("none", "none_with_waitlist")
            is_near = area in card.get("areas", []) and set(needs) & set(card.get("needs", []))
            if is_full and is_near and card.get("member"):
                _tell_space(stage, card["organization"], card["id"])
                told += 1
        after = page["next"]
        if not after:
            return told


def _tell_space(stage: Stage, agency: str, service: str) -> None:
    visitor = people.sign_in(stage, stage.staff_of(agency))
    visitor.open("/workspace/capacity")
    most = visitor.value(f"/workspace/capacity/{service}", "maximum") or "4"
    visitor.send(f"/workspace/capacity/{service}", {"available": most, "maximum": most})
    stage.tell(f"{stage.agency_name(agency)}: {most} free")


def triage(stage: Stage, tip: str) -> str:
    """Triage opens a tip with the agency's passphrase, passes it on, and closes it."""
    who = stage.staff_of(stage.settings.triage_agency, "triage")
    visitor = people.sign_in(stage, who)
    visitor.open(f"/workspace/tips/{tip}")
    text = visitor.send(f"/workspace/tips/{tip}/open", {"passphrase": who.passphrase})
    visitor.open(f"/workspace/tips/{tip}")
    visitor.send(
        f"/workspace/tips/{tip}/pass-on",
        {"to": "referrals", "needs": ["advocacy"], "area": "XS-lakeshore", "language": "es"},
    )
    return text


def finish(stage: Stage, stream: str, manager: str) -> None:
    """Each service begins and ends; then the case manager closes the stream."""
    view = _stream(stage, stream)
    for id, referral in view["referrals"].items():
        if referral["state"] != "accepted" or referral["need_type"] == CASE_MANAGEMENT:
            continue  # case management ends with the stream
        visitor = _open(stage, stream, referral["offer"]["agency"])
        for move in ("start", "complete"):
            visitor.send(f"/referrals/{id}/{move}")
    _close(stage, stream, manager, "needs_met")


def end_early(stage: Stage, stream: str) -> None:
    """The second client is found by the coordinator and wants nothing for now."""
    _close(stage, stream, stage.settings.coordinator_agency, "client_ended", "coordinator")


def _close(stage: Stage, stream: str, agency: str, reason: str, role: str = "case_manager") -> None:
    visitor = _open(stage, stream, agency, role)
    for id, need in _stream(stage, stream)["needs"].items():
        if need["state"] not in ("met", "ended") and need["type"] != CASE_MANAGEMENT:
            visitor.send(f"/needs/{id}/end")
    visitor.send(f"/streams/{stream}/close", {"reason": reason})
    stage.wait_for(
        "closed stream",
        lambda one: isinstance(one.data, referrals.StreamClosed) and one.data.stream == stream,
    )
    stage.tell(f"{stage.agency_name(agency)} closes the stream: {reason}")


def _open(stage: Stage, stream: str, agency: str, role: str = "") -> Visitor:
    visitor = people.sign_in(stage, stage.staff_of(agency, role))
    visitor.open(f"/workspace/streams/{stream}")
    return visitor


def _stream(stage: Stage, stream: str) -> Any:
    return stage.calls.call(
        "referrals", "stream", stream=stream, agency=stage.settings.coordinator_agency
    )
