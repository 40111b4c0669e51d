"""The panel: professionals and interpreters who give their time, vetted and trained like agencies.

No name and no contact is kept: an entry is an id, a role, languages and areas. Whose it is, its
agency knows. An entry counts while a vetting and a training cover the day; when one lapses it is
suspended, when it is renewed it counts again, and its agency is warned 30 and 7 days before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from services.registry import papers
from services.registry.domain import Area, Json, Move
from services.registry.papers import Held
from shared.errors import IllegalMove, Invalid, NotFound
from shared.events import Event
from shared.events.registry import (
    PanelEntryChanged,
    PanelEntryEnded,
    PanelEntryLapsesSoon,
    PanelEntrySuspended,
)
from shared.fields import check_code
from shared.vocabulary import LANGUAGES
from shared.vocabulary.panel import PANEL_ROLES

#: It is already tomorrow somewhere: the calendar day of an agency may be one ahead of UTC.
ONE_DAY = timedelta(days=1)
#: What an entry stands on.
PAPERS = ("vetting", "training")
Code = Annotated[str, Meta(pattern="^[a-z_]{2,40}$")]


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when somebody is vetted or trained; both days are included."""

    starts_on: date
    ends_on: date


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person on an agency's panel, without the person. An interpreter needs languages."""

    role: Code
    languages: Annotated[list[Code], Meta(max_length=30)]
    areas: Annotated[list[Area], Meta(min_length=1, max_length=60)]
    vetting: Paper
    training: Paper


def record(state: Json | None, entry: str, of: str, said: Entry, today: date) -> Move | None:
    """Put somebody on an agency's panel, or renew what is known; None when that is known already.

    Raises Invalid by field; NotFound for an entry of another agency.
    """
    _check(said, today)
    if state is not None and state["organization"] != of:
        raise none_of_yours()
    told = msgspec.to_builtins(said)
    told |= {name: list(dict.fromkeys(told[name])) for name in ("languages", "areas")}
    before = state or {"entry": entry, "organization": of, "standing": "", "warned": {}}
    if all(before.get(name) == value for name, value in told.items()) and not is_over(before):
        return None
    changed = PanelEntryChanged(entry=entry, organization=of, role=said.role)
    return _reviewed({**before, **told, "standing": "active"}, [changed], today)


def end(state: Json | None, of: str) -> Move:
    """Take somebody off an agency's panel; IllegalMove when that was done before."""
    if state is None or state["organization"] != of:
        raise none_of_yours()
    if is_over(state):
        raise IllegalMove("entry", "is not on the panel any more", "add a new one")
    after = {name: value for name, value in state.items() if name != "changes_on"}
    told = PanelEntryEnded(entry=state["entry"], organization=of)
    return {**after, "standing": "ended", "warned": {}}, [told]


def review(state: Json, today: date) -> Move | None:
    """Let the calendar act: suspend, warn, count again; None when there is nothing to say."""
    if is_over(state):
        return None
    after, happened = _reviewed(state, [], today)
    return None if after == state else (after, happened)


def shown(state: Json) -> Json:
    """Return an entry as its agency sees it, with `ending`: {paper: {ends_on, days}}."""
    names = ("entry", "role", "languages", "areas", *PAPERS, "standing")
    return {**{name: state[name] for name in names}, "ending": state["warned"]}


def counts(states: Iterable[Json]) -> list[Json]:
    """Return how many there are by role, language and area: [{role, language, area, number,
    agencies}], `language` "" but for interpreters. Only who counts today is counted."""
    number: Counter[tuple[str, str, str]] = Counter()
    agencies: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in states:
        if one["standing"] != "active":
            continue
        languages = one["languages"] if one["role"] == "interpreter" else [""]
        for key in ((one["role"], lang, area) for lang in languages for area in one["areas"]):
            number[key] += 1
            agencies[key].add(one["organization"])
    return [
        {"role": role, "language": lang, "area": area, "number": n}
        | {"agencies": sorted(agencies[role, lang, area])}
        for (role, lang, area), n in sorted(number.items())
    ]


def _reviewed(state: Json, happened: list[Event], today: date) -> Move:
    held, who = _held(state), {"entry": state["entry"], "organization": state["organization"]}
    lapsed, warned = papers.missing(held, today), papers.due(held, today)
    after = {**state, "standing": "suspended" if lapsed else "active", "warned": warned}
    if lapsed and (state["standing"] != "suspended" or happened):
        happened = [*happened, PanelEntrySuspended(**who, paper=lapsed)]
    elif state["standing"] == "suspended" and not lapsed:
        happened = [*happened, PanelEntryChanged(**who, role=state["role"])]
    if not lapsed:
        happened += [
            PanelEntryLapsesSoon(**who, paper=paper, days=warning["days"])
            for paper, warning in warned.items()
            if state["warned"].get(paper) != warning
        ]
    after.pop("changes_on", None)
    if turn := papers.turns_on(held, today):
        after["changes_on"] = turn.isoformat()
    return after, happened


def _held(state: Json) -> Held:
    return {paper: [state[paper]] for paper in PAPERS}


def is_over(state: Json) -> bool:
    """Say whether an entry was taken off its panel."""
    return bool(state["standing"] == "ended")


def _check(said: Entry, today: date) -> None:
    check_code("entry.role", said.role, PANEL_ROLES)
    if not set(said.languages) <= set(LANGUAGES):
        raise Invalid("entry.languages", "holds a code that is no language", "use ISO 639 codes")
    if said.role == "interpreter" and not said.languages:
        raise Invalid("entry.languages", "is empty", "say which languages are interpreted")
    for name, paper in (("vetting", said.vetting), ("training", said.training)):
        if paper.starts_on > today + ONE_DAY:
            raise Invalid(f"entry.{name}", "begins in the future", "record it when it is done")
        if paper.ends_on <= paper.starts_on:
            raise Invalid(f"entry.{name}", "ends before it begins", "give a later last day")


def none_of_yours() -> NotFound:
    """Return the refusal of an entry that an agency does not have."""
    return NotFound("entry", "is not on your panel", "check the id")
