"""Two settings of the ranking, compared on past streams. No I/O.

The clients, their needs, who was asked and who said yes are those of the past; the directory and
its capacity are today's, and who was asked how long ago is left out. So a comparison tells which
setting agrees better with how agencies answered, not what would have happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from services.referrals.asking import ask_of
from services.referrals.matching import Ask
from services.referrals.roster import Roster
from services.referrals.stream import Occasion, Referral, Stream, Terms, moment


@dataclass
class Fit:
    """How a ranking agrees with who said yes: how often that service comes `first`, the sum of its
    places (1 is first), and the `bounces`: who said no and would be asked before it."""

    first: int = 0
    places: int = 0
    bounces: int = 0


@dataclass
class Compared:
    """Referrals in which somebody said yes, by type of need or of all. `gone` are those whose
    service is no candidate any more, `moved` those that other agencies would be asked first for."""

    referrals: int = 0
    gone: int = 0
    moved: int = 0
    now: Fit = field(default_factory=Fit)
    then: Fit = field(default_factory=Fit)


def compared(
    streams: Iterable[Stream], now: Roster, then: Roster, terms: Terms
) -> dict[str, Compared]:
    """Return the comparison by type of need, with "" for all; `now` and `then` are the same
    directory with the weights as they are and as they would be."""
    found = {"": Compared()}
    for stream in streams:
        for referral in stream.referrals.values():
            if _taken_by(referral):
                of_need = found.setdefault(referral.need_type, Compared())
                ask = _as_first_asked(stream, referral, terms)
                _compare((found[""], of_need), referral, ask, (now, then))
    return found


def _compare(
    into: tuple[Compared, Compared], referral: Referral, ask: Ask, rosters: tuple[Roster, Roster]
) -> None:
    taken, said_no = _taken_by(referral), _said_no(referral)
    orders = [[one.service for one in roster.rank(ask).candidates] for roster in rosters]
    for total in into:
        total.referrals += 1
        if taken not in orders[0]:
            total.gone += 1
            continue
        total.moved += orders[0][0] != orders[1][0]
        for fit, order in zip((total.now, total.then), orders, strict=True):
            place = order.index(taken)
            fit.first += not place
            fit.places += place + 1
            fit.bounces += len(said_no & set(order[:place]))


def _taken_by(referral: Referral) -> str:
    """Return the service that said yes, "" when none did."""
    yes = [one.service for one in referral.tried if one.outcome == "accepted"]
    return yes[-1] if yes else ""


def _said_no(referral: Referral) -> set[str]:
    """Return the services that were asked and did not say yes."""
    return {one.service for one in referral.tried if one.offer} - {_taken_by(referral)}


def _as_first_asked(stream: Stream, referral: Referral, terms: Terms) -> Ask:
    """Return the ask as it was before anybody was asked for this need, as far as it is known."""
    began = moment(stream.opened_at)
    ask = ask_of(stream, referral, Occasion(at=began, cause="", terms=terms))
    asked = {one.agency for one in referral.tried}
    return replace(
        ask,
        barred=frozenset(),
        declined=frozenset(),
        helping=ask.helping - asked,
        managed=ask.managed - asked,
        also=frozenset(need.type for need in stream.needs.values()) - {referral.need_type},
        fresh_since="",
    )
