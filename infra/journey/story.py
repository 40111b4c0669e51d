"""The journey, step by step: any door, one stream, until everything closes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from infra.journey import desk, people
from infra.journey.orders import Orders
from infra.journey.stage import JourneyFailed, Stage
from shared.events import Event, referrals
from shared.ids import derived_id
from shared.messaging import Received

NEEDS = ["safety", "emergency_housing", "legal_assistance", "translation"]
AREA = "XS-lakeshore"
CLIENT = {
    "safe_now": "no",
    "needs": NEEDS,
    "age_group": "adult",
    "origin": "foreign_national",
    "gender": "woman",
    "language": "es",
    "area": AREA,
    "contact_way": "none",
    "avoid": ["police"],
    "note": "Tengo una hija de seis anos. Por favor hablen bajo.",
}
TIP = (
    "A woman at the motel on the lake road never leaves room by herself. "
    "She asked me in Spanish where she could get help. I think she wants somebody to talk to her."
)
SEARCHES = (("shelter for men", "emergency_housing"), ("abogado visa T", "legal_assistance"))


def play(stage: Stage) -> None:
    """Play the whole journey; JourneyFailed says which step did not happen."""
    orders = Orders(stage, derived_id("sample", "organization", "bridgewater-case-management"))
    try:
        with stage.step("0. Evening: agencies that were full tell what is free tonight"):
            told = desk.report_space(stage, ["case_management", *NEEDS], AREA)
            stage.tell(f"{told} services had something to tell")
        with stage.step("1. Somebody looks for a place in the portal"):
            _search(stage)
        with stage.step("2. An agency subscribes to what happens in its streams"):
            orders.place()
        with stage.step("3. A client asks for help in Spanish, in the portal"):
            code, stream = _ask(stage)
        with stage.step("4. A case-management agency is asked, and takes her on"):
            manager = _take_on(stage, stream)
        with stage.step("5. Each need goes to a service: one is full, one does not answer"):
            desk.answer_all(stage, stream, wanted=len(NEEDS))
        with stage.step("6. She walks into another agency and shows her code"):
            _walk_in(stage, stream, code)
        with stage.step("7. A community member's tip opens a door"):
            second = _tip(stage)
        with stage.step("8. The services are given; everything closes"):
            desk.finish(stage, stream, manager)
            desk.end_early(stage, second)
        with stage.step("9. What the subscribed agency was sent"):
            orders.check(stream)
        _timeline(stage, stream, code)
    finally:
        orders.close()


def _search(stage: Stage) -> None:
    for words, need in SEARCHES:
        visitor = people.search(stage, words)
        cards = [href for href, _ in visitor.page.links if "/services/" in href]
        if not cards:
            raise JourneyFailed(f"{words!r} found nothing: {visitor.text[:200]}")
        found = [stage.card(href.rsplit("/", 1)[-1]) for href in dict.fromkeys(cards)]
        fitting = [card for card in found if need in card.needs]
        if not fitting:
            raise JourneyFailed(f"{words!r} found no service for {need}")
        stage.tell(f"{words!r}: {len(found)} services on the page, first {found[0].name}")
        visitor.open(f"/services/{fitting[0].id}")
        stage.tell(f"opens {fitting[0].name}, {fitting[0].organization_name}")


def _ask(stage: Stage) -> tuple[str, str]:
    code = people.ask_for_help(stage, "es", CLIENT)
    opened = stage.wait_for("stream", _is(referrals.StreamOpened, door="portal_self"))
    stream = opened.data.stream
    asked = next(one for one in stage.watcher.seen if one.id == opened.causation)
    late = (opened.time - asked.time).total_seconds()
    view = stage.calls.call(
        "referrals", "stream", stream=stream, agency=stage.settings.coordinator_agency
    )
    owner, action = view["owner"], view["next_action"]
    stage.tell(f"her code is {code[:4]}-....; nobody can find her stream without it")
    stage.tell(
        f"owner {owner['role']} of {stage.agency_name(owner['agency'])}, next {action['code']} "
        f"due {action['due_at'][11:19]}, {late * 1_000:.0f} ms after she pressed Send"
    )
    if late > 1.0:
        raise JourneyFailed(f"her stream had no owner for {late:.1f} s")
    return code, stream


def _take_on(stage: Stage, stream: str) -> str:
    offered = stage.wait_for(
        "offer to a case-management agency",
        _is(referrals.ReferralOffered, stream=stream, need_type="case_management"),
    ).data
    stage.tell(f"{stage.agency_name(offered.agency)} is asked and accepts")
    desk.accept(stage, offered)
    assigned = stage.wait_for(
        "case manager", _is(referrals.CaseManagerAssigned, stream=stream)
    ).data
    for need in NEEDS:
        stage.wait_for(
            f"request for {need}", _is(referrals.ReferralRequested, stream=stream, need_type=need)
        )
    stage.tell("she is the one consistent person from here on; each need is a referral now")
    return str(assigned.agency)


def _walk_in(stage: Stage, stream: str, code: str) -> None:
    agency = derived_id("sample", "organization", "riverbend-legal")
    before = _opened(stage)
    visitor = people.sign_in(stage, stage.staff_of(agency))
    visitor.open("/workspace/continue")
    visitor.send("/workspace/continue", {"code": code, "door": "agency"})
    stage.wait_for("the same stream", _is(referrals.StreamContinued, stream=stream, agency=agency))
    if _opened(stage) != before:
        raise JourneyFailed("showing the code opened a second stream")
    stage.tell(f"{stage.agency_name(agency)} sees her own steps; no second stream was opened")


def _opened(stage: Stage) -> int:
    return sum(isinstance(one.data, referrals.StreamOpened) for one in stage.watcher.seen)


def _tip(stage: Stage) -> str:
    receipt = people.send_tip(stage, TIP, AREA)
    stage.tell(f"the reporter keeps the receipt {receipt[:4]}-....")
    tip = stage.wait_for("tip", lambda one: one.type == "tip.received").data.tip
    text = desk.triage(stage, tip)
    if TIP.split(".")[0] not in text:
        raise JourneyFailed("triage could not read the tip with its own key")
    stage.tell("triage opens it with the agency's key; until then nobody could, operators included")
    passed = stage.wait_for("tip passed on", lambda one: one.type == "tip.passed_on").data
    opened = stage.wait_for(
        "stream from the tip", _is(referrals.StreamOpened, stream=passed.stream, door="tip")
    )
    stage.tell("as the reporter wished, it opens a door; its text stays behind")
    return str(opened.data.stream)


def _timeline(stage: Stage, stream: str, code: str) -> None:
    stage.say("\n10. Her timeline, as the coordinator sees it")
    view = stage.calls.call(
        "referrals", "stream", stream=stream, agency=stage.settings.coordinator_agency
    )
    names = functools.cache(stage.agency_name)
    for line in view["timeline"]:
        agency = line["data"].get("agency")
        told = [
            str(line["data"][k]) for k in ("need_type", "door", "reason") if line["data"].get(k)
        ]
        stage.tell(
            f"{line['at'][11:19]}  {line['event']:<24} {' '.join(told):<34} "
            f"{names(agency) if agency else ''}".rstrip()
        )
    stage.tell("with her code she reads: " + people.first_words(people.look_with_code(stage, code)))
    leaked = _leaks(stage)
    if leaked:
        raise JourneyFailed(f"words somebody typed were on the bus: {leaked}")
    stage.tell(f"{len(stage.watcher.seen)} events on the bus, none with a word anybody typed")


def _leaks(stage: Stage) -> list[str]:
    typed = [str(CLIENT["note"])[:20], TIP[:20]]
    bodies = [repr(one.envelope) for one in stage.watcher.seen]
    return [words for words in typed if any(words in body for body in bodies)]


def _is(cls: type[Event], **fields: Any) -> Callable[[Received[Event]], bool]:
    """Fit events of a class with these fields."""

    def fits(one: Received[Event]) -> bool:
        if not isinstance(one.data, cls):
            return False
        return all(getattr(one.data, name) == value for name, value in fields.items())

    return fits
