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
    _report_space(stage, declined)


def _waiting(stage: Stage, stream: str, answered: set[str]) -> list[Any]:
    """Offers on the bus that nobody here has looked at."""
    return [
        one.data
        for one in list(stage.watcher.seen)
        if isinstance(one.data, referrals.ReferralOffered)
        and one.data.stream == stream
        and one.data.need_type != "case_management"
        and one.data.offer not in answered
    ]


def _expect(stage: Stage, cls: Any, offered: Any) -> None:
    stage.wait_for(
        cls.__name__, lambda one: isinstance(one.data, cls) and one.data.offer == offered.offer
    )


def _report_space(stage: Stage, declined: Any) -> None:
    """The agency that was full has a place again, as it tells by its own page."""
    who = stage.staff_of(declined.agency)
    visitor = people.sign_in(stage, who)
    visitor.open("/workspace/capacity")
    visitor.send(f"/workspace/capacity/{declined.service}", {"available": "4", "maximum": "12"})
    stage.tell(f"{stage.agency_name(declined.agency)} tells that it has room again")


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
        if referral["state"] != "accepted":
            continue
        visitor = _open(stage, stream, referral["offer"]["agency"])
        for move in ("start", "complete"):
            visitor.send(f"/referrals/{id}/{move}")
    _close(stage, stream, manager, "needs_met")


def end_early(stage: Stage, stream: str) -> None:
    """The second client is found by the coordinator and wants nothing for now."""
    coordinator = stage.settings.coordinator_agency
    visitor = _open(stage, stream, coordinator, "coordinator")
    for id, need in _stream(stage, stream)["needs"].items():
        if need["state"] not in ("met", "ended"):
            visitor.send(f"/needs/{id}/end")
    _close(stage, stream, coordinator, "client_ended", "coordinator")


def _close(stage: Stage, stream: str, agency: str, reason: str, role: str = "") -> None:
    role = role or "case_manager"
    visitor = _open(stage, stream, agency, role)
    for id, need in _stream(stage, stream)["needs"].items():
        if need["state"] not in ("met", "ended"):
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
