"""One bed, two hundred who want it at the same moment: one gets it, the others go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.errors import AnydoorError, Conflict, NotFound
from shared.events.doors import HelpRequested
from shared.ids import new_id
from tests.support import referral_hands as hands
from tests.support.processes import eventually
from tests.support.referral_hands import COORDINATOR, Town, call
from tests.support.registry_records import id_for

Json = dict[str, Any]
AT_ONCE = 200
BED = "emergency_housing"
STAR = hands.agency("Star beds")
#: Nobody lets an offer lapse while this test looks at it.
LONG = dict.fromkeys(("LEASE_URGENT_S", "LEASE_S"), "600")


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    module_amqp_uri: str,
    mongo_uri: str,
    module_mongo_prefix: str,
) -> Iterator[Town]:
    """One shelter with one bed, and nobody else."""
    where = (module_amqp_uri, mongo_uri, module_mongo_prefix)
    with hands.a_town(tmp_path_factory.mktemp("accepts"), where, ["Star beds"], **LONG) as town:
        yield town


@pytest.fixture(scope="module")
def streams(running: Town) -> list[str]:
    """Two hundred clients who asked for a bed, each with an answer: offered, or nobody left."""
    made = [new_id() for _ in range(AT_ONCE)]
    told: Json = {"door": "portal_self", "language": "es", "area": hands.AREA, "safe_now": "yes"}
    for stream in made:
        asked = HelpRequested(stream=stream, needs=[BED], **told)
        hands.accept_at_portal(running, asked)
    eventually(
        lambda: Counter(state(one, stream) for stream, one in states(running, made).items()),
        lambda seen: sum(seen[kind] for kind in ("offered", "unmet")) == AT_ONCE,
        within_s=120,
    )
    return made


def states(running: Town, streams: list[str]) -> dict[str, Json]:
    rows = running.db("referrals")["states"].find({"_id": {"$in": streams}})
    return {row["_id"]: row["state"] for row in rows}


def the_bed(state: Json) -> Json:
    """Return the referral for the bed, {} while there is none."""
    found = [one for one in state["referrals"].values() if one["need_type"] == BED]
    return found[-1] if found else {}


def state(of: Json, stream: str) -> str:
    referral = the_bed(of)
    if referral.get("offer"):
        return "offered" if referral["state"] == "requested" else "taken"
    if not referral:
        return "waits"
    return "unmet" if of["needs"][referral["need"]]["state"] == "unmet" else "looks"


def why(referral: Json) -> set[str]:
    """Return why nobody was left to ask."""
    tried = {one["outcome"] for one in referral.get("tried", [])}
    return tried | {one["rule"] for one in referral.get("misses", [])}


def bed(running: Town) -> Json:
    """Return the units of the shelter as the registry keeps them."""
    service = id_for("service", "Star beds")
    row = running.db("registry")["states"].find_one({"_id": f"capacity:{service}"})
    assert row is not None
    units: Json = row["state"]
    return units


def test_two_hundred_want_one_bed_and_one_is_offered_it(running: Town, streams: list[str]) -> None:
    seen = states(running, streams)
    assert Counter(state(one, id) for id, one in seen.items()) == {
        "offered": 1,
        "unmet": AT_ONCE - 1,
    }
    units = bed(running)
    assert (units["available"], len(units["reserved"])) == (1, 1)
    for one in seen.values():
        assert one["owner"]["agency"]
        assert one["next_action"]["due_at"]
        if the_bed(one).get("offer") is None:  # its coordinator can say why
            assert why(the_bed(one)) in ({"full"}, {"capacity"}, {"full", "capacity"})
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_two_hundred_accept_one_offer_and_one_wins(running: Town, streams: list[str]) -> None:
    (offer,) = call(running, "offers", agency=STAR)
    assert offer["need_type"] == BED

    def accept(_: int) -> str:
        try:
            hands.answer(running, "accept", offer, STAR)
        except Conflict as refused:
            return str(refused)
        return "won"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = Counter(pool.map(accept, range(AT_ONCE)))
    assert told.pop("won") == 1
    ((said, times),) = told.items()  # all others are told the same
    assert times == AT_ONCE - 1
    assert said == "offer: is over: it is accepted: nothing to do"
    assert hands.events_of(running, offer["stream"]).count("referral.accepted") == 1
    units = eventually(lambda: bed(running), lambda now: len(now["used"]) == 1)
    assert (units["available"], units["reserved"]) == (0, {})


def test_two_hundred_accept_what_is_not_theirs_and_nobody_wins(
    running: Town, streams: list[str]
) -> None:
    """Each of the others tries with an offer that is over, made up, or another stream's."""
    taken = next(id for id, one in states(running, streams).items() if state(one, id) == "taken")
    there = call(running, "stream", stream=taken, agency=STAR)["referrals"].values()
    held = next(one["offer"]["id"] for one in there if one["need_type"] == BED)

    def accept(stream: str) -> str:
        try:
            hands.answer(running, "accept", {"stream": stream, "offer": held}, STAR)
        except AnydoorError as refused:
            return type(refused).__name__
        return "won"

    others = [stream for stream in streams if stream != taken]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = Counter(pool.map(accept, others))
    assert told == {NotFound.__name__: AT_ONCE - 1}
    assert call(running, "orphans")["without_owner_or_deadline"] == 0


def test_when_the_bed_is_free_again_one_of_those_who_wait_is_offered_it(
    running: Town, streams: list[str]
) -> None:
    taken = next(id for id, one in states(running, streams).items() if state(one, id) == "taken")
    referral = next(
        id
        for id, one in call(running, "stream", stream=taken, agency=STAR)["referrals"].items()
        if one["need_type"] == BED
    )
    hands.act(running, "start", taken, STAR, referral=referral)
    hands.act(running, "complete", taken, STAR, referral=referral)
    others = [stream for stream in streams if stream != taken]
    offered = eventually(
        lambda: [id for id, one in states(running, others).items() if state(one, id) == "offered"],
        lambda found: len(found) == 1,
        within_s=120,
    )
    eventually(
        lambda: Counter(state(one, id) for id, one in states(running, others).items()),
        lambda seen: seen == {"offered": 1, "unmet": AT_ONCE - 2},
        within_s=120,
    )
    assert len(offered) == 1
    assert call(running, "queue", agency=COORDINATOR)
    assert call(running, "orphans")["without_owner_or_deadline"] == 0
