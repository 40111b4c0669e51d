"""What makes a service come earlier, and by how much: criteria here, their weights in a file.

No I/O but `load`, which reads the file once at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from services.referrals.matching import Ask, Context, Entry, nearness
from services.referrals.stream import CASE_MANAGEMENT
from shared.errors import Invalid
from shared.settings import WrongSettings
from shared.vocabulary import ADMISSION

#: By the name of each criterion that counts, how much: a positive whole number.
Weights = Mapping[str, int]
#: Whether a criterion holds, or what share of it: for one service, or the same for all.
Counts = Callable[[Entry], bool | float] | bool

OURS = Path(__file__).parent / "weights.yaml"
MOST = 1_000_000
LARGEST_FILE = 10_000


def _same_case_manager(ask: Ask, context: Context) -> Counts:
    if ask.need_type != CASE_MANAGEMENT or not ask.managed:
        return False
    return lambda entry: entry.agency in ask.managed


def _on_pathway(ask: Ask, context: Context) -> Counts:
    return (lambda entry: entry.id in ask.first) if ask.first else False


def _language_spoken(ask: Ask, context: Context) -> Counts:
    return lambda entry: ask.language in entry.languages


def _wishes_met(ask: Ask, context: Context) -> Counts:
    """What is not said counts half."""
    if not ask.wishes:
        return False
    wished, known = ask.wishes, ask.wishes.intersection(ADMISSION)
    twice = 2 * len(wished)

    def share(entry: Entry) -> float:
        refused = len(known - entry.takes) if entry.says_who else 0
        return (len(wished & entry.takes) + len(wished) - refused) / twice

    return share


def _area_match(ask: Ask, context: Context) -> Counts:
    return (lambda e: nearness(e, ask) in ("same", "around")) if ask.area else False


def _capacity_known(ask: Ask, context: Context) -> Counts:
    return lambda entry: entry.card.capacity.outward == "has"


def _open_now(ask: Ask, context: Context) -> Counts:
    return (lambda entry: is_open(entry, ask)) if ask.urgent else False


def _helps_already(ask: Ask, context: Context) -> Counts:
    return (lambda entry: entry.agency in ask.helping) if ask.helping else False


def _not_declined_before(ask: Ask, context: Context) -> Counts:
    return (lambda entry: entry.agency not in ask.declined) if ask.declined else True


def _one_stop(ask: Ask, context: Context) -> Counts:
    return (lambda entry: entry.agency in context.one_stop) if context.one_stop else False


def _capacity_fresh(ask: Ask, context: Context) -> Counts:
    if not ask.fresh_since:
        return False
    return lambda entry: entry.card.capacity.updated_at >= ask.fresh_since


def _usually_accepts(ask: Ask, context: Context) -> Counts:
    return (lambda e: e.agency not in context.hesitant) if context.hesitant else True


CRITERIA: dict[str, Callable[[Ask, Context], Counts]] = {
    "on_pathway": _on_pathway,
    "same_case_manager": _same_case_manager,
    "language_spoken": _language_spoken,
    "wishes_met": _wishes_met,
    "area_match": _area_match,
    "capacity_known": _capacity_known,
    "open_now": _open_now,
    "helps_already": _helps_already,
    "not_declined_before": _not_declined_before,
    "one_stop": _one_stop,
    "capacity_fresh": _capacity_fresh,
    "usually_accepts": _usually_accepts,
}


def is_open(entry: Entry, ask: Ask) -> bool:
    """Say whether somebody is there at the hour of the ask, by the clock on the service's wall.

    Hours that end before they begin go on into the next day.
    """
    if entry.card.open_24_7 or entry.card.on_call:
        return True
    if ask.local is None:
        return False
    day, time = ask.local
    for one in entry.card.hours:
        late = one.closes_at <= one.opens_at
        if one.weekday == day and one.opens_at <= time and (late or time < one.closes_at):
            return True
        if late and one.weekday == (day - 1) % 7 and time < one.closes_at:
            return True
    return False


def scores(entries: list[Entry], ask: Ask, context: Context, weights: Weights) -> list[int]:
    """Return what each service earns, in the order given."""
    total = [0] * len(entries)
    for name, worth in weights.items():
        counts = CRITERIA[name](ask, context)
        if callable(counts):
            for at, entry in enumerate(entries):
                if share := counts(entry):
                    total[at] += worth if share is True else int(worth * share)
        elif counts:
            total = [one + worth for one in total]
    return total


def load(path: Path = OURS) -> Weights:
    """Return the weights in a file; WrongSettings in one line that names what does not fit."""
    try:
        with path.open(encoding="utf-8") as file:
            given = yaml.safe_load(file.read(LARGEST_FILE))
        return checked(given)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WrongSettings(
            f"MATCHING_WEIGHTS: {path.name} cannot be read: {type(error).__name__}"
        ) from None
    except Invalid as error:
        raise WrongSettings(f"MATCHING_WEIGHTS: {path.name}: {error}") from None


def checked(given: Any) -> Weights:
    """Return weights read from somewhere; Invalid naming the one that does not fit."""
    if not isinstance(given, dict) or not given:
        raise Invalid("weights", "are not name: number, a line each", "begin with weights.yaml")
    for name, worth in given.items():
        if name not in CRITERIA:
            raise Invalid(str(name)[:40], "is not a criterion", f"use {', '.join(CRITERIA)}")
        if type(worth) is not int or not 0 < worth <= MOST:
            raise Invalid(name, f"is not a whole number of 1 to {MOST:,}", "leave it out for 0")
    return given
