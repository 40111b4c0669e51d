"""Who may be asked: the hard rules, as one table in the order they are told to people. No I/O.

Rules are built for an ask, so one that cannot fail for it costs nothing; a service that is no
candidate is told by the first rule it broke.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from shared.directory import ServiceCard
from shared.vocabulary import ADMISSION, PLACEMENTS

_GROUPS = {
    "adult/foreign_national": 1,
    "adult/domestic": 2,
    "minor/foreign_national": 4,
    "minor/domestic": 8,
}
_EVERYONE = 15
ADULT_AT = 18
ENGLISH = frozenset({"en"})


class Entry:
    """A service card made ready for comparing. `offered_at` is when it was last asked, or ""."""

    __slots__ = (
        *("card", "id", "agency", "needs", "groups", "genders", "languages", "areas", "traits"),
        *("takes", "says_who", "is_everywhere", "is_routable", "offered_at"),
    )

    def __init__(self, card: ServiceCard, offered_at: str = "") -> None:
        self.card = card
        self.id = card.id
        self.agency = card.organization
        self.needs = frozenset(card.needs)
        self.groups = sum({_GROUPS.get(p, 0) for p in card.populations}) or _EVERYONE
        self.genders = frozenset(card.genders)
        self.languages = frozenset(card.languages) or ENGLISH
        self.areas = frozenset([*card.areas, *(place.area for place in card.places)]) - {""}
        self.is_everywhere = card.remote or not self.areas
        self.traits = frozenset([card.id, card.organization])
        self.takes = frozenset(card.can_come)
        self.says_who = not self.takes.isdisjoint(ADMISSION)
        self.is_routable = card.status == "active" and card.member and not card.out_of_date
        self.offered_at = offered_at


@dataclass(frozen=True, slots=True)
class Ask:
    """What a service must fit. `barred` were asked before, `declined` said no to this client,
    `excluded` may not come near her, `helping` serve or served her, `managed` were her case
    manager; `spread` shuffles equals. `also` are her other needs that nobody serves, `first` the
    services her pathway names; capacity told before `fresh_since` (a stamp) is old, `local` is
    weekday (0 is Monday) and "HH:MM" there."""

    spread: str
    need_type: str
    urgent: bool = False
    age_group: str = "unknown"
    origin: str = "unknown"
    gender: str = "unknown"
    language: str = "en"
    area: str = ""
    wishes: frozenset[str] = frozenset()
    avoid: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    helping: frozenset[str] = frozenset()
    managed: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    fresh_since: str = ""
    local: tuple[int, str] | None = None

    def without_bar(self, service: str) -> Ask:
        """Return the same ask, with one service allowed again."""
        return replace(self, barred=self.barred - {service})


Fits = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Context:
    """What of the whole network counts: languages some interpreter service covers, agencies with
    something for her other needs, those that say no to most they are asked, and when each was last
    asked."""

    interpreted: frozenset[str] = frozenset()
    one_stop: frozenset[str] = frozenset()
    hesitant: frozenset[str] = frozenset()
    asked_at: Mapping[str, str] = field(default_factory=dict)


Rule = Callable[[Ask, Context], Fits | None]

# Each rule returns its test for an ask, or None when no service can fail it.


def _active(ask: Ask, context: Context) -> Fits | None:
    return lambda entry: entry.card.status == "active"


def _need(ask: Ask, context: Context) -> Fits | None:
    return lambda entry: ask.need_type in entry.needs


def _membership(ask: Ask, context: Context) -> Fits | None:
    return lambda entry: entry.card.member


def _checked(ask: Ask, context: Context) -> Fits | None:
    return lambda entry: not entry.card.out_of_date


def _population(ask: Ask, context: Context) -> Fits | None:
    wanted = sum(
        bit
        for group, bit in _GROUPS.items()
        if ask.age_group in ("unknown", group.split("/")[0])
        and ask.origin in ("unknown", group.split("/")[1])
    )
    return None if wanted == _EVERYONE else lambda entry: bool(entry.groups & wanted)


def _gender(ask: Ask, context: Context) -> Fits | None:
    if ask.gender == "unknown":
        return None
    return lambda entry: not entry.genders or ask.gender in entry.genders


def _age(ask: Ask, context: Context) -> Fits | None:
    if ask.age_group == "adult":
        return lambda e: e.card.maximum_age is None or e.card.maximum_age >= ADULT_AT
    if ask.age_group == "minor":
        return lambda e: e.card.minimum_age is None or e.card.minimum_age < ADULT_AT
    return None


def _language(ask: Ask, context: Context) -> Fits | None:
    if ask.need_type != "translation" and ask.language in context.interpreted:
        return None
    return lambda entry: ask.language in entry.languages


def _area(ask: Ask, context: Context) -> Fits | None:
    if not ask.area:
        return None
    around = _around(ask.area)
    return lambda e: e.is_everywhere or not around.isdisjoint(e.areas)


def _capacity(ask: Ask, context: Context) -> Fits | None:
    return lambda entry: entry.card.capacity.outward != "none"


def _avoid(ask: Ask, context: Context) -> Fits | None:
    if not ask.avoid:
        return None
    return lambda e: e.traits.isdisjoint(ask.avoid) and not (e.areas and e.areas <= ask.avoid)


def _takes(wish: str) -> Rule:
    """Where a client is to stay, who says it does not take what she comes with is not asked."""

    def rule(ask: Ask, context: Context) -> Fits | None:
        if wish not in ask.wishes or ask.need_type not in PLACEMENTS:
            return None
        return lambda entry: grants(entry, wish) != "no"

    return rule


def _excluded(ask: Ask, context: Context) -> Fits | None:
    return (lambda entry: entry.agency not in ask.excluded) if ask.excluded else None


def _asked(ask: Ask, context: Context) -> Fits | None:
    return (lambda entry: entry.id not in ask.barred) if ask.barred else None


RULES: dict[str, Rule] = {
    "active": _active,
    "need": _need,
    "membership": _membership,
    "checked": _checked,
    "population": _population,
    "age": _age,
    "gender": _gender,
    "area": _area,
    "language": _language,
    "avoid": _avoid,
    "excluded": _excluded,
    "asked": _asked,
    **{f"takes_{wish}": _takes(wish) for wish in ADMISSION},
    "capacity": _capacity,
}


def first_failing(entry: Entry, ask: Ask, context: Context) -> str:
    """Return the first rule a service breaks, "" when it fits."""
    for name, rule in RULES.items():
        fits = rule(ask, context)
        if fits is not None and not fits(entry):
            return name
    return ""


def grants(entry: Entry, wish: str) -> str:
    """Return whether a service can do what a client wishes, by its own word: yes, no, unknown."""
    if wish in entry.takes:
        return "yes"
    return "no" if entry.says_who and wish in ADMISSION else "unknown"


def nearness(entry: Entry, ask: Ask) -> str:
    """Return how the service's area lies to the client's: same, around, remote, or not known."""
    if not ask.area:
        return "unknown"
    if ask.area in entry.areas:
        return "same"
    if not _around(ask.area).isdisjoint(entry.areas):
        return "around"
    return "remote" if entry.card.remote else "not_stated"


def _around(area: str) -> frozenset[str]:
    """Return the areas that hold this one: "XS-lakeshore" lies in "XS"."""
    parts = area.split("-")
    return frozenset("-".join(parts[:size]) for size in range(1, len(parts) + 1))
