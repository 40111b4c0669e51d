"""Which organizations may be in the directory twice: pairs that share something, and what it is.

Nothing here decides. A shared phone is enough; a shared website or address needs a similar name
too, because many agencies share a house or a host. What more than `MOST_SHARE` organizations share
(a hotline, a county's website) says nothing and is left out, which also bounds the work.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Literal
from urllib.parse import urlsplit

Why = Literal["same_phone", "same_website", "same_address"]
Pair = tuple[str, str]

MOST_SHARE = 12
SIMILAR = 0.8
_SHORTEST_PHONE = 10
_NO_NAME = frozenset({"a", "and", "co", "corp", "inc", "llc", "of", "the"})


@dataclass(frozen=True)
class Seen:
    """What is compared of one record: an organization, or a service of one (`service` is its id).

    Phones, websites and addresses are as written; addresses are (street, postal code or city).
    """

    organization: str
    name: str
    service: str = ""
    phones: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()


@dataclass
class Alike:
    """Two organizations (in the order of their ids), why, and pairs of their services."""

    pair: Pair
    why: set[Why] = field(default_factory=set)
    services: set[Pair] = field(default_factory=set)


def alike(seen: Iterable[Seen]) -> list[Alike]:
    """Return the pairs that may be one organization, those with most in common first."""
    sharing: dict[tuple[Why, str], list[Seen]] = defaultdict(list)
    for one in seen:
        for key in set(_keys(one)):
            sharing[key].append(one)
    found: dict[Pair, Alike] = {}
    for (why, _), group in sharing.items():
        for first, second in _pairs(group):
            if why == "same_phone" or is_similar(first.name, second.name):
                _note(found, first, second, why)
    return sorted(found.values(), key=lambda it: (-len(it.why), it.pair))


def is_similar(first: str, second: str) -> bool:
    """Say whether two names may be of one thing, whatever their case, signs, blanks and "Inc.".

    Dice's coefficient of their pairs of letters; difflib takes 30 times as long for as much.
    """
    a, b = _letter_pairs(first), _letter_pairs(second)
    return bool(a and b) and 2 * len(a & b) >= SIMILAR * (len(a) + len(b))


def _pairs(group: list[Seen]) -> Iterator[tuple[Seen, Seen]]:
    """Yield what is of different organizations, a few records of each."""
    of: dict[str, list[Seen]] = defaultdict(list)
    for one in group:
        if len(of[one.organization]) < 3:
            of[one.organization].append(one)
    if len(of) > MOST_SHARE:
        return
    for a, b in combinations(sorted(of), 2):
        yield from ((first, second) for first in of[a] for second in of[b])


def _note(found: dict[Pair, Alike], first: Seen, second: Seen, why: Why) -> None:
    pair = (first.organization, second.organization)
    noted = found.setdefault(pair, Alike(pair))
    noted.why.add(why)
    if first.service and second.service and is_similar(first.name, second.name):
        noted.services.add((first.service, second.service))


def _keys(one: Seen) -> Iterator[tuple[Why, str]]:
    for phone in one.phones:
        if number := plain_phone(phone):
            yield "same_phone", number
    for website in one.websites:
        if host := plain_host(website):
            yield "same_website", host
    for street, place in one.addresses:
        if street and place:
            yield "same_address", f"{_plain(street)}|{_plain(place)}"


def plain_phone(text: str) -> str:
    """Return the digits of a number without country code 1 and extension; "" for a short one."""
    digits = re.sub(r"\D", "", re.split(r"(?i)x|ext|#", text, maxsplit=1)[0])
    if len(digits) == _SHORTEST_PHONE + 1 and digits.startswith("1"):
        digits = digits[1:]
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def plain_host(text: str) -> str:
    """Return the host of an address without "www."; "" when it has none."""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


@lru_cache(maxsize=50_000)
def _letter_pairs(name: str) -> frozenset[str]:
    letters = "".join(word for word in _plain(name).split() if word not in _NO_NAME)
    return frozenset(letters[at : at + 2] for at in range(len(letters)))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
