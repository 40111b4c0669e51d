"""What a client allows is shown to whom she said, only that, only so long; her help never waits."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.referrals import offers, progress, releases
from services.referrals.domain import carry_out
from services.referrals.stream import Door, Occasion, Stream, read, write
from services.referrals.views import agency_view, client_view
from shared.errors import AnydoorError, IllegalMove, Invalid, NotAllowed, NotFound
from shared.events import Event
from shared.events.releases import ReleaseGiven, ReleaseRefused, ReleaseUsed
from shared.vocabulary.releases import RELEASE_FIELDS, RELEASE_REFUSALS
from tests.support.referral_network import TERMS, Network, card

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIELDS = sorted(RELEASE_FIELDS)
AGENCIES = ["bridge", "star", "cedar", "stranger"]
SEQUENCES = 10_000


def a_stream() -> Stream:
    return Stream(
        id="s1",
        opened_at="2026-03-01T08:00:00.000+00:00",
        urgency="routine",
        doors=[Door(door="portal_self", at="2026-03-01T08:00:00.000+00:00")],
        status="open",
        case_manager="bridge",
        involved=["bridge", "star"],
        offered_to=["cedar"],
    )


def at(days: float = 0) -> Occasion:
    return Occasion(at=AT + timedelta(days=days), cause="test", terms=TERMS)


def give(stream: Stream, agency: str = "bridge", release: str = "r1", **more: Any) -> list[Event]:
    told: Any = {
        "recipient": "star",
        "fields": ["name", "safe_contact"],
        "purpose": "arrange_service",
        "days": 30,
        "language": "es",
        "signed": "on_paper",
        **more,
    }
    scope = releases.Scope(**told)
    return releases.give(stream, at(), release=release, agency=agency, scope=scope, claim="c1")


def codes_of(events: list[Event]) -> list[str]:
    return [one.code for one in events if isinstance(one, ReleaseRefused)]


def test_a_release_is_noted_with_its_whole_scope() -> None:
    stream = a_stream()
    (given,) = give(stream)
    assert isinstance(given, ReleaseGiven)
    assert (given.agency, given.by, given.fields) == ("star", "bridge", ["name", "safe_contact"])
    assert given.until == stream.release_due_at == "2026-03-31T08:00:00.000+00:00"


@pytest.mark.parametrize(
    ("more", "error", "field"),
    [
        ({"agency": "star"}, NotAllowed, "agency"),
        ({"recipient": "stranger"}, NotFound, "recipient"),
        ({"recipient": "bridge"}, NotFound, "recipient"),
        ({"recipient": "Ana Gomez, 5 Main Street"}, Invalid, "recipient"),
        ({"fields": []}, Invalid, "fields"),
        ({"fields": ["name", "name"]}, Invalid, "fields"),
        ({"fields": ["passport number"]}, Invalid, "fields"),
        ({"purpose": "because"}, Invalid, "purpose"),
        ({"days": 0}, Invalid, "days"),
        ({"days": 91}, Invalid, "days"),
        ({"language": "elvish"}, Invalid, "language"),
        ({"signed": "nod"}, Invalid, "signed"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(more: Any, error: Any, field: str) -> None:
    stream = a_stream()
    with pytest.raises(error) as refused:
        give(stream, **more)
    assert refused.value.field == field
    assert stream.releases == {}


def test_every_way_outside_the_scope_shows_nothing_and_is_counted() -> None:
    stream = a_stream()
    give(stream)

    def ask(days: float = 0, **more: Any) -> list[Event]:
        told: Any = {"release": "r1", "agency": "star", "fields": ["name"], **more}
        return releases.use(stream, at(days), **told)

    assert [type(one) for one in ask()] == [ReleaseUsed]
    assert codes_of(ask(agency="cedar")) == ["not_recipient"]
    assert codes_of(ask(fields=["name", "location"])) == ["field"]
    assert codes_of(ask(fields=[])) == ["field"]
    assert codes_of(ask(days=30)) == ["expired"]  # by the clock, before anybody ended it
    assert ask(release="other") == []
    assert codes_of(ask(opens=False)) == ["key_destroyed"]
    stream.involved = ["bridge"]  # its referral failed
    assert codes_of(ask()) == ["no_part"]
    stream.involved = ["bridge", "star"]
    releases.withdraw(stream, at(1), release="r1")
    assert codes_of(ask(days=1)) == ["withdrawn"]
    assert set(stream.refused) == RELEASE_REFUSALS - {"unknown", "with_handover"}
    assert len(stream.releases["r1"].shown) == 1
    for _ in range(1_000):
        ask(agency="cedar")
    assert sum(stream.refused.values()) == releases.MOST_REFUSED


def test_a_release_ends_once() -> None:
    stream = a_stream()
    give(stream)
    assert releases.expire(stream, at(29), release="r1") == []
    with pytest.raises(NotAllowed):
        releases.withdraw(stream, at(), release="r1", agency="star")
    assert len(releases.expire(stream, at(30), release="r1")) == 1
    assert releases.expire(stream, at(31), release="r1") == []
    with pytest.raises(IllegalMove):
        releases.withdraw(stream, at(31), release="r1")
    assert stream.release_due_at == ""


def test_who_is_not_its_recipient_does_not_see_a_release() -> None:
    stream = a_stream()
    stream.doors.append(Door(door="agency", at=stream.opened_at, agency="pine"))
    give(stream)
    assert client_view(stream)["releases"]["r1"]["recipient"] == "star"
    assert "releases" not in agency_view(stream, "cedar", TERMS, [])
    assert "releases" not in agency_view(stream, "pine", TERMS, [])
    for view in (client_view(stream), agency_view(stream, "bridge", TERMS, [])):
        assert "c1" not in str(view)


def test_help_goes_on_when_the_client_allows_nothing_and_when_she_takes_it_back() -> None:
    network = Network([card("manage", "case_management"), card("law", "legal_assistance")])
    for id, allows in (("s1", False), ("s2", True)):
        network.open(id, ["legal_assistance"])
        network.deliver()
        for need in ("case_management", "legal_assistance"):
            held = _held(network, id, need)
            network.do(offers.accept, stream=id, offer=held.id, agency=held.agency)
            network.deliver()
        if allows:
            _allow_and_take_back(network, id)
        serving = next(
            name
            for name, one in network.stream(id).referrals.items()
            if one.need_type == "legal_assistance"
        )
        for move in (_started, progress.complete):
            network.do(move, stream=id, referral=serving, agency="law-agency")
        assert network.stream(id).referrals[serving].state == "completed"
    assert network.stream("s1").releases == {}


def _started(stream: Stream, occasion: Occasion, *, referral: str, agency: str) -> list[Event]:
    return progress.advance(stream, occasion, move="start", referral=referral, agency=agency)


def _held(network: Network, id: str, need: str) -> Any:
    found = network.stream(id).referrals.values()
    return next(one.offer for one in found if one.need_type == need and one.is_out)


def _allow_and_take_back(network: Network, id: str) -> None:
    def both(stream: Stream, occasion: Occasion) -> list[Event]:
        told: Any = {"agency": "manage-agency", "recipient": "law-agency"}
        return [*give(stream, **told), *releases.withdraw(stream, occasion, release="r1")]

    outcome = carry_out(network.ledger.states[id], both, at())
    assert outcome is not None
    network.ledger.states[id] = outcome.state
    assert read(outcome.state).releases["r1"].state == "withdrawn"


def test_nothing_is_shown_outside_its_scope_in_ten_thousand_histories() -> None:
    chance, shown, refused = random.Random(20261123), 0, 0
    for _ in range(SEQUENCES):
        told = History(chance)
        for _ in range(chance.randint(3, 12)):
            told.one_more()
        shown, refused = shown + told.shown, refused + told.refused
        assert read(write(told.stream)) == told.stream
    assert shown > 2_000
    assert refused > 10_000


class History:
    """One random history, beside a book of its own of what the client allowed."""

    def __init__(self, chance: random.Random) -> None:
        self.stream, self.chance, self.days = a_stream(), chance, 0.0
        self.allowed: dict[str, tuple[str, set[str], float]] = {}
        self.shown = self.refused = 0

    def one_more(self) -> None:
        move = self.chance.choice(["give", "give", "use", "use", "use", "withdraw", "pass"])
        id = f"r{self.chance.randint(1, 2)}"
        try:
            getattr(self, f"_{move}")(id)
        except AnydoorError:
            self.refused += 1

    def _give(self, id: str) -> None:
        if id in self.stream.releases:
            return
        scope = self.chance.sample(FIELDS, self.chance.choice([0, 1, 2, 3, 3, 3]))
        recipient = self.chance.choice(["star", "star", "cedar", "cedar", *AGENCIES])
        days = self.chance.choice([0, 1, 30, 30, 90, 90, 91])
        said = releases.Scope(recipient, scope, "legal_help", days, "en", "on_screen")
        told = at(self.days)
        releases.give(self.stream, told, release=id, agency="bridge", scope=said, claim=id)
        self.allowed[id] = (recipient, set(scope), self.days + days)

    def _use(self, id: str) -> None:
        agency = self.chance.choice(AGENCIES)
        wanted = self.chance.sample(FIELDS, self.chance.randint(0, 2))
        if id in self.allowed and self.chance.random() < 0.5:
            agency, scope, _ = self.allowed[id]
            wanted = sorted(scope)
        for one in releases.use(
            self.stream, at(self.days), release=id, agency=agency, fields=wanted
        ):
            if isinstance(one, ReleaseUsed):
                recipient, scope, until = self.allowed[id]
                assert one.agency == agency == recipient
                assert set(one.fields) <= scope
                assert self.days < until
                self.shown += 1
            else:
                assert isinstance(one, ReleaseRefused)
                assert one.code in RELEASE_REFUSALS
                self.refused += 1

    def _withdraw(self, id: str) -> None:
        releases.withdraw(self.stream, at(self.days), release=id)
        self.allowed.pop(id, None)

    def _pass(self, id: str) -> None:
        self.days += self.chance.choice([0.1, 1, 10, 31])
        if self.chance.random() < 0.5:
            for one in releases.over(self.stream, at(self.days).now()):
                releases.expire(self.stream, at(self.days), release=one)
