"""Membership: an organization with a current training certificate and a current agreement.

Both are dated (first and last day are included). When one lapses, routing to the organization is
suspended, never its listing; when it is renewed, the organization is a member again. A member is
warned 30 and 7 days before. Source: Coordinated Service Referral Network; a network's members are
trained and have signed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta

from services.registry.domain import Json, Move
from shared.errors import IllegalMove, Invalid
from shared.events import Event
from shared.events.registry import (
    AgreementSigned,
    MemberJoined,
    MembershipLapsesSoon,
    MemberSuspended,
    TrainingRecorded,
)

AgreementKind = Literal["referral", "information_sharing", "joint_programme", "subrecipient"]
TrainingName = Annotated[str, Meta(min_length=1, max_length=200)]

#: It is already tomorrow somewhere: the calendar day of an agency may be one ahead of UTC.
ONE_DAY = timedelta(days=1)
#: So many days before the last day of what it stands on, a member is warned; the nearest first.
WARNED_DAYS_BEFORE = (7, 30)
#: The kinds of paper a membership stands on, and where a state holds them.
PAPERS = {"training": "trainings", "agreement": "agreements"}


def record_training(
    state: Json | None,
    training: str,
    *,
    name: str,
    completed_on: date,
    expires_on: date,
    today: date,
) -> Move:
    """Record a human-trafficking training certificate; the organization may become a member."""
    state = _listed(state)
    if completed_on > today + ONE_DAY:
        raise Invalid("completed_on", "is in the future", "record it when it is done")
    if expires_on <= completed_on:
        raise Invalid("expires_on", "is not after completed_on", "give a later date")
    held = {
        "name": name,
        "starts_on": completed_on.isoformat(),
        "ends_on": expires_on.isoformat(),
    }
    after = {**state, "trainings": {**state.get("trainings", {}), training: held}}
    told = TrainingRecorded(organization=after["hsds"]["id"], training=training)
    return _reviewed(after, [told], today)


def sign_agreement(
    state: Json | None,
    agreement: str,
    *,
    kind: AgreementKind,
    with_organization: str,
    starts_on: date,
    ends_on: date,
    today: date,
) -> Move:
    """Record an agreement; the organization may become a member."""
    state = _listed(state)
    if ends_on < starts_on:
        raise Invalid("ends_on", "is before starts_on", "give a later date")
    held = {
        "kind": kind,
        "with_organization": with_organization,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    after = {**state, "agreements": {**state.get("agreements", {}), agreement: held}}
    told = AgreementSigned(organization=after["hsds"]["id"], agreement=agreement, kind=kind)
    return _reviewed(after, [told], today)


def review(state: Json, today: date) -> Move | None:
    """Let the calendar act: join who is covered from today, suspend who no longer is, warn."""
    after, happened = _reviewed(state, [], today)
    return (after, happened) if happened else None


def is_member(state: Json | None) -> bool:
    """Say whether an organization is a member that may be routed to."""
    return state is not None and not state["is_withdrawn"] and _standing(state) == "member"


def told(state: Json) -> Json:
    """Return {standing, reason, changes_on, ending}.

    `standing` is none, member or suspended; `changes_on` the day on which the calendar changes it
    or warns; `ending` what a member was warned of: [{paper, ends_on, days}], `days` 30 or 7.
    """
    now = state.get("membership", {})
    warned = now.get("warned", {}) if _standing(state) == "member" else {}
    return {
        "standing": _standing(state),
        "reason": now.get("reason", ""),
        "changes_on": now.get("changes_on", ""),
        "ending": [{"paper": paper, **warning} for paper, warning in warned.items()],
    }


def _standing(state: Json) -> str:
    return str(state.get("membership", {}).get("standing", "none"))


def _reviewed(state: Json, happened: list[Event], today: date) -> Move:
    organization = state["hsds"]["id"]
    before, lapsed = _standing(state), _lapsed(state, today)
    now = {"standing": before, "reason": state.get("membership", {}).get("reason", "")}
    if not lapsed and before != "member":
        happened = [*happened, MemberJoined(organization=organization)]
        now = {"standing": "member", "reason": ""}
    elif lapsed and before == "member":
        happened = [*happened, MemberSuspended(organization=organization, reason=lapsed)]
        now = {"standing": "suspended", "reason": lapsed}
    now["warned"], warnings = _warned(state, now["standing"] == "member", today)
    if turn := _turns_on(state, today):
        now["changes_on"] = turn.isoformat()
    return {**state, "membership": now}, [*happened, *warnings]


def _warned(state: Json, is_member: bool, today: date) -> tuple[Json, list[Event]]:
    """Return what was warned of by now, {paper: {ends_on, days}}, and the warnings of today.

    What was said before stays known through a suspension, so that it is not said twice; a run-out
    that a renewal moved is another one.
    """
    before, due = state.get("membership", {}).get("warned", {}), _due(state, today)
    if not is_member:
        return {paper: said for paper, said in before.items() if due.get(paper) == said}, []
    organization = state["hsds"]["id"]
    return due, [
        MembershipLapsesSoon(organization=organization, paper=paper, days=warning["days"])
        for paper, warning in due.items()
        if before.get(paper) != warning
    ]


def _due(state: Json, day: date) -> Json:
    """Return {paper: {ends_on, days}} of the papers that run out within a warning's days."""
    due = {}
    for paper, held in PAPERS.items():
        last = _runs_out(state.get(held, {}), day)
        left = None if last is None else (last - day).days
        days = next((n for n in WARNED_DAYS_BEFORE if left is not None and left <= n), 0)
        if last and days:
            due[paper] = {"ends_on": last.isoformat(), "days": days}
    return due


def _runs_out(papers: Json, day: date) -> date | None:
    """Return the last day covered without a gap from a day on; None when the day is not covered."""
    last, reached = None, day
    for starts, ends in sorted((paper["starts_on"], paper["ends_on"]) for paper in papers.values()):
        if starts <= reached.isoformat() <= ends:
            last = date.fromisoformat(ends)
            reached = _day_after(last)
    return last


def _lapsed(state: Json, day: date) -> str:
    """Return what is missing for membership on a day, "" when nothing is."""
    if not _is_covered(state.get("trainings", {}), day):
        return "training_expired"
    return "" if _is_covered(state.get("agreements", {}), day) else "agreement_ended"


def _is_covered(papers: Json, day: date) -> bool:
    return any(
        paper["starts_on"] <= day.isoformat() <= paper["ends_on"] for paper in papers.values()
    )


def _turns_on(state: Json, today: date) -> date | None:
    """Return the first day after today on which the calendar changes the membership or warns."""
    days = set()
    for paper in (*state.get("trainings", {}).values(), *state.get("agreements", {}).values()):
        ends = date.fromisoformat(paper["ends_on"])
        days |= {date.fromisoformat(paper["starts_on"]), _day_after(ends)}
        days |= {ends - timedelta(days=n) for n in WARNED_DAYS_BEFORE if (ends - today).days > n}
    is_covered, warned = not _lapsed(state, today), _due(state, today)
    for day in sorted(day for day in days if day > today):
        is_still = not _lapsed(state, day)
        if is_still != is_covered or (is_still and _due(state, day) != warned):
            return day
    return None


def _day_after(day: date) -> date:
    return day if day == date.max else day + ONE_DAY


def _listed(state: Json | None) -> Json:
    if state is None or state["is_withdrawn"]:
        raise IllegalMove("organization", "is not in the directory", "list it first")
    return state
