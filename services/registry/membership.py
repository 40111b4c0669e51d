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

from services.registry import papers
from services.registry.domain import Json, Move
from services.registry.papers import Held
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
#: The kinds of paper a membership stands on, and where a state holds them.
PAPERS = {"training": "trainings", "agreement": "agreements"}
#: What is said of a member that no longer has one of a kind.
LAPSED = {"training": "training_expired", "agreement": "agreement_ended"}


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
    before, lapsed = _standing(state), LAPSED.get(papers.missing(_held(state), today), "")
    now = {"standing": before, "reason": state.get("membership", {}).get("reason", "")}
    if not lapsed and before != "member":
        happened = [*happened, MemberJoined(organization=organization)]
        now = {"standing": "member", "reason": ""}
    elif lapsed and before == "member":
        happened = [*happened, MemberSuspended(organization=organization, reason=lapsed)]
        now = {"standing": "suspended", "reason": lapsed}
    now["warned"], warnings = _warned(state, now["standing"] == "member", today)
    if turn := papers.turns_on(_held(state), today):
        now["changes_on"] = turn.isoformat()
    return {**state, "membership": now}, [*happened, *warnings]


def _warned(state: Json, is_member: bool, today: date) -> tuple[Json, list[Event]]:
    """Return what was warned of by now, {paper: {ends_on, days}}, and the warnings of today.

    What was said before stays known through a suspension, so that it is not said twice; a run-out
    that a renewal moved is another one.
    """
    before = state.get("membership", {}).get("warned", {})
    due = papers.due(_held(state), today)
    if not is_member:
        return {paper: said for paper, said in before.items() if due.get(paper) == said}, []
    organization = state["hsds"]["id"]
    return due, [
        MembershipLapsesSoon(organization=organization, paper=paper, days=warning["days"])
        for paper, warning in due.items()
        if before.get(paper) != warning
    ]


def _held(state: Json) -> Held:
    return {paper: state.get(names, {}).values() for paper, names in PAPERS.items()}


def _listed(state: Json | None) -> Json:
    if state is None or state["is_withdrawn"]:
        raise IllegalMove("organization", "is not in the directory", "list it first")
    return state
